"""What the page of the duty roster shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from api.web.forms import Form
from dispatch.roster.call_order import Callee, NamedStandIn
from dispatch.roster.leave import Leave
from dispatch.roster.shifts import Gap, Shift


@dataclass(frozen=True, slots=True)
class RosterDay:
    """One day of the week, with the shifts that have any time in it."""

    day: date
    today: bool
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class DutyPage:
    """The week of one office; ``called`` are those to call now, in order."""

    office_id: str
    offices: tuple[tuple[str, str], ...]
    shown_at: datetime
    called: tuple[Callee, ...]
    gaps: tuple[Gap, ...]
    days: tuple[RosterDay, ...]
    absences: tuple[Leave, ...]
    stand_ins: tuple[NamedStandIn, ...]
    before: date
    after: date
    may_enter: bool
    form: Form
