"""Where the duty network is entered: shifts and named stand-ins, all or nothing (R-19, R-20)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from dispatch.roster.call_order import (
    ROUND_THE_CLOCK,
    Callee,
    DutyNow,
    NamedStandIn,
    who_is_called,
)
from dispatch.roster.duty_book import (
    keep_shifts,
    name_stand_in,
    remove_shift,
    shifts_between,
    stand_ins,
)
from dispatch.roster.duty_entry import DutyGround, read_shifts, read_stand_in
from dispatch.roster.leave import Leave
from dispatch.roster.leave_workflow import STAFF
from dispatch.roster.shifts import Gap, Shift, gaps
from dispatch.roster.standing_in import absences
from dispatch.rulebook import DispatchRuleBook
from kit.actors import Actor, Colleague
from kit.clock import Clock
from kit.db import Database
from kit.fields import Fields
from kit.idempotency import claim, fingerprint
from kit.step import Stamp


@dataclass(frozen=True, slots=True)
class DutyRoster:
    """The roster of an office for a span of time.

    ``called`` are those who can be called now, in order; ``gaps`` the hours with nobody on call at
    the post that is filled round the clock; ``absences`` the leaves in force now.
    """

    at: datetime
    shifts: tuple[Shift, ...]
    called: tuple[Callee, ...]
    gaps: tuple[Gap, ...]
    absences: tuple[Leave, ...]
    stand_ins: tuple[NamedStandIn, ...]


_AROUND = timedelta(days=400)
"""How far from now an overlap of shifts is looked for; nobody plans a roster further."""


@dataclass(frozen=True)
class RosterDesk:
    """What entering the duty network takes; it has no state of its own.

    ``people`` gives everybody active, ``offices`` the names of the service offices by id.
    """

    db: Database
    clock: Clock
    zone: tzinfo
    rule_book: DispatchRuleBook
    people: Callable[[Session], tuple[Colleague, ...]]
    offices: Callable[[Session], Mapping[str, str]]

    def enter_shifts(self, data: Mapping[str, Any], actor: Actor, key: str) -> None:
        """Enter ``shifts``, durable on return; the same ``key`` again adds none.

        Raises ``Invalid`` with every fault of every shift; nothing is entered then.
        """
        form = Fields(data, self.zone)

        def enter(session: Session, stamp: Stamp) -> None:
            shifts = read_shifts(form, self._ground(session, stamp.at))
            form.done()
            keep_shifts(session, shifts, stamp)

        self._do("enter_shifts", data, actor, key, enter)

    def remove_shift(self, shift_id: str, actor: Actor, key: str) -> None:
        """Take a shift off the roster, durable on return; raise ``NotFound``."""

        def remove(session: Session, stamp: Stamp) -> None:
            remove_shift(session, shift_id, stamp)

        self._do("remove_shift", {"id": shift_id}, actor, key, remove)

    def name_stand_in(self, data: Mapping[str, Any], actor: Actor, key: str) -> None:
        """Name a stand-in (B角), durable on return; raise ``Invalid`` with every fault."""
        form = Fields(data, self.zone)

        def name(session: Session, stamp: Stamp) -> None:
            entry = read_stand_in(form, self._ground(session, stamp.at))
            form.done()
            name_stand_in(session, entry, stamp)

        self._do("name_stand_in", data, actor, key, name)

    def read(
        self, session: Session, office_id: str, begins: datetime, ends: datetime
    ) -> DutyRoster:
        """Return what the roster says of an office between two instants, and of this minute."""
        now = self.clock.now()
        duty = self.duty_now(session, now)
        shifts = tuple(
            one for one in shifts_between(session, begins, ends) if one.office_id == office_id
        )
        filled = (one for one in shifts if one.post is ROUND_THE_CLOCK)
        return DutyRoster(
            at=now,
            shifts=shifts,
            called=who_is_called(duty, now, office_id),
            gaps=gaps(filled, begins, ends),
            absences=duty.absences,
            stand_ins=duty.stand_ins,
        )

    def on_duty_ids(self, session: Session, now: datetime) -> frozenset[str]:
        """Return the ids of everybody who is on duty at this instant, at any office."""
        return frozenset(one.person_id for one in self.duty_now(session, now).shifts)

    def duty_now(self, session: Session, now: datetime) -> DutyNow:
        """Return what the order of calling follows from at this instant."""
        return DutyNow(
            shifts=shifts_between(session, now, now + timedelta(microseconds=1)),
            stand_ins=stand_ins(session),
            absences=absences(session, now),
            active=frozenset(one.id for one in self.people(session)),
        )

    def _do(
        self,
        command: str,
        data: Mapping[str, Any],
        actor: Actor,
        key: str,
        write: Callable[[Session, Stamp], None],
    ) -> None:
        stamp = Stamp(actor, self.clock.now())
        request = [command, fingerprint(data)]
        with self.db.write() as session:
            known = claim(
                session, key=key, actor_id=actor.id, request=request, answer="done", now=stamp.at
            )
            if not known:
                write(session, stamp)

    def _ground(self, session: Session, now: datetime) -> DutyGround:
        return DutyGround(
            people=self.people(session),
            offices=self.offices(session),
            rules=self.rule_book.on(now.astimezone(self.zone).date()),
            shifts=shifts_between(session, now - _AROUND, now + _AROUND),
            stands_in=frozenset(grant.post for grant in STAFF),
        )
