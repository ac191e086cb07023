"""What lists of tickets show: the board, the register, a technician's jobs, the archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.web.forms import Form
from api.web.listing import Listing
from dispatch.clocks.course import Standing
from dispatch.repair.ticket import Ticket


@dataclass(frozen=True, slots=True)
class ListedTicket:
    """One ticket of a list, and how its arrival and its answer stand."""

    ticket: Ticket
    arrival: Standing
    answer: Standing | None


@dataclass(frozen=True, slots=True)
class TicketsPage:
    """The ticket board, or the register of intake; ``newest_only`` as its search found them."""

    list: Listing
    filter: Form
    tickets: tuple[ListedTicket, ...]
    overdue: int
    shown_at: datetime
    register: bool
    states: tuple[str, ...]
    channels: tuple[str, ...]
    job_types: tuple[str, ...]
    newest_only: bool


@dataclass(frozen=True, slots=True)
class JobsPage:
    """The open jobs of one technician."""

    jobs: tuple[ListedTicket, ...]
    shown_at: datetime


def listed(tickets: Iterable[Ticket], now: datetime) -> tuple[ListedTicket, ...]:
    """Return the tickets of a list, each with how its deadlines stand."""
    return tuple(
        ListedTicket(ticket, ticket.arrival(now), ticket.answered(now)) for ticket in tickets
    )
