"""The life of one kind of matter (a leave, a material slip), and the desk of its steps.

A room that has a life says, in one ``Life``, which table it goes by, how it is kept, begun and
shown. The routes and pages of ``api`` need no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Generic

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from kit.actors import Actor
from kit.clock import Clock
from kit.db import Database
from kit.errors import FieldError, Invalid
from kit.fields import FIELD_MESSAGES, Fields
from kit.idempotency import claim, fingerprint
from kit.ids import new_id
from kit.numbers import next_number
from kit.record import Event
from kit.record_book import RecordBook
from kit.refusals import Concealed, recording_refusals
from kit.step import Asked, Context, Numbered, Stamp, Subject
from kit.where import NOWHERE, Where
from kit.workflow import Command, Decision, Workflow, not_theirs


def nothing_more(_session: Session, _decision: Decision[Any], _stamp: Stamp) -> None:
    """Write nothing beside the subject and its event."""


@dataclass(frozen=True)
class Life(Generic[Subject, Context]):
    """Everything that the program needs to know of one workflow's subjects.

    ``plural`` names them in addresses, ``series`` begins their numbers. ``read_opening`` reads the
    form that begins one, ``make`` makes the subject of what was read. ``knows_of`` says whether a
    viewer may know of it, ``within_reach`` the same for the database, ``masked`` how the viewer
    may see it (R-38), ``masked_events`` the same for what was written. ``views`` are parts of the
    list that have a name, such as "mine". ``saved`` writes what else belongs to a step, in the
    step's transaction.
    """

    workflow: Workflow[Subject, Context]
    book: RecordBook[Subject]
    plural: str
    series: str
    read_opening: Callable[[Fields, Asked[Context]], Any]
    make: Callable[[Numbered, Any, Stamp], Subject]
    knows_of: Callable[[Actor, Subject], bool]
    within_reach: Callable[[Actor], ColumnElement[bool]]
    masked: Callable[[Subject, Actor], Subject] = lambda subject, _viewer: subject
    masked_events: Callable[[list[Event], Subject, Actor], list[Event]] = (
        lambda events, _subject, _viewer: events
    )
    views: Mapping[str, Callable[[Actor], ColumnElement[bool]]] = field(default_factory=dict)
    saved: Callable[[Session, Decision[Subject], Stamp], None] = nothing_more

    @property
    def name(self) -> str:
        """The name of its workflow."""
        return self.workflow.name

    def listed(self, viewer: Actor, states: Iterable[str], view: str) -> ColumnElement[bool]:
        """Return which subjects a viewer's list has: of these states if any, of one view if named.

        Raises ``Invalid`` for a view that the life does not have.
        """
        if view and view not in self.views:
            choices = ", ".join(self.views)
            message = FIELD_MESSAGES["not_one_of"].format(choices=choices)
            raise Invalid([FieldError("view", "not_one_of", message, {"choices": choices})])
        where, wanted = self.within_reach(viewer), tuple(states)
        if wanted:
            where = and_(where, self.book.table.state.in_(wanted))
        return and_(where, self.views[view](viewer)) if view else where


@dataclass(frozen=True)
class LifeDesk(Generic[Subject, Context]):
    """Where the steps of one life are taken; it has no state of its own.

    ``context`` gives what its steps read forms by: rules in force, directories.
    """

    life: Life[Subject, Context]
    db: Database
    clock: Clock
    zone: tzinfo
    context: Callable[[Session, datetime], Context]

    def begin(
        self, data: Mapping[str, Any], actor: Actor, key: str, where: Where = NOWHERE
    ) -> Subject:
        """Open a subject, durable on return; the same ``key`` again changes nothing.

        Raises ``Invalid`` with every fault at once, ``Forbidden`` for the wrong post (on record,
        R-40), ``Conflict`` for a key used for something else.
        """
        now, life = self.clock.now(), self.life
        name, made_id = life.workflow.opening.name, new_id(now)
        request = [life.name, name, fingerprint(data)]
        with (
            recording_refusals(self.db, None, name, actor, where, now),
            self.db.write() as session,
        ):
            known = claim(
                session, key=key, actor_id=actor.id, request=request, answer=made_id, now=now
            )
            if known:
                return self.see(session, actor, known)
            form = Fields(data, self.zone)
            said = life.read_opening(form, Asked(actor, now, self.context(session, now)))
            form.done()
            stamp = Stamp(actor, now)
            day = now.astimezone(self.zone).strftime("%Y%m%d")
            numbered = Numbered(made_id, next_number(session, life.series, day))
            decision = life.workflow.begin(said, actor, life.make(numbered, said, stamp))
            self._save(session, decision, stamp, where)
        return life.masked(decision.after, actor)

    def take(
        self,
        subject_id: str,
        name: str,
        data: Mapping[str, Any],
        actor: Actor,
        key: str,
        where: Where = NOWHERE,
    ) -> Subject:
        """Take one step, durable on return; return the subject as this actor may see it then.

        Raises as ``begin`` does; ``OutOfOrder`` in the wrong state (on record), ``NotFound`` also
        to an actor who may not know of the subject.
        """
        now, life = self.clock.now(), self.life
        request = [life.name, name, subject_id, fingerprint(data)]
        with (
            recording_refusals(self.db, subject_id, name, actor, where, now),
            self.db.write() as session,
        ):
            subject = life.book.load(session, subject_id, lock=True)
            if not life.knows_of(actor, subject):
                raise Concealed(life.book.not_found(subject_id), not_theirs(name, actor))
            known = claim(
                session, key=key, actor_id=actor.id, request=request, answer=subject_id, now=now
            )
            if known:
                return life.masked(subject, actor)
            command, context = Command(name, Fields(data, self.zone)), self.context(session, now)
            decision = life.workflow.decide(subject, command, actor, now, context)
            self._save(session, decision, Stamp(actor, now), where)
        return life.masked(decision.after, actor)

    def see(self, session: Session, viewer: Actor, subject_id: str) -> Subject:
        """Return one subject as this viewer may see it; raise ``NotFound``."""
        subject = self.life.book.load(session, subject_id)
        if not self.life.knows_of(viewer, subject):
            raise self.life.book.not_found(subject_id)
        return self.life.masked(subject, viewer)

    def _save(
        self, session: Session, decision: Decision[Subject], stamp: Stamp, where: Where
    ) -> None:
        self.life.book.save(session, decision, stamp, where)
        self.life.saved(session, decision, stamp)
