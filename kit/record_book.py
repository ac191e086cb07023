"""The book in which one workflow's subjects are kept: each as it stands, and its chained events."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, CursorResult, Integer, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kit.db import Json
from kit.errors import Conflict, NotFound
from kit.event_table import ID_LENGTH, EventColumns, append, events_of, head_hash
from kit.record import Event, RecordFault, chain_faults, chained, digest
from kit.step import Stamp, Subject
from kit.where import Where
from kit.workflow import Decision

_log = logging.getLogger(__name__)


class SubjectColumns:
    """The columns that every table of subjects has; ``version`` is the number of its last event.

    The whole subject is kept in ``body``. The other columns are copies for queries.
    """

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), index=True)
    body: Mapped[Any] = mapped_column(Json)


@dataclass(frozen=True)
class Found(Generic[Subject]):
    """One page of subjects; ``total`` counts all that were asked for."""

    subjects: tuple[Subject, ...]
    total: int


@dataclass(frozen=True)
class RecordBook(Generic[Subject]):
    """Where one workflow's subjects and their events are kept.

    ``name`` is what a subject is called in error codes (``ticket``), ``first`` the state before
    its opening. ``read`` turns a stored body into a subject, and raises ``Conflict`` for one that
    no version wrote. ``columns_of`` gives every column of a subject's row but its body: the one
    place where columns come from, so that the record can be held against them (R-39).
    """

    name: str
    first: StrEnum
    table: type[SubjectColumns]
    events: type[EventColumns]
    read: Callable[[Any], Subject]
    columns_of: Callable[[Subject], Mapping[str, Any]]

    def load(self, session: Session, subject_id: str, *, lock: bool = False) -> Subject:
        """Return one subject; ``lock`` makes others wait to change it. Raises ``NotFound``."""
        row = session.get(self.table, subject_id, with_for_update=lock or None)
        if row is None:
            raise self.not_found(subject_id)
        return self.read(row.body)

    def not_found(self, subject_id: str) -> NotFound:
        """Return the answer for a subject that is not there, or that the asker may not know of."""
        message = f"there is no {self.name} {subject_id!r}"
        return NotFound(f"{self.name}_not_found", message, id=subject_id)

    def save(
        self, session: Session, decision: Decision[Subject], stamp: Stamp, where: Where
    ) -> Event:
        """Write what was decided, and return its event; durable when the session commits.

        Raises ``Conflict`` when somebody else has changed the subject since it was loaded.
        """
        body = msgspec.to_builtins(decision.after)
        self._save_row(session, decision, body)
        event = self._event_of(session, decision, stamp, where, body)
        append(session, self.events, event)
        return event

    def page(
        self, session: Session, where: ColumnElement[bool], page: int, page_size: int
    ) -> Found[Subject]:
        """Return one page of the subjects for which ``where`` holds, the newest first.

        One that can't be read is left out: verifying the record names it.
        """
        chosen = select(self.table.body).where(where).order_by(self.table.id.desc())
        bodies = session.scalars(chosen.limit(page_size).offset((page - 1) * page_size))
        total = session.scalar(select(func.count()).select_from(self.table).where(where)) or 0
        return Found(tuple(self._readable(bodies)), total)

    def _readable(self, bodies: Iterable[Any]) -> Iterator[Subject]:
        for body in bodies:
            try:
                yield self.read(body)
            except Conflict:
                _log.exception("a %s was left out of a list", self.name)

    def history(self, session: Session, subject_id: str) -> list[Event]:
        """Return every event of a subject, in order."""
        return events_of(session, self.events, subject_id)

    def faults(self, session: Session, subject_id: str, events: list[Event]) -> list[RecordFault]:
        """Return every fault of a subject's record: of its ``events``, and of its own row."""
        faults = chain_faults(events, self.first)
        row = session.get(self.table, subject_id)
        if row is None or not events:
            missing, text = f"missing_{self.name}", f"the {self.name} is not there"
            return [*faults, RecordFault(subject_id, 0, missing, text)]
        last = events[-1]
        whole = digest(row.body) == last.after and self._is_copied(row)
        if not whole or (row.version, row.state) != (last.n, last.to_state):
            altered, text = f"{self.name}_altered", f"the {self.name} is not as its events left it"
            faults.append(RecordFault(subject_id, last.n, altered, text))
        return faults

    def _is_copied(self, row: SubjectColumns) -> bool:
        """Whether the columns that queries use agree with the body."""
        try:
            columns = self.columns_of(self.read(row.body))
        except Conflict:
            return False
        return all(getattr(row, name) == value for name, value in columns.items())

    def _save_row(self, session: Session, decision: Decision[Subject], body: Any) -> None:
        before, columns = decision.before, {**self.columns_of(decision.after), "body": body}
        if before is None:
            session.add(self.table(**columns))
            session.flush()
            return
        subject_id = columns["id"]
        changed = session.execute(
            update(self.table)
            .where(self.table.id == subject_id, self.table.version == before.version)
            .values(**columns)
        )
        if cast("CursorResult[Any]", changed).rowcount != 1:
            message = f"somebody else has just changed this {self.name}"
            raise Conflict(f"{self.name}_changed", message, id=subject_id)

    def _event_of(
        self, session: Session, decision: Decision[Subject], stamp: Stamp, where: Where, body: Any
    ) -> Event:
        before, after, subject_id = decision.before, decision.after, body["id"]
        version = before.version if before else 0
        return chained(
            Event(
                subject_id=subject_id,
                n=after.version,
                at=stamp.at,
                actor=stamp.by,
                where=where,
                command=decision.step,
                data=msgspec.to_builtins(decision.said),
                from_state=before.state if before else self.first,
                to_state=after.state,
                after=digest(body),
                prev_hash=head_hash(session, self.events, subject_id, version),
                hash="",
            )
        )


Kept = TypeVar("Kept")


def reader(kind: type[Kept], name: str) -> Callable[[Any], Kept]:
    """Return what reads a stored body as this kind; it raises ``Conflict`` for an altered one."""

    def read(body: Any) -> Kept:
        try:
            return msgspec.convert(body, kind)
        except (msgspec.ValidationError, TypeError) as error:
            text = f"the record of this {name} has been altered and can't be read (R-39)"
            raise Conflict(f"{name}_unreadable", text) from error

    return read
