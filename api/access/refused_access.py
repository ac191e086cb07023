"""The record of attempts that a route refused for the wrong post (R-40)."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from api.access.denials import TooOften
from api.access.rate import RateLimit
from dispatch.model import NOWHERE
from dispatch.tables import RefusalRow
from kit.actors import Actor
from kit.db import Database
from kit.errors import Forbidden

EVERY = timedelta(minutes=10)
"""One row for a person, a post and a right within this time: repeating it fills no disk."""
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
        with self._db.write() as session:
            session.add(
                RefusalRow(
                    at=now,
                    ticket_id=None,
                    command=action[:32],
                    actor_id=actor.id,
                    actor_name=actor.name,
                    actor_role=actor.post,
                    where=msgspec.to_builtins(NOWHERE),
                    code=refused.code,
                    message=f"{asked}: {refused.message}",
                )
            )
