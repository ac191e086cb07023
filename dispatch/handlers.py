"""The door to dispatch: load, decide, save, in one transaction; refusals are kept as well."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch import store
from dispatch.commands import Command
from dispatch.commitments import promise
from dispatch.intake import Gazetteer, Intake, alarm_intake, draft_ticket, read_intake, read_way
from dispatch.links import make_token, read_token
from dispatch.model import NOWHERE, AlarmFacts, Promise, State, Ticket, Where
from dispatch.rows import to_ticket
from dispatch.rules import DispatchRules
from dispatch.tables import DeadlineRow, RefusalRow, TicketRow
from dispatch.workflow import allowed, decide
from kit.actors import SYSTEM, Actor
from kit.clock import Clock
from kit.db import Database
from kit.errors import Forbidden, NotFound, OutOfOrder, SanlaiError
from kit.geo import Position
from kit.idempotency import run_once
from kit.ids import RandomBits, new_id
from stations.assets.area_store import get_area
from stations.assets.station import Station
from stations.assets.station_store import get_station

DEFAULT_ZONE = "Asia/Shanghai"
_BATCH = 500
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Dispatch:
    """Everything that can be done to a ticket. What returns has been committed."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        rules: DispatchRules,
        *,
        service_office: Position,
        link_secret: bytes,
        zone: tzinfo | None = None,
        bits: RandomBits | None = None,
    ) -> None:
        if len(link_secret) < 16:
            raise ValueError("the secret of the customers' links needs at least 16 bytes")
        self.rules = rules
        self.zone = zone or ZoneInfo(DEFAULT_ZONE)
        self._db = db
        self._clock = clock
        self._office = service_office
        self._secret = link_secret
        self._new_id = (lambda now: new_id(now, bits)) if bits else new_id

    # -- intake ------------------------------------------------------------------------------

    def preview_promise(self, raw: Mapping[str, Any]) -> Promise:
        """Return the commitment for what is known so far, to be told before the call ends (R-11).

        Takes ``place_id``, or ``distance_km`` and ``zone``, or ``station_id``; and ``received_at``.
        Raises ``Invalid``.
        """
        with self._db.read() as session:
            received, distance, zone = read_way(
                raw,
                now=self._clock.now(),
                zone=self.zone,
                rules=self.rules,
                ground=self._ground(session),
            )
        return promise(received, distance, zone, self.rules)

    def log_intake(
        self,
        raw_or_intake: Mapping[str, Any] | Intake,
        actor: Actor,
        key: str,
        where: Where = NOWHERE,
    ) -> Ticket:
        """Take one matter into the 三来 register (R-01); the same ``key`` again changes nothing.

        Raises ``Invalid`` with every fault at once, ``Forbidden`` for the wrong post.
        """
        now = self._clock.now()

        def do(session: Session) -> str:
            intake = raw_or_intake
            if not isinstance(intake, Intake):
                intake = read_intake(
                    intake,
                    actor=actor,
                    now=now,
                    zone=self.zone,
                    rules=self.rules,
                    ground=self._ground(session),
                )
            return self._open(session, intake, actor, where, now)

        request = ["log", _fingerprint(raw_or_intake)]
        with self._recording_refusals(None, "log", actor, where, now):
            return self._once(key, actor, request, now, do)

    # -- the life of a ticket ----------------------------------------------------------------

    def act(
        self,
        ticket_id: str,
        command_name: str,
        data: Mapping[str, Any],
        actor: Actor,
        key: str,
        where: Where = NOWHERE,
    ) -> Ticket:
        """Take one step of ``workflow.TABLE``; the same ``key`` again changes nothing.

        Raises ``NotFound``, ``Forbidden``, ``OutOfOrder`` (these two are put on record, R-40),
        ``Invalid`` with every fault at once, ``Conflict`` for a key used for something else.
        """
        now = self._clock.now()

        def do(session: Session) -> str:
            ticket = store.load(session, ticket_id, lock=True)
            self._step(session, ticket, command_name, data, actor, where, now)
            return ticket_id

        request = [command_name, ticket_id, _fingerprint(data)]
        with self._recording_refusals(ticket_id, command_name, actor, where, now):
            return self._once(key, actor, request, now, do)

    # -- telemetry, by way of the bridge -----------------------------------------------------

    def open_from_alarm(self, dedupe_key: str, station: Station, facts: AlarmFacts) -> Ticket:
        """Return the one ticket that this occurrence of an alarm has, opening it if need be (R-33).

        While the rule's last ticket is not signed by the team leader it takes up the new
        occurrence itself (``telemetry_relapsed``) and waits again; a ticket that is past waiting
        leaves it to a new one. Every repeat is harmless, from however many processes: an
        occurrence that a ticket knows of is not told to it again, and ``dedupe_key`` is unique.
        """
        now = self._clock.now()
        try:
            with self._db.write() as session:
                found = self._by_dedupe_key(session, dedupe_key)
                found = found or self._taken_up(session, facts, now)
                if found is not None:
                    return found
                intake = alarm_intake(station, facts, now)
                opened = self._open(session, intake, SYSTEM, NOWHERE, now, dedupe_key)
                return store.load(session, opened)
        except IntegrityError:
            # Another process was first, between our look and our insert: its ticket is the one.
            with self._db.read() as session:
                found = self._by_dedupe_key(session, dedupe_key)
            if found is None:
                raise
            return found

    def _taken_up(self, session: Session, facts: AlarmFacts, now: datetime) -> Ticket | None:
        """Return the rule's last ticket if it knows of this occurrence, or can be told of it."""
        ticket = store.latest_of_rule(session, facts.rule_id)
        if ticket is None or ticket.alarm_since is None or ticket.alarm_since >= facts.raised_at:
            return ticket
        if not _can_be_told(ticket, "telemetry_relapsed"):
            return None
        data = {"at": facts.raised_at.isoformat()}
        return self._step(session, ticket, "telemetry_relapsed", data, SYSTEM, NOWHERE, now)

    def telemetry_returned(self, ticket_id: str, raised_at: datetime, at: datetime) -> Ticket:
        """Put on the ticket that telemetry, bad since ``raised_at``, is back since ``at``.

        A repeat, a ticket that no longer waits, or one that has heard of a later occurrence since,
        changes nothing. Raises ``NotFound``.
        """
        now = self._clock.now()
        with self._db.write() as session:
            ticket = store.load(session, ticket_id, lock=True)
            since = ticket.alarm_since
            old_news = since is None or raised_at < since
            if old_news or not _can_be_told(ticket, "telemetry_returned"):
                return ticket
            data = {"at": at.isoformat()}
            return self._step(session, ticket, "telemetry_returned", data, SYSTEM, NOWHERE, now)

    # -- timers ------------------------------------------------------------------------------

    def miss_due_arrivals(self, now: datetime) -> int:
        """Put on record every arrival whose time has come with nobody there; return how many.

        A due row is claimed by a conditional UPDATE in the transaction of its event, so two
        schedulers at once, or one that dies, make neither two events nor none.
        """
        with self._db.read() as session:
            due = session.execute(
                select(DeadlineRow.id, DeadlineRow.ticket_id)
                .where(*_waiting(), DeadlineRow.due_at <= now)
                .order_by(DeadlineRow.due_at)
                .limit(_BATCH)
            ).all()
        missed = 0
        for deadline_id, ticket_id in due:
            try:
                missed += self._miss(deadline_id, ticket_id, now)
            except SanlaiError:
                # One ticket that can't be read must not keep the others from their time.
                _log.exception("the missed arrival of ticket %s could not be recorded", ticket_id)
        return missed

    def _miss(self, deadline_id: int, ticket_id: str, now: datetime) -> bool:
        with self._db.write() as session:
            # The ticket first, as everybody locks it first: no two can wait for each other.
            ticket = store.load(session, ticket_id, lock=True)
            claimed = session.execute(
                update(DeadlineRow)
                .where(DeadlineRow.id == deadline_id, *_waiting())
                .values(fired_at=now)
            )
            if cast("CursorResult[Any]", claimed).rowcount != 1:
                return False
            self._step(session, ticket, "miss_arrival", {}, SYSTEM, NOWHERE, now)
            return True

    # -- the customer's link -----------------------------------------------------------------

    def customer_token(self, ticket_id: str) -> str:
        """Return the token of the customer's link, the same one each time."""
        return make_token(self._secret, ticket_id)

    def ticket_by_token(self, session: Session, token: str) -> Ticket:
        """Return the ticket that a customer's link opens; raise ``NotFound`` for any other text."""
        ticket_id = read_token(self._secret, token)
        if ticket_id is None:
            raise NotFound("link_not_found", "this link opens no ticket")
        return store.load(session, ticket_id)

    # -- within ------------------------------------------------------------------------------

    def _open(
        self,
        session: Session,
        intake: Intake,
        actor: Actor,
        where: Where,
        now: datetime,
        dedupe_key: str | None = None,
    ) -> str:
        ticket = draft_ticket(
            intake,
            ticket_id=self._new_id(now),
            number=store.next_number(session, now.astimezone(self.zone).strftime("%Y%m%d")),
            actor=actor,
            now=now,
            rules=self.rules,
            dedupe_key=dedupe_key,
        )
        return self._step(session, ticket, "log", {}, actor, where, now).id

    def _step(
        self,
        session: Session,
        ticket: Ticket,
        name: str,
        data: Mapping[str, Any],
        actor: Actor,
        where: Where,
        now: datetime,
    ) -> Ticket:
        if name == "log" and ticket.state is not State.NEW:
            raise NotFound("unknown_command", "a ticket is logged by its intake", command=name)
        decision = decide(ticket, Command(name, data, self.zone), actor, now, self.rules)
        store.save(session, decision, actor=actor, where=where, now=now)
        return decision.after

    def _once(
        self,
        key: str,
        actor: Actor,
        request: object,
        now: datetime,
        do: Callable[[Session], str],
    ) -> Ticket:
        with self._db.write() as session:
            ticket_id = run_once(
                session,
                key=key,
                actor_id=actor.id,
                request=request,
                now=now,
                do=lambda: do(session),
            )
            return store.load(session, ticket_id)

    def _by_dedupe_key(self, session: Session, dedupe_key: str) -> Ticket | None:
        body = session.scalar(select(TicketRow.body).where(TicketRow.dedupe_key == dedupe_key))
        return None if body is None else to_ticket(body)

    def _ground(self, session: Session) -> Gazetteer:
        return Gazetteer(
            self._office,
            lambda place_id: _or_none(lambda: get_area(session, place_id)),
            lambda station_id: _or_none(lambda: get_station(session, station_id)),
        )

    @contextmanager
    def _recording_refusals(
        self, ticket_id: str | None, command: str, actor: Actor, where: Where, now: datetime
    ) -> Iterator[None]:
        try:
            yield
        except (Forbidden, OutOfOrder) as refused:
            # Its own transaction: the attempt has fallen, the record of it must not.
            with self._db.write() as session:
                session.add(
                    RefusalRow(
                        at=now,
                        ticket_id=ticket_id,
                        command=command[:32],
                        actor_id=actor.id,
                        actor_name=actor.name,
                        actor_role=actor.post,
                        where=msgspec.to_builtins(where),
                        code=refused.code,
                        message=refused.message,
                    )
                )
            raise


def _can_be_told(ticket: Ticket, command: str) -> bool:
    return any(step.command == command for step in allowed(ticket, SYSTEM))


def _waiting() -> tuple[Any, ...]:
    return (DeadlineRow.fired_at.is_(None), DeadlineRow.settled_at.is_(None))


def _fingerprint(data: object) -> str:
    """Return what was sent as text, whatever it was: NaN and the like are judged later."""
    return json.dumps(msgspec.to_builtins(data), sort_keys=True, default=str)


def _or_none(find: Callable[[], T]) -> T | None:
    try:
        return find()
    except NotFound:
        return None
