"""Live updates: one query for all pages that follow a topic; only changes are announced."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.parts.parts import Parts
from dispatch.repair.reading import stamp_of_all
from telemetry.alarms.alarm_search import alarms_stamp
from telemetry.ingest.liveness import links_stamp

EVERY_S = 0.5
"""Seconds between two looks: a missed arrival is to show within two seconds of its time."""
KEEP_ALIVE_S = 15.0
"""Seconds of silence after which a comment is sent, so that no proxy closes the stream."""
GONE_S = 1.0
"""Seconds after which a page that was closed is noticed."""

BOARD, STATIONS = "board", "stations"
Look = Callable[[Session], str]
Gone = Callable[[], Awaitable[bool]]
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Topic:
    """Something that pages follow: how to look at it, who follows, what was seen last."""

    look: Look
    followers: int = 0
    stamp: str | None = None


class LiveHub:
    """Looks at each followed topic twice a second, once for however many pages follow it.

    The stream carries no data: ``event: changed`` with a stamp. The page then asks for what it
    shows, by a route that knows who asks.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._topics: dict[str, _Topic] = {}
        self._changed: asyncio.Condition | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    async def follow(self, name: str, look: Look, gone: Gone) -> AsyncIterator[str]:
        """Yield the text of server-sent events, the present stamp first.

        Ends when the reader is ``gone``, or when the hub stops.
        """
        if self._changed is None:
            self._changed = asyncio.Condition()
        topic = self._topics.setdefault(name, _Topic(look))
        topic.followers += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        seen: str | None = None
        try:
            yield "retry: 2000\n\n"
            spoke = monotonic()
            while not self._stopping and not await gone():
                if topic.stamp is not None and topic.stamp != seen:
                    seen, spoke = topic.stamp, monotonic()
                    yield f"event: changed\nid: {seen}\ndata: {seen}\n\n"
                elif monotonic() - spoke > KEEP_ALIVE_S:
                    spoke = monotonic()
                    yield ": still here\n\n"
                else:
                    await self._wait()
        finally:
            topic.followers -= 1
            if not topic.followers:
                self._topics.pop(name, None)

    async def stop(self) -> None:
        """End every stream."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._changed is not None:
            async with self._changed:
                self._changed.notify_all()

    async def _wait(self) -> None:
        assert self._changed is not None  # noqa: S101 - made before anybody waits
        with suppress(TimeoutError):
            async with asyncio.timeout(GONE_S), self._changed:
                await self._changed.wait()

    async def _watch(self) -> None:
        # Ends by itself when nobody follows: an idle web process leaves the database alone.
        while self._topics and not self._stopping:
            looks = {name: topic.look for name, topic in self._topics.items()}
            stamps = await run_in_threadpool(self._look, looks)
            await self._tell(stamps)
            await asyncio.sleep(EVERY_S)

    async def _tell(self, stamps: dict[str, str]) -> None:
        fresh = False
        for name, stamp in stamps.items():
            topic = self._topics.get(name)
            if topic is not None and topic.stamp != stamp:
                topic.stamp, fresh = stamp, True
        if fresh and self._changed is not None:
            async with self._changed:
                self._changed.notify_all()

    def _look(self, looks: dict[str, Look]) -> dict[str, str]:
        try:
            with self._parts.db.read() as session:
                return {name: look(session) for name, look in looks.items()}
        except SQLAlchemyError as error:
            # The pages keep what they show; the next look is in half a second.
            _log.warning("the live pages can't look: %s", type(error).__name__)
            return {}


def look_at_board(session: Session) -> str:
    """Return a stamp that changes with every step on any ticket."""
    return stamp_of_all(session)


def look_at_stations(session: Session) -> str:
    """Return a stamp that changes with every reading received and every change of an alarm."""
    return _joined((*links_stamp(session), *alarms_stamp(session)))


def _joined(values: tuple[object, ...]) -> str:
    return "-".join(
        "0" if value is None else "".join(c for c in str(value) if c.isalnum()) for value in values
    )
