"""A signature: by the customer's own link, or by hand on the company's device. Pure.

Nobody signs for another (R-14, R-16): on the company's device the name is drawn, and is not that of
somebody who works on the job. The stronger way is the customer's own link.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dispatch.privacy import mask_name
from dispatch.repair.context import Given
from dispatch.repair.sheets import Relation, Signature, SignedWay
from dispatch.repair.words import NAME
from kit.actors import Post
from kit.fields import FaultKind, Fields

SIGNATURE_MISSING = FaultKind("signature_missing", "must be drawn, or the name typed")
SIGNATURE_TOO_LARGE = FaultKind("signature_too_large", "is too complex: please sign again")
DRAWN_ON_DEVICE = FaultKind(
    "drawn_on_device",
    "must be drawn by hand on the company's device",
)
SIGNER_IS_CREW = FaultKind(
    "signer_is_crew",
    "is the name of somebody on this job: a customer of that name signs by their own link",
)

SIGNED = {
    "signer_name": "王小明",
    "relation": "self",
    "strokes": [[[10, 10], [60, 40], [90, 15]]],
    "device_at": "2026-11-23T15:21:30+08:00",
}
"""What a signature is made of, as the API describes it."""

Strokes = tuple[tuple[tuple[float, float], ...], ...]

MOST_STROKES = 200
MOST_POINTS = 5_000
FARTHEST = 10_000
"""Largest coordinate, in pixels of the drawing area."""
SMALLEST_EXTENT = 8.0
"""A drawing smaller than this many pixels both ways is a touch by accident, not a name."""


def read_signature(form: Fields, given: Given) -> Signature:
    """Read who signs, and ``strokes`` ([[ [x, y], … ], …]); by the link also ``typed_name``.

    ``signer_name``, ``relation`` to the customer, and ``device_at``, the device's own time.
    """
    if given.actor.post is Post.CUSTOMER:
        return _by_link(form, given)
    if given.subject.operator_signs:
        # Whoever signs in the customer's place is logged in, and signs for nobody else.
        strokes = _drawn_here(form)
        return Signature(
            strokes, "", SignedWay.DEVICE, given.actor.name, None, _device_at(form, given)
        )
    signer = form.text("signer_name", longest=NAME, lines=False)
    if signer and _same(signer, _crew_of(given)):
        form.fault("signer_name", SIGNER_IS_CREW)
    relation = form.choice("relation", Relation, Relation.SELF)
    if given.actor.post is Post.TEAM_LEADER:
        # Entered afterwards from the printed sheet: the name stands for the signature on it.
        return Signature((), signer, SignedWay.PAPER, signer, relation)
    strokes = _drawn_here(form)
    return Signature(strokes, "", SignedWay.DEVICE, signer, relation, _device_at(form, given))


def masked_signature(signature: Any) -> Any:
    """Return a signature's plain data with the drawing hidden and the name masked."""
    if not isinstance(signature, dict):
        return None
    signer = mask_name(signature.get("signer", ""))
    return {**signature, "strokes": [], "typed_name": "", "signer": signer}


def _by_link(form: Fields, given: Given) -> Signature:
    typed = form.text("typed_name", longest=NAME, needed=False, lines=False)
    strokes = _read_strokes(form, needed=not typed, missing=SIGNATURE_MISSING)
    usual = typed or given.actor.name
    signer = form.text("signer_name", longest=NAME, needed=False, default=usual, lines=False)
    relation = form.choice("relation", Relation, Relation.SELF, needed=False)
    return Signature(strokes, typed, SignedWay.LINK, signer, relation, _device_at(form, given))


def _drawn_here(form: Fields) -> Strokes:
    """Read a drawing; a name typed on the company's device could be anybody's."""
    if form.given("typed_name"):
        form.fault("typed_name", DRAWN_ON_DEVICE)
    return _read_strokes(form, needed=True, missing=DRAWN_ON_DEVICE)


def _device_at(form: Fields, given: Given) -> datetime | None:
    """Read the device's own time, which nobody relies on: it stands beside ours."""
    if not form.given("device_at"):
        return None
    return form.time("device_at", given.now)


def _crew_of(given: Given) -> Iterable[str]:
    return (given.actor.name, *(one.name for one in given.subject.crew.technicians))


def _same(name: str, others: Iterable[str]) -> bool:
    return _plain(name) in {_plain(other) for other in others}


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _read_strokes(form: Fields, *, needed: bool, missing: FaultKind) -> Strokes:
    strokes = form.sequence("strokes", most=MOST_STROKES)
    if not strokes:
        if needed:
            form.fault("strokes", missing)
        return ()
    # Counted before it is read: a drawing of a million points costs nothing.
    if sum(len(stroke) for stroke in strokes if isinstance(stroke, list | tuple)) > MOST_POINTS:
        form.fault("strokes", SIGNATURE_TOO_LARGE, max=MOST_POINTS)
        return ()
    drawn = tuple(_stroke(stroke) for stroke in strokes)
    if not _is_a_name(drawn):
        form.fault("strokes", missing)
    return drawn


def _stroke(value: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple((float(point[0]), float(point[1])) for point in value if _is_point(point))


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) >= 2
        # The comparison refuses NaN and infinity as well.
        and all(isinstance(v, int | float) and 0 <= v <= FARTHEST for v in value[:2])
    )


def _is_a_name(strokes: Strokes) -> bool:
    points = [point for stroke in strokes for point in stroke]
    return any(
        max(values) - min(values) >= SMALLEST_EXTENT
        for values in ([p[0] for p in points], [p[1] for p in points])
        if values
    )
