"""Every ticket that true steps alone can lead to, and whether they lead on to the archive.

Nothing is stored: each step is decided by the workflow alone. Two tickets count as one where no
condition can tell them apart.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dispatch.repair.context import RepairContext
from dispatch.repair.telemetry import TELEMETRY_RELAPSED, TELEMETRY_RETURNED, TelemetryChanged
from dispatch.repair.ticket import State, Ticket, customer_of
from dispatch.repair.workflow import REPAIR
from kit.actors import SYSTEM, Actor
from kit.errors import Forbidden, Invalid, OutOfOrder
from kit.fields import Fields
from kit.step import Stamp
from kit.workflow import Command
from tests.dispatch.world import (
    LEADER,
    OFFICE_TIME,
    RULES,
    STAFF,
    TECHNICIAN,
    WORKMANSHIP,
    ZONE,
    World,
    told,
)

CONTEXT = RepairContext(RULES, OFFICE_TIME, WORKMANSHIP, {one.id: one.name for one in STAFF}.get)
PEOPLE = [step.name for step in REPAIR.steps_of_people()]
NEVER_SIGNS = ("customer_sign",)
NEVER_THERE = ("consent", "decline", "customer_sign", "customer_defers")


@dataclass(frozen=True)
class Situation:
    """What is true all along: the steps that would be false, who can't act, and what is said.

    ``corrected``: whose facility it is turns out otherwise; to say so anywhere else is false.
    """

    name: str
    false: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    unanswered: bool = False
    corrected: bool = False


SITUATIONS = (
    Situation("all goes well"),
    Situation("nobody ever opens or answers", NEVER_THERE, ("customer",), unanswered=True),
    Situation("the customer refuses to sign", NEVER_SIGNS),
    Situation("the customer never agrees to a fee", ("consent",)),
    Situation("it was no leak", ("start_work", "transfer", "withdraw", "waive", "decline")),
    Situation("it is another unit's pipe", ("start_work", "no_fault_found", "withdraw", "decline")),
    Situation("the part never comes", ("start_work", "finish_work", "no_fault_found", "transfer")),
    Situation("the road stays flooded", ("arrive", "no_fault_found", "transfer")),
    Situation("the technician's phone is dead", (), (TECHNICIAN.id,)),
    Situation("the customer never opens the link", (), ("customer",)),
    Situation("it turns out to be another's facility", corrected=True),
)
AT_A_STATION = (
    *(one for one in SITUATIONS if not one.false),
    Situation("it was no fault", ("start_work", "transfer", "withdraw")),
    Situation("the power company's matter", ("start_work", "no_fault_found", "withdraw")),
)


def ways(world: World, ticket: Ticket, now: datetime, situation: Situation) -> Iterator[Ticket]:
    """Give the ticket after each true step that somebody can take now."""
    actors = [*STAFF, customer_of(ticket)]
    false = situation.false if situation.corrected else (*situation.false, "correct_facility")
    for name in PEOPLE:
        for actor in actors:
            who = "customer" if actor == actors[-1] else actor.id
            if name in false or who in situation.away:
                continue
            said = Fields(_said(world, ticket, name, actor, now, situation), ZONE)
            try:
                yield REPAIR.decide(ticket, Command(name, said), actor, now, CONTEXT).after
            except (Forbidden, OutOfOrder, Invalid):
                continue
    heard, stamp = TelemetryChanged(now), Stamp(SYSTEM, now)
    for step in (TELEMETRY_RETURNED, TELEMETRY_RELAPSED):
        if REPAIR.can(ticket, step.name, SYSTEM):
            yield REPAIR.take(ticket, step, heard, stamp).after


def dead_ends(world: World, start: Ticket, situation: Situation) -> list[Ticket]:
    """Return every ticket that true steps lead to, and from which none lead to the archive."""
    now = world.clock.now() + timedelta(minutes=1)
    found, onward, waiting = {_key(start): start}, {}, deque([start])
    while waiting:
        ticket = waiting.popleft()
        after = list(ways(world, ticket, now, situation))
        onward[_key(ticket)] = {_key(one) for one in after}
        for one in after:
            if _key(one) not in found:
                found[_key(one)] = one
                waiting.append(one)
    ends = {key for key, one in found.items() if one.state is State.ARCHIVED}
    while more := {key for key, to in onward.items() if key not in ends and to & ends}:
        ends |= more
    return [one for key, one in found.items() if key not in ends]


def leads_out(world: World, start: Ticket) -> bool:
    """Whether true steps lead from here to the archive: the first way that is found will do."""
    now = world.clock.now() + timedelta(minutes=1)
    seen, waiting = {_key(start)}, [start]
    while waiting:
        ticket = waiting.pop()
        if ticket.state is State.ARCHIVED:
            return True
        after = [one for one in ways(world, ticket, now, SITUATIONS[0]) if _key(one) not in seen]
        seen |= {_key(one) for one in after}
        waiting += reversed(after)
    return False


def _said(
    world: World,
    ticket: Ticket,
    name: str,
    actor: Actor,
    now: datetime,
    situation: Situation,
) -> dict[str, Any]:
    said = world.usual_data(ticket, name) | (told(now) if actor == LEADER else {})
    if name == "call_back" and situation.unanswered:
        said |= {"answered": False, "attempts": said["attempts"] * 3}
    return said


def _key(ticket: Ticket) -> tuple[Any, ...]:
    """Return what the conditions of the table look at."""
    work, signed = ticket.work, ticket.signatures
    test = work.flow_test.passed if work.flow_test else None
    return (
        *(ticket.state, ticket.outcome, ticket.order is None, not ticket.crew.technicians),
        *(ticket.own_facility, ticket.due_at is None, ticket.crew.arrived_at is None),
        *(ticket.fee.quote is None, ticket.fee.agreed),
        *(work.started_at is None, work.flow_test_needed, test),
        *(signed.customer is None, signed.missing and (signed.missing.why, signed.missing.witness)),
        *(any(call.settles for call in signed.calls), ticket.waits_for_telemetry),
        ticket.pause and ticket.pause.hindrance,
    )
