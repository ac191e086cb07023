"""The record of attempts that a route refused for the wrong post (R-40)."""

from __future__ import annotations

from datetime import datetime, timedelta

from api.access.denials import TooOften
from api.access.rate import RateLimit
from kit.actors import Actor
from kit.db import Database
from kit.errors import Forbidden
from kit.refusals import record_refusal
from kit.where import NOWHERE

EVERY = timedelta(minutes=10)
"""One row for a person, a post and a right within this time, so that repeating fills no disk."""
_PATH = 200


class RefusedAccess:
    """Writes one row for each attempt beyond a post's authority; repetitions are left out."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seldom = RateLimit(1, EVERY)

    def record(
        self, actor: Actor, action: str, request: str, refused: Forbidden, now: datetime
    ) -> None:
        """Write down who asked for what; durable when this returns."""
        try:
            self._seldom.take(f"{actor.id} {actor.post} {action}", now)
        except TooOften:
            return
        asked = request[:_PATH].encode("unicode_escape").decode()
        told = Forbidden(refused.code, f"{asked}: {refused.message}")
        with self._db.write() as session:
            record_refusal(session, None, action, actor, NOWHERE, now, told)
