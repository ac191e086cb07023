"""What telemetry reports to an alarm's ticket: back to normal, or bad again (R-33). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.repair.context import Given, Step
from dispatch.repair.ticket import Ticket
from kit.actors import Actor
from kit.fields import Fields
from kit.step import Obstacle, Stamp

TELEMETRY_NOT_BACK = Obstacle(
    "telemetry_not_back", "the telemetry that raised the alarm is not back to normal (R-33)"
)
NOT_FROM_ALARM = Obstacle("not_from_alarm", "this ticket was not opened by an alarm")
ALREADY_RETURNED = Obstacle("already_returned", "the return to normal is already on record")


@dataclass(frozen=True, slots=True)
class TelemetryChanged:
    """The telemetry that raised the alarm is normal, or bad again, since ``at``."""

    at: datetime


def telemetry_back(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-33: an alarm's ticket is not signed off or withdrawn while the fault lasts.

    So no active alarm is left unattended.
    """
    return TELEMETRY_NOT_BACK if ticket.waits_for_telemetry else None


def from_alarm(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """Only an alarm's ticket gets reports of telemetry."""
    return None if ticket.intake.alarm else NOT_FROM_ALARM


def waits_for_telemetry(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """Telemetry is waited for only until it is back to normal."""
    return ALREADY_RETURNED if ticket.telemetry.returned_at else None


def _read_change(form: Fields, given: Given) -> TelemetryChanged:
    return TelemetryChanged(form.time("at", given.now))


def _write_return(ticket: Ticket, said: TelemetryChanged, _stamp: Stamp) -> Ticket:
    return replace(ticket, telemetry=replace(ticket.telemetry, returned_at=said.at))


def _write_relapse(ticket: Ticket, said: TelemetryChanged, _stamp: Stamp) -> Ticket:
    heard = replace(ticket.telemetry, relapsed_at=said.at, returned_at=None)
    return replace(ticket, telemetry=heard)


TELEMETRY_RETURNED = Step[TelemetryChanged](
    "telemetry_returned", _read_change, _write_return, "The telemetry is back to normal."
)
TELEMETRY_RELAPSED = Step[TelemetryChanged](
    "telemetry_relapsed", _read_change, _write_relapse, "The telemetry is bad again."
)
