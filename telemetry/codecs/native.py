"""From bytes to an uplink message, and from receipts to bytes. Pure.

The fast path is one typed msgspec decoding. What it refuses is decoded again, slowly, to salvage
each good value: one bad value never costs its neighbours, and one bad message never another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from math import isfinite
from typing import TypeVar

import msgspec

from telemetry.codecs.uplink import QuarantineReason, Unreadable, Uplink, ValueFault

T = TypeVar("T")

MAX_PAYLOAD = 64 * 1024
"""Longest uplink payload, in bytes; a station's own message is a few hundred."""

MAX_SEQ = 2**53 - 1
"""Largest ``seq``: the largest integer that every JSON reader keeps exact."""

MAX_BOOT = 32
"""Longest ``boot``, in characters of printable ASCII."""


_fast = msgspec.json.Decoder(Uplink).decode
_IDENTITY = re.compile(
    rb'\s*\{\s*"boot"\s*:\s*(?:"([!#-\[\]-~]{1,32})"|(\d{1,15}))\s*,\s*"seq"\s*:\s*(\d{1,15})\b'
)


def decode(payload: bytes) -> tuple[Uplink, list[ValueFault]]:
    """Return the message and the values that had to be left out; raise ``Unreadable``.

    ``boot`` of what is returned is text. Values are finite; whether the station has such a point is
    not checked here.
    """
    if len(payload) > MAX_PAYLOAD:
        boot, seq = salvage_identity(payload)
        raise Unreadable(QuarantineReason.TOO_LARGE, f"{len(payload)} bytes", boot, seq)
    try:
        message = _fast(payload)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _salvage(payload)
    boot, seq = _boot(message.boot), _whole(message.seq)
    message.boot = _required(QuarantineReason.INVALID_BOOT, boot, boot, seq)
    _required(QuarantineReason.INVALID_SEQ, seq if message.seq >= 1 else None, boot, None)
    _required(QuarantineReason.INVALID_TIME, _whole(message.t), boot, seq)
    return message, []


def salvage_identity(payload: bytes) -> tuple[str | None, int | None]:
    """Return ``boot`` and ``seq`` from the head of a payload that can't be decoded, if legible."""
    head = _IDENTITY.match(payload[:256])
    if head is None or int(head[3]) < 1:
        return None, None
    return (head[1] or head[2]).decode(), int(head[3])


def _salvage(payload: bytes) -> tuple[Uplink, list[ValueFault]]:
    try:
        body = json.loads(payload.decode())
    except (ValueError, RecursionError) as error:
        boot, seq = salvage_identity(payload)
        raise Unreadable(QuarantineReason.UNDECODABLE, str(error)[:200], boot, seq) from error
    if not isinstance(body, dict):
        raise Unreadable(QuarantineReason.UNDECODABLE, "not an object")
    boot, seq = _boot(body.get("boot")), _whole(body.get("seq"))
    seq = seq if seq is not None and seq >= 1 else None
    boot = _required(QuarantineReason.INVALID_BOOT, boot, None, seq)
    seq = _required(QuarantineReason.INVALID_SEQ, seq, boot, None)
    time = _required(QuarantineReason.INVALID_TIME, _whole(body.get("t")), boot, seq)
    metrics = body.get("m")
    if not isinstance(metrics, dict):
        raise Unreadable(QuarantineReason.UNDECODABLE, '"m" is not an object', boot, seq)
    units, qualities = (_words(body.get(name), name, boot, seq) for name in ("u", "q"))
    good: dict[str, float] = {}
    faults = []
    for metric, value in metrics.items():
        reason = _fault(value)
        if reason is None:
            good[metric] = float(value)
        else:
            faults.append(ValueFault(reason, metric))
    return Uplink(boot, seq, time, good, units, qualities), faults


def _words(value: object, name: str, boot: str, seq: int) -> dict[str, str] | None:
    """Return the units or qualities; one that is not text becomes an impossible word."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Unreadable(QuarantineReason.UNDECODABLE, f'"{name}" is not an object', boot, seq)
    return {key: word if isinstance(word, str) else "?" for key, word in value.items()} or None


def _fault(value: object) -> QuarantineReason | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return QuarantineReason.WRONG_TYPE
    try:
        return None if isfinite(value) else QuarantineReason.NOT_FINITE
    except OverflowError:  # an integer beyond the largest float
        return QuarantineReason.NOT_FINITE


def _boot(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    # Python refuses to turn a very long integer into text, so its size is checked first.
    if isinstance(value, int) and value.bit_length() > 100:
        return None
    text = str(value)
    good = 1 <= len(text) <= MAX_BOOT and text.isascii() and text.isprintable() and " " not in text
    return text if good else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -MAX_SEQ <= value <= MAX_SEQ else None


def _required(reason: QuarantineReason, value: T | None, boot: str | None, seq: int | None) -> T:
    if value is None:
        raise Unreadable(reason, "missing or not valid", boot, seq)
    return value


def encode_receipt(
    boot: str, seqs: Sequence[int], rejected: Sequence[tuple[int, str]] = ()
) -> bytes:
    """Return the receipt of these sequence numbers: closed ranges, and what was refused."""
    body: dict[str, object] = {"boot": boot, "ranges": ranges_of(seqs)}
    if rejected:
        body["rejected"] = [list(pair) for pair in rejected]
    return msgspec.json.encode(body)


def ranges_of(seqs: Sequence[int]) -> list[list[int]]:
    """Return the closed ranges that hold just these numbers, in order."""
    ranges: list[list[int]] = []
    for seq in sorted(set(seqs)):
        if ranges and ranges[-1][1] == seq - 1:
            ranges[-1][1] = seq
        else:
            ranges.append([seq, seq])
    return ranges
