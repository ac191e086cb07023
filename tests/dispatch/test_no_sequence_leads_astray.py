"""Any sequence of commands by anyone, against the account of the rules in ``plain_rules``."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from api.operations.schema import METADATA
from dispatch.repair.alarm_tickets import report_return
from dispatch.repair.missed_deadlines import record_missed_deadlines
from dispatch.repair.repair_tables import TicketRow
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import State, Ticket, customer_of
from dispatch.repair.tickets import TICKETS, load
from dispatch.repair.verify import verify_archive
from dispatch.repair.workflow import REPAIR
from kit.actors import Actor
from kit.db import Database
from kit.errors import Forbidden, Invalid, NotFound, OutOfOrder
from kit.fields import Fields
from kit.workflow import Command
from tests.dispatch.plain_rules import (
    ACTORS,
    ASIDE,
    BEFORE,
    COMMANDS,
    CUSTOMER,
    MOST_TICKETS,
    PARTS,
    STRAIGHT,
    TOWARDS,
    UNANSWERED,
    UNTIL_LEADER,
    Model,
    answer_due,
    has_the_customers_word,
)
from tests.dispatch.ways_out import CONTEXT, leads_out
from tests.dispatch.world import (
    LEADER,
    ZONE,
    World,
    told,
)


class Company(RuleBasedStateMachine):
    """Several tickets, all people, every command, repeated keys, a clock and telemetry."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dispatch-"))
        self.world = World(self.database())
        self.models: dict[str, Model] = {}
        self.tickets: dict[str, Ticket] = {}
        self.alarms: dict[int, list[str]] = {}
        self.bad_since: dict[int, list[datetime]] = {}
        self.examined: dict[str, int] = {}
        self.last: tuple[str, str, dict[str, object], Actor, str] | None = None

    def database(self) -> Database:
        self.db = Database(f"sqlite:///{self.folder / 'records.db'}")
        METADATA.create_all(self.db.engine)
        return self.db

    @precondition(lambda self: len(self.models) < MOST_TICKETS)
    @rule(way_known=st.booleans())
    def a_call_is_logged(self, way_known: bool) -> None:
        unknown = {} if way_known else {"distance_km": "", "zone": "", "way_unknown": True}
        self.enter(self.world.log(**unknown), Model(promised=way_known))

    @rule(n=st.integers(1, 2))
    def telemetry_goes_bad(self, n: int) -> None:
        now = self.world.clock.advance(timedelta(seconds=1))
        times, of_rule = self.bad_since.setdefault(n, []), self.alarms.setdefault(n, [])
        if len(of_rule) == MOST_TICKETS:
            return
        times.append(now)
        ticket = self.deliver(n, len(times))
        if of_rule and self.models[of_rule[-1]].state in UNTIL_LEADER:
            assert ticket.id == of_rule[-1]
            self.tickets[ticket.id] = ticket
            self.models[ticket.id].telemetry_back = False
            self.models[ticket.id].steps += 1
        else:
            self.enter(ticket, Model(station=True, own=True))
            of_rule.append(ticket.id)

    def deliver(self, n: int, occurrence: int) -> Ticket:
        since = self.bad_since[n][occurrence - 1]
        return self.world.alarm(f"alarm:{n}#{occurrence}", rule_id=f"rule-{n}", raised_at=since)

    @precondition(lambda self: self.alarms)
    @rule(data=st.data())
    def an_occurrence_is_delivered_again(self, data: st.DataObject) -> None:
        n = data.draw(st.sampled_from(sorted(self.alarms)))
        occurrence = data.draw(st.integers(1, len(self.bad_since[n])))
        assert self.deliver(n, occurrence).id in self.alarms[n]

    def enter(self, ticket: Ticket, model: Model) -> None:
        assert ticket.id not in self.models
        self.models[ticket.id], self.tickets[ticket.id] = model, ticket

    @precondition(lambda self: self.models)
    @rule(
        data=st.data(),
        tries=st.lists(
            st.tuples(
                st.sampled_from(PARTS)
                | st.tuples(st.sampled_from(COMMANDS), st.sampled_from(ACTORS)),
                st.booleans(),
            ),
            min_size=1,
            max_size=12,
        ),
    )
    def anyone_tries_anything(
        self, data: st.DataObject, tries: list[tuple[tuple[str, Actor], bool]]
    ) -> None:
        ticket_id = data.draw(st.sampled_from(list(self.models)))
        self.go_on(data, ticket_id, data.draw(st.integers(0, 14)))
        for (command, actor), passed in tries:
            self.attempt(ticket_id, command, actor, passed)

    @precondition(lambda self: self.models)
    @rule(data=st.data(), steps=st.integers(1, 14))
    def the_work_goes_on(self, data: st.DataObject, steps: int) -> None:
        self.go_on(data, data.draw(st.sampled_from(list(self.models))), steps)

    @precondition(lambda self: self.turns())
    @rule(data=st.data(), steps=st.integers(0, 3))
    def something_goes_wrong(self, data: st.DataObject, steps: int) -> None:
        ticket_id, part = data.draw(st.sampled_from(self.turns()))
        self.attempt(ticket_id, *part, passed=True)
        self.go_on(data, ticket_id, steps)

    def turns(self) -> list[tuple[str, tuple[str, Actor]]]:
        """Return where a ticket can leave the straight way now, and by whom."""
        parts = [part for part in PARTS if part[0] in ASIDE]
        return [(t, part) for t, m in self.models.items() for part in parts if m.target(*part)]

    def go_on(self, data: st.DataObject, ticket_id: str, steps: int) -> None:
        model = self.models[ticket_id]
        for _ in range(steps):
            onward = [p for name in STRAIGHT for p in PARTS if p[0] == name and model.target(*p)]
            towards = [p for name in TOWARDS for p in PARTS if p[0] == name and model.target(*p)]
            # Straight on where the rules let it, else what the next step still lacks.
            straight = [p for p in onward if not (p[0] == "assign" and model.crew)]
            if possible := straight or towards:
                self.attempt(ticket_id, *data.draw(st.sampled_from(possible)), passed=True)

    def attempt(self, ticket_id: str, command: str, actor: Actor, passed: bool) -> None:
        ticket, model = self.tickets[ticket_id], self.models[ticket_id]
        self.world.clock.advance(timedelta(minutes=1))
        given = self.said(ticket, command, actor) | {"passed": passed}
        who = customer_of(ticket) if actor == CUSTOMER else actor
        target, key = model.target(command, actor), self.world.key()
        if target is None:
            with pytest.raises((Forbidden, OutOfOrder, Invalid, NotFound)):
                take_step(self.world.desk, ticket_id, command, given, who, key)
            return
        done = take_step(self.world.desk, ticket_id, command, given, who, key)
        model.take(command, target, passed=passed)
        self.tickets[ticket_id] = done
        self.last = (ticket_id, command, given, who, key)
        self.examine(ticket_id)

    def said(self, ticket: Ticket, command: str, actor: Actor) -> dict[str, object]:
        """Return what this person says; a leader says who told it, wherever it is asked for."""
        marked = told(self.world.clock.now()) if actor == LEADER else {}
        return self.world.usual_data(ticket, command) | marked

    @precondition(lambda self: self.last)
    @rule()
    def the_last_command_is_sent_again(self) -> None:
        assert self.last is not None
        ticket_id, command, given, who, key = self.last
        again = take_step(self.world.desk, ticket_id, command, given, who, key)
        assert again == self.tickets[ticket_id]

    @precondition(lambda self: self.alarms)
    @rule(data=st.data())
    def telemetry_is_back(self, data: st.DataObject) -> None:
        n = data.draw(st.sampled_from(sorted(self.alarms)))
        ticket_id = self.alarms[n][-1]
        model = self.models[ticket_id]
        # An earlier occurrence has been superseded by a later one.
        since = data.draw(st.sampled_from(self.bad_since[n]))
        heard = since == self.bad_since[n][-1] and model.state in UNTIL_LEADER
        self.tickets[ticket_id] = report_return(
            self.world.desk, ticket_id, since, self.world.clock.now()
        )
        if heard and not model.telemetry_back:
            model.telemetry_back = True
            model.steps += 1

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        now = self.world.clock.advance(timedelta(minutes=minutes))
        kinds = (self.is_missed, self.overruns, self.is_unanswered)
        due = [t for is_due in kinds for t, model in self.models.items() if is_due(t, model, now)]
        assert record_missed_deadlines(self.world.desk, now) == len(due)
        for ticket_id in due:
            self.models[ticket_id].steps += 1
            with self.db.read() as session:
                self.tickets[ticket_id] = load(session, ticket_id)

    def is_missed(self, ticket_id: str, model: Model, now: datetime) -> bool:
        ticket, expected = self.tickets[ticket_id], (*BEFORE, "waiting")
        waits = model.state in expected and not model.arrived and not ticket.crew.missed_at
        return waits and ticket.due_at is not None and ticket.due_at <= now

    def is_unanswered(self, ticket_id: str, model: Model, now: datetime) -> bool:
        ticket, waits = self.tickets[ticket_id], model.state in UNANSWERED and not model.station
        return waits and not ticket.answer.missed_at and answer_due(ticket) <= now

    def overruns(self, ticket_id: str, model: Model, now: datetime) -> bool:
        pause = self.tickets[ticket_id].pause
        assert (pause is not None) == (model.state == "waiting")
        return pause is not None and pause.overran_at is None and pause.resume_by <= now

    @precondition(lambda self: self.models)
    @rule()
    def the_program_is_started_again(self) -> None:
        self.db.close()
        self.world.desk = self.world.start(self.database())

    @invariant()
    def no_ticket_is_lost_and_each_is_where_the_rules_say(self) -> None:
        with self.db.read() as session:
            assert set(session.scalars(select(TicketRow.id))) == set(self.models)
            for ticket_id, model in self.models.items():
                ticket = load(session, ticket_id)
                assert ticket.state.value == model.state
                assert ticket == self.tickets[ticket_id]
                assert len(TICKETS.history(session, ticket_id)) == model.steps == ticket.version

    @invariant()
    def everyone_may_take_the_steps_that_the_rules_give_and_no_other(self) -> None:
        for ticket_id in self.models:
            self.examine(ticket_id)

    def examine(self, ticket_id: str) -> None:
        """Let everyone ask for every step, without taking it: chance alone tries too few."""
        ticket, model = self.tickets[ticket_id], self.models[ticket_id]
        if self.examined.get(ticket_id) == ticket.version:
            return
        self.examined[ticket_id] = ticket.version
        now = self.world.clock.now()
        for name in COMMANDS:
            for actor in ACTORS:
                command = Command(name, Fields(self.said(ticket, name, actor), ZONE))
                who = customer_of(ticket) if actor == CUSTOMER else actor
                try:
                    decision = REPAIR.decide(ticket, command, who, now, CONTEXT)
                    found = decision.after.state.value
                except (Forbidden, OutOfOrder, Invalid):
                    found = None
                assert found == model.target(name, actor), (name, actor.id, model)

    @invariant()
    def nothing_is_archived_without_the_customers_word(self) -> None:
        """Or what stands in its place, read from what is stored and not from the model."""
        for ticket in self.tickets.values():
            if ticket.state is State.ARCHIVED and not ticket.own_facility:
                assert has_the_customers_word(ticket), ticket

    @invariant()
    def the_record_stands_as_it_was_written(self) -> None:
        with self.db.read() as session:
            assert verify_archive(session) == []

    def teardown(self) -> None:
        for ticket in self.tickets.values():
            assert leads_out(self.world, ticket), ticket
        self.db.close()
        shutil.rmtree(self.folder)


Company.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,  # a slow disk is no reason to fail
    print_blob=True,  # a failure can be run again from what is printed
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestNoSequenceLeadsAstray = Company.TestCase
