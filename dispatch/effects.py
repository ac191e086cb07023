"""What a step writes on the ticket: one small pure function each, given its typed command.

The new state is not set here: that is the table's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from dispatch import commands as c
from dispatch.model import (
    Consent,
    CustomerOpinion,
    FlowTest,
    Outcome,
    Quote,
    SignOff,
    Ticket,
    WorkReport,
)
from kit.actors import Actor

Effect = Callable[[Ticket, Any, Actor, datetime], Ticket]


def nothing(ticket: Ticket, _command: object, _actor: Actor, _now: datetime) -> Ticket:
    """Leave the ticket as the intake made it."""
    return ticket


def issue(ticket: Ticket, command: c.Issue, actor: Actor, now: datetime) -> Ticket:
    """Write the task order (任务单)."""
    return replace(ticket, task=command.task, issued_at=now, issued_by=actor)


def assign(ticket: Ticket, command: c.Assign, actor: Actor, now: datetime) -> Ticket:
    """Name who goes; whoever set out before under other names sets out anew."""
    return replace(
        ticket,
        technicians=command.technicians,
        assigned_at=now,
        assigned_by=actor,
        departed_at=None,
    )


def relieve(ticket: Ticket, command: c.Assign, actor: Actor, now: datetime) -> Ticket:
    """Name who takes over at the site."""
    return replace(ticket, technicians=command.technicians, assigned_at=now, assigned_by=actor)


def depart(ticket: Ticket, _command: c.Simple, _actor: Actor, now: datetime) -> Ticket:
    """Note when they set out."""
    return replace(ticket, departed_at=now)


def arrive(ticket: Ticket, _command: c.Simple, _actor: Actor, now: datetime) -> Ticket:
    """Note when they were there: what R-11 promised."""
    return replace(ticket, arrived_at=now)


def quote_fee(ticket: Ticket, command: c.QuoteFee, _actor: Actor, now: datetime) -> Ticket:
    """Put a new quote in the place of the last; consent to the last is consent no more."""
    n = ticket.quote.n + 1 if ticket.quote else 1
    return replace(ticket, quote=Quote(n, command.lines, now))


def consent(ticket: Ticket, command: c.GiveConsent, actor: Actor, now: datetime) -> Ticket:
    """Write down the customer's yes."""
    given = Consent(command.quote, command.name, actor, now, command.signature)
    return replace(ticket, consent=given)


def decline(ticket: Ticket, command: c.Reason, _actor: Actor, _now: datetime) -> Ticket:
    """Write down the customer's no."""
    return replace(ticket, outcome=Outcome.DECLINED, end_reason=command.reason)


def withdraw(ticket: Ticket, command: c.Reason, _actor: Actor, _now: datetime) -> Ticket:
    """Write down why nobody needs to go any more."""
    return replace(ticket, outcome=Outcome.WITHDRAWN, end_reason=command.reason)


def start_work(ticket: Ticket, _command: c.Simple, _actor: Actor, now: datetime) -> Ticket:
    """Note when the work began."""
    return replace(ticket, work_started_at=now)


def flow_test(ticket: Ticket, command: c.ReportFlowTest, _actor: Actor, now: datetime) -> Ticket:
    """Keep the latest flow test; the earlier ones stay in the events."""
    test = FlowTest(command.passed, command.pressure_mpa, command.note, now)
    return replace(ticket, flow_test=test)


def finish_work(ticket: Ticket, command: c.FinishWork, _actor: Actor, now: datetime) -> Ticket:
    """Write the technicians' report on the order."""
    report = WorkReport(command.materials, command.extra_help, command.note, now)
    return replace(ticket, work=report)


def customer_sign(ticket: Ticket, command: c.CustomerSign, actor: Actor, now: datetime) -> Ticket:
    """Write the customer's opinion on the order, with the fee that it is signed for."""
    opinion = CustomerOpinion(
        completed_at=command.completed_at,
        opinion=command.opinion,
        satisfied=command.satisfied,
        signature=command.signature,
        fee_fen=ticket.quote.total_fen if ticket.quote else 0,
        recorded_by=actor,
        at=now,
    )
    return replace(ticket, opinion=opinion, outcome=Outcome.REPAIRED)


def leader_sign(ticket: Ticket, command: c.Opinion, actor: Actor, now: datetime) -> Ticket:
    """Write the team leader's signature on the order."""
    return replace(ticket, leader_sign=SignOff(actor, command.opinion, now))


def director_sign(ticket: Ticket, command: c.Opinion, actor: Actor, now: datetime) -> Ticket:
    """Write the division director's signature on the order."""
    return replace(ticket, director_sign=SignOff(actor, command.opinion, now))


def send_back(ticket: Ticket, command: c.Reason, _actor: Actor, _now: datetime) -> Ticket:
    """Take every signature and proof of this round off the order: they must be given anew."""
    return replace(
        ticket,
        sent_back_reason=command.reason,
        flow_test=None,
        work=None,
        opinion=None,
        outcome=None,
        leader_sign=None,
    )


def archive(ticket: Ticket, _command: c.Simple, _actor: Actor, now: datetime) -> Ticket:
    """Note when the order went into the archive."""
    return replace(ticket, archived_at=now)


def miss_arrival(ticket: Ticket, _command: c.Simple, _actor: Actor, now: datetime) -> Ticket:
    """Note that the promised time passed with nobody there."""
    return replace(ticket, arrival_missed_at=now)


def telemetry_relapsed(
    ticket: Ticket, command: c.TelemetryRelapsed, _actor: Actor, _now: datetime
) -> Ticket:
    """Note since when the telemetry is bad again: its return is waited for anew."""
    return replace(ticket, relapsed_at=command.at, telemetry_returned_at=None)


def telemetry_returned(
    ticket: Ticket, command: c.TelemetryReturned, _actor: Actor, _now: datetime
) -> Ticket:
    """Note since when the telemetry is back to normal."""
    return replace(ticket, telemetry_returned_at=command.at)
