"""Finding tickets: board, register, jobs. Who may see what is decided in the query."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from dispatch.privacy import sees_person
from dispatch.repair.masking import masked_ticket
from dispatch.repair.matter import Channel, JobType
from dispatch.repair.record_formats import UnreadableTicket, to_ticket
from dispatch.repair.repair_tables import TicketGramRow, TicketRow, TicketTechnicianRow
from dispatch.repair.search_grams import grams_of
from dispatch.repair.ticket import OPEN_STATES, State, Ticket
from dispatch.repair.workflow import NO_ONE_THERE, REPAIR, TECHNICIAN
from kit.actors import Actor, Post
from kit.rights import Reach, reach

_log = logging.getLogger(__name__)
LARGEST_PAGE = 200
MOST_CANDIDATES = 1_000
"""So many of the newest tickets are compared with what is searched for."""
MOST_PARTS = 4
"""So many parts of a text, the rarest, are looked up: more would find hardly less."""
MOST_COUNTED = 5_000
JOB_STATES = REPAIR.states_with_step_of(TECHNICIAN)
"""The states in which a ticket's technicians have something to do."""


class Sort(StrEnum):
    """What a list of tickets is ordered by."""

    PRIORITY = "priority"
    DUE = "due"
    RECEIVED = "received"
    NUMBER = "number"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; None or empty means no filter.

    ``overdue``: nobody has arrived, and the promised time is past. ``unpromised``: nobody has
    arrived, and a person must still state the time. ``open_only``: somebody still has something
    to do. ``text``: part of number or address, and of name or
    phone, of the reporter, customer or payer, for those who may see them.
    """

    states: tuple[StrEnum, ...] = ()
    open_only: bool = False
    overdue: bool = False
    unpromised: bool = False
    channel: Channel | None = None
    job_type: JobType | None = None
    station_id: str | None = None
    received_from: datetime | None = None
    received_until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list, and which page of it; ``page`` counts from 1.

    ``Sort.PRIORITY``: by the written rules (R-41), then by due time.
    """

    sort: Sort = Sort.PRIORITY
    descending: bool = False
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class FoundTickets:
    """One page of tickets as the viewer may see them; ``total`` counts all that match.

    ``newest_only``: the text fits so many that only the newest were looked at, or is too short to
    be looked up, so that only open ones were.
    """

    tickets: tuple[Ticket, ...]
    total: int
    page: int
    page_size: int
    newest_only: bool = False


def find_tickets(
    session: Session,
    viewer: Actor,
    now: datetime,
    wanted: TicketFilter | None = None,
    order: Order | None = None,
) -> FoundTickets:
    """Return one page of the tickets that this viewer may see."""
    wanted, order = wanted or TicketFilter(), order or Order()
    candidates = _candidates(session, wanted.text.strip().lower())
    where = and_(within_reach(viewer), candidates.where, *_narrow(wanted, viewer, now))
    page, page_size = max(order.page, 1), min(max(order.page_size, 1), LARGEST_PAGE)
    # The ids alone come from an index; a body is fetched only for what is shown, or a late page
    # would read every body before it.
    chosen = select(TicketRow.id).where(where).order_by(*_columns(order))
    ids = session.scalars(chosen.limit(page_size).offset((page - 1) * page_size)).all()
    rows = session.execute(select(TicketRow.id, TicketRow.body).where(TicketRow.id.in_(ids)))
    bodies = {row.id: row.body for row in rows}
    shown = _readable(bodies[one] for one in ids)
    found = tuple(masked_ticket(ticket, viewer) for ticket in shown)
    return FoundTickets(found, _count(session, where), page, page_size, candidates.newest_only)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Which tickets a text is compared with."""

    where: ColumnElement[bool]
    newest_only: bool = False


def _candidates(session: Session, needle: str) -> _Candidates:
    """Return the tickets that have every part of the text: the newest, if they are very many."""
    if not needle or _NUMBER.fullmatch(needle):
        return _Candidates(true())
    parts = sorted(grams_of(needle))
    if not parts:
        return _Candidates(TicketRow.state.in_(OPEN_STATES), newest_only=True)
    # The rarest part is read, and the others are looked up for each of its tickets.
    rarest, *others = sorted(parts, key=lambda part: _how_often(session, part))[:MOST_PARTS]
    chosen = select(TicketGramRow.ticket_id).where(TicketGramRow.gram == rarest)
    for part in others:
        other = aliased(TicketGramRow)
        same = other.ticket_id == TicketGramRow.ticket_id
        chosen = chosen.where(select(other.gram).where(other.gram == part, same).exists())
    newest = chosen.order_by(TicketGramRow.ticket_id.desc()).limit(MOST_CANDIDATES)
    ids = session.scalars(newest).all()
    return _Candidates(TicketRow.id.in_(ids), newest_only=len(ids) == MOST_CANDIDATES)


def _how_often(session: Session, part: str) -> int:
    """Return how many tickets have this part, counted no further than it matters."""
    some = select(TicketGramRow.gram).where(TicketGramRow.gram == part).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _readable(bodies: Iterable[Any]) -> Iterator[Ticket]:
    for body in bodies:
        try:
            yield to_ticket(body)
        except UnreadableTicket:
            # One that was altered must not hide the others; verifying the record names it.
            _log.exception("a ticket was left out of a list")


def jobs_of(session: Session, technician: Actor, now: datetime) -> tuple[Ticket, ...]:
    """Return what this technician has to do, in the order of service."""
    wanted, order = TicketFilter(states=JOB_STATES), Order(page_size=LARGEST_PAGE)
    return find_tickets(session, technician, now, wanted, order).tickets


def count_jobs(session: Session) -> dict[str, int]:
    """Return how many open jobs each technician has, by id; those without any are left out."""
    person = TicketTechnicianRow.technician_id
    statement = (
        select(person, func.count())
        .join(TicketRow, TicketRow.id == TicketTechnicianRow.ticket_id)
        .where(TicketRow.state.in_(JOB_STATES))
        .group_by(person)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def count_signed_ways(session: Session) -> dict[str, int]:
    """Return by which way the customers of archived tickets signed, as far as it was asked for.

    Reads every archived ticket's row.
    """
    way = TicketRow.signed_way
    counted = select(way, func.count()).where(TicketRow.state == State.ARCHIVED, way.is_not(None))
    return {str(row[0]): row[1] for row in session.execute(counted.group_by(way))}


def count_overdue(session: Session, viewer: Actor, now: datetime) -> int:
    """Return how many of this viewer's tickets are overdue with nobody there."""
    return _count(session, and_(within_reach(viewer), _overdue(now)))


def open_at_station(session: Session, station_id: str) -> list[str]:
    """Return the numbers of the open tickets at a station."""
    statement = select(TicketRow.number).where(
        TicketRow.station_id == station_id, TicketRow.state.in_(OPEN_STATES)
    )
    return list(session.scalars(statement.order_by(TicketRow.number)))


def within_reach(viewer: Actor) -> ColumnElement[bool]:
    """Return the SQL condition for the tickets that this viewer may know of.

    ``masking.knows_of`` says the same of one ticket.
    """
    found = reach(viewer, "tickets.see")
    if found is not Reach.OWN:
        return true() if found is Reach.ANY else false()
    if viewer.post is Post.CUSTOMER:
        return TicketRow.id == viewer.id.removeprefix("customer:")
    named = select(TicketTechnicianRow.ticket_id).where(
        TicketTechnicianRow.ticket_id == TicketRow.id,
        TicketTechnicianRow.technician_id == viewer.id,
    )
    return named.exists()


def _narrow(wanted: TicketFilter, viewer: Actor, now: datetime) -> Iterable[ColumnElement[bool]]:
    if wanted.states:
        yield TicketRow.state.in_(wanted.states)
    if wanted.open_only:
        yield TicketRow.state.in_(OPEN_STATES)
    if wanted.overdue:
        yield _overdue(now)
    if wanted.unpromised:
        yield and_(TicketRow.state.in_(NO_ONE_THERE), TicketRow.due_at.is_(None))
    if wanted.channel is not None:
        yield TicketRow.channel == wanted.channel
    if wanted.job_type is not None:
        yield TicketRow.job_type == wanted.job_type
    if wanted.station_id is not None:
        yield TicketRow.station_id == wanted.station_id
    if wanted.received_from is not None:
        yield TicketRow.received_at >= wanted.received_from
    if wanted.received_until is not None:
        yield TicketRow.received_at < wanted.received_until
    if wanted.text.strip():
        yield _contains(wanted.text.strip().lower(), viewer)


_NUMBER = re.compile(r"wx\d{8}-\d{4,}")


def _contains(needle: str, viewer: Actor) -> ColumnElement[bool]:
    if _NUMBER.fullmatch(needle):
        return TicketRow.number == needle.upper()
    columns = [TicketRow.number, TicketRow.address]
    if sees_person(viewer):
        columns += [TicketRow.name, TicketRow.phone, TicketRow.parties]
    return or_(*(func.lower(column).contains(needle, autoescape=True) for column in columns))


def _overdue(now: datetime) -> ColumnElement[bool]:
    # What ``Ticket.arrival`` calls overdue, in SQL; a test compares the two.
    nobody_yet = and_(TicketRow.state.in_(NO_ONE_THERE), TicketRow.arrived_at.is_(None))
    return and_(nobody_yet, TicketRow.due_at <= now)


def _columns(order: Order) -> list[ColumnElement[Any]]:
    # What has no time yet waits for a person to state one, so it comes first.
    due: list[ColumnElement[Any]] = [TicketRow.due_at.is_not(None), TicketRow.due_at.expression]
    columns: dict[Sort, list[ColumnElement[Any]]] = {
        Sort.PRIORITY: [-TicketRow.priority, *due],
        Sort.DUE: due,
        Sort.RECEIVED: [TicketRow.received_at.expression],
        Sort.NUMBER: [],
        Sort.STATE: [TicketRow.state.expression],
    }
    # The number makes every order total, so that paging neither skips nor repeats a ticket.
    chosen = [*columns[order.sort], TicketRow.number.expression]
    return [column.desc() if order.descending else column.asc() for column in chosen]


def _count(session: Session, where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(TicketRow).where(where)) or 0
