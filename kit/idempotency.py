"""A command given twice with the same key has one effect, and the same answer both times."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from kit.canonical import canonical_json
from kit.db import Base, Json, UtcDateTime, insert_if_new
from kit.errors import Conflict, FieldError, Invalid

KEY_LENGTH = 128
"""Longest idempotency key, in characters."""


class CommandReceipt(Base):
    """One command that took effect: its key, the actor, the request and the answer."""

    __tablename__ = "command_receipt"

    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    actor_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Any] = mapped_column(Json, nullable=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def claim(
    session: Session, *, key: str, actor_id: str, request: object, answer: str, now: datetime
) -> str | None:
    """Claim this actor's ``key`` for a command that is about to take effect; return None.

    If the key has been claimed before, return the ``answer`` of then, such as the id of what was
    made: the caller leaves everything as it is. The receipt is committed with the effect, in the
    caller's transaction: neither is ever there without the other, and a command that fails leaves
    its key free. Of two at once, the second waits for the first.

    Raises ``Invalid`` for a key that is empty, overlong or not printable ASCII, ``Conflict`` when
    the key was used before for a different ``request``.
    """
    if not 0 < len(key) <= KEY_LENGTH or not (key.isascii() and key.isprintable()):
        text = f"a key of 1 to {KEY_LENGTH} printable ASCII characters is needed"
        params = {"max": KEY_LENGTH}
        raise Invalid([FieldError("idempotency_key", "idempotency_key_length", text, params)])
    fingerprint = hashlib.sha256(canonical_json(request).encode()).hexdigest()
    row = {"key": key, "actor_id": actor_id, "fingerprint": fingerprint, "answer": answer}
    if insert_if_new(session, CommandReceipt, row | {"at": now}):
        return None
    receipt = session.get_one(CommandReceipt, (key, actor_id))
    if receipt.fingerprint != fingerprint:
        raise Conflict(
            "idempotency_key_reused",
            "this idempotency key was used for a different command; take a new key",
            key=key,
        )
    return str(receipt.answer)


def fingerprint(data: object) -> str:
    """Return what was sent as text; invalid values such as NaN are judged later."""
    return json.dumps(msgspec.to_builtins(data), sort_keys=True, default=str)
