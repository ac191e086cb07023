"""Reading tickets: boards, registers, one ticket. Who may see what is decided in the query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from dispatch import history
from dispatch.model import Channel, JobType, State, Technician, Ticket, TicketEvent
from dispatch.privacy import mask_name, mask_phone, masked_event, masked_ticket, sees_person
from dispatch.rows import to_ticket
from dispatch.tables import RefusalRow, TicketEventRow, TicketRow, TicketTechnicianRow
from dispatch.workflow import BEFORE_SITE
from kit.actors import Actor, Post
from kit.errors import NotFound

LARGEST_PAGE = 200
JOB_STATES = (State.ASSIGNED, State.EN_ROUTE, State.ON_SITE, State.WORKING, State.WORK_DONE)
"""While a ticket is in one of these, its technicians have something to do on it."""


class Sort(StrEnum):
    """What a list of tickets is ordered by."""

    PRIORITY = "priority"
    DUE = "due"
    RECEIVED = "received"
    NUMBER = "number"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; what is None or empty does not narrow the list.

    ``overdue``: nobody was there yet, and the promised time is past. ``open_only``: not archived.
    ``text``: part of number or address, and of name or phone for those who may see them.
    """

    states: tuple[State, ...] = ()
    open_only: bool = False
    overdue: bool = False
    channel: Channel | None = None
    job_type: JobType | None = None
    station_id: str | None = None
    received_from: datetime | None = None
    received_until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of the ticket board, with name and phone as the viewer may see them."""

    id: str
    number: str
    state: State
    channel: Channel
    job_type: JobType
    priority: float
    name: str
    phone: str
    address: str
    station_id: str | None
    received_at: datetime
    due_at: datetime
    arrived_at: datetime | None
    arrival_missed_at: datetime | None
    technicians: tuple[Technician, ...]
    overdue: bool


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of the board; ``total`` counts all that the filter lets through."""

    rows: tuple[BoardRow, ...]
    total: int
    page: int
    page_size: int


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One page of whole tickets, as the intake register prints them."""

    tickets: tuple[Ticket, ...]
    total: int
    page: int
    page_size: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets stand where."""

    by_state: dict[State, int]
    overdue: int


@dataclass(frozen=True, slots=True)
class Refused:
    """One attempt that was refused (R-40)."""

    at: datetime
    ticket_id: str | None
    command: str
    actor: Actor
    code: str
    message: str


def board(
    session: Session,
    viewer: Actor,
    now: datetime,
    wanted: TicketFilter | None = None,
    *,
    sort: Sort = Sort.PRIORITY,
    descending: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> BoardPage:
    """Return one page of the tickets that this viewer may see.

    ``Sort.PRIORITY``: by the written rules (R-41), then by due time. ``page`` counts from 1.
    """
    where = and_(_scope(viewer), *_narrow(wanted or TicketFilter(), viewer, now))
    page, page_size = _paging(page, page_size)
    statement = select(TicketRow).where(where).order_by(*_order(sort, descending=descending))
    rows = session.scalars(statement.limit(page_size).offset((page - 1) * page_size)).all()
    return BoardPage(_rows(session, rows, viewer, now), _count(session, where), page, page_size)


def intake_register(
    session: Session,
    viewer: Actor,
    now: datetime,
    wanted: TicketFilter | None = None,
    *,
    descending: bool = True,
    page: int = 1,
    page_size: int = 50,
) -> TicketPage:
    """Return one page of the 三来 register (R-01), the latest receipt first."""
    where = and_(_scope(viewer), *_narrow(wanted or TicketFilter(), viewer, now))
    page, page_size = _paging(page, page_size)
    order = _order(Sort.RECEIVED, descending=descending)
    statement: Select[tuple[Any]] = select(TicketRow.body).where(where).order_by(*order)
    bodies = session.scalars(statement.limit(page_size).offset((page - 1) * page_size))
    tickets = tuple(masked_ticket(to_ticket(body), viewer) for body in bodies)
    return TicketPage(tickets, _count(session, where), page, page_size)


def technician_jobs(session: Session, viewer: Actor, now: datetime) -> tuple[BoardRow, ...]:
    """Return what this technician has to do, in the order of service."""
    wanted = TicketFilter(states=JOB_STATES)
    return board(session, viewer, now, wanted, page_size=LARGEST_PAGE).rows


def get_ticket(session: Session, viewer: Actor, ticket_id: str) -> Ticket:
    """Return one ticket as this viewer may see it.

    Raises ``NotFound`` as well for a ticket that the viewer may not know of.
    """
    return masked_ticket(_visible(session, viewer, ticket_id), viewer)


def ticket_events(session: Session, viewer: Actor, ticket_id: str) -> list[TicketEvent]:
    """Return the steps taken on a ticket, as this viewer may see them; raise ``NotFound``."""
    own_facility = _visible(session, viewer, ticket_id).own_facility
    return [
        masked_event(event, viewer, own_facility=own_facility)
        for event in history.events(session, ticket_id)
    ]


def counts(session: Session, viewer: Actor, now: datetime) -> Counts:
    """Return how many tickets of this viewer stand in each state, and how many are overdue."""
    found = session.execute(
        select(TicketRow.state, func.count()).where(_scope(viewer)).group_by(TicketRow.state)
    )
    return Counts(
        {State(state): number for state, number in found},
        _count(session, and_(_scope(viewer), _overdue(now))),
    )


def change_stamp(session: Session) -> str:
    """Return a text that changes whenever any ticket does: for pages that follow what is live.

    The count is there because two transactions may commit in another order than their ids.
    """
    latest = session.scalar(select(func.max(TicketEventRow.id))) or 0
    recent = select(func.count()).where(TicketEventRow.id > latest - 1000)
    return f"{latest}-{session.scalar(recent)}"


def refusals(session: Session, ticket_id: str | None = None, *, limit: int = 100) -> list[Refused]:
    """Return the latest refused attempts, of one ticket or of all (R-40)."""
    statement = select(RefusalRow).order_by(RefusalRow.id.desc()).limit(limit)
    if ticket_id is not None:
        statement = statement.where(RefusalRow.ticket_id == ticket_id)
    return [
        Refused(
            row.at,
            row.ticket_id,
            row.command,
            Actor(row.actor_id, row.actor_name, Post(row.actor_role)),
            row.code,
            row.message,
        )
        for row in session.scalars(statement)
    ]


def _visible(session: Session, viewer: Actor, ticket_id: str) -> Ticket:
    body = session.scalar(select(TicketRow.body).where(TicketRow.id == ticket_id, _scope(viewer)))
    if body is None:
        raise NotFound("ticket_not_found", f"there is no ticket {ticket_id!r}", id=ticket_id)
    return to_ticket(body)


def _scope(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition that holds for the tickets that this viewer may know of."""
    if viewer.post is Post.TECHNICIAN:
        return (
            select(TicketTechnicianRow.ticket_id)
            .where(
                TicketTechnicianRow.ticket_id == TicketRow.id,
                TicketTechnicianRow.technician_id == viewer.id,
            )
            .exists()
        )
    if viewer.post is Post.CUSTOMER:
        return TicketRow.id == viewer.id.removeprefix("customer:")
    return true()


def _narrow(wanted: TicketFilter, viewer: Actor, now: datetime) -> Iterable[ColumnElement[bool]]:
    if wanted.states:
        yield TicketRow.state.in_(wanted.states)
    if wanted.open_only:
        yield TicketRow.state != State.ARCHIVED
    if wanted.overdue:
        yield _overdue(now)
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


def _contains(needle: str, viewer: Actor) -> ColumnElement[bool]:
    columns = [TicketRow.number, TicketRow.address]
    if sees_person(viewer):
        columns += [TicketRow.name, TicketRow.phone]
    return or_(*(func.lower(column).contains(needle, autoescape=True) for column in columns))


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(TicketRow.state.in_(BEFORE_SITE), TicketRow.due_at <= now)


def _order(sort: Sort, *, descending: bool) -> list[ColumnElement[Any]]:
    columns: dict[Sort, list[ColumnElement[Any]]] = {
        Sort.PRIORITY: [-TicketRow.priority, TicketRow.due_at.expression],
        Sort.DUE: [TicketRow.due_at.expression],
        Sort.RECEIVED: [TicketRow.received_at.expression],
        Sort.NUMBER: [],
        Sort.STATE: [TicketRow.state.expression],
    }
    # The number makes every order total, so that paging neither skips nor repeats a ticket.
    chosen = [*columns[sort], TicketRow.number.expression]
    return [column.desc() if descending else column.asc() for column in chosen]


def _paging(page: int, page_size: int) -> tuple[int, int]:
    return max(page, 1), min(max(page_size, 1), LARGEST_PAGE)


def _count(session: Session, where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(TicketRow).where(where)) or 0


def _rows(
    session: Session, rows: Iterable[TicketRow], viewer: Actor, now: datetime
) -> tuple[BoardRow, ...]:
    found = list(rows)
    crews: dict[str, list[Technician]] = {row.id: [] for row in found}
    named = select(TicketTechnicianRow).where(TicketTechnicianRow.ticket_id.in_(crews))
    for person in session.scalars(named.order_by(TicketTechnicianRow.technician_id)):
        crews[person.ticket_id].append(Technician(person.technician_id, person.name))
    return tuple(_to_board_row(row, tuple(crews[row.id]), viewer, now) for row in found)


def _to_board_row(
    row: TicketRow, crew: tuple[Technician, ...], viewer: Actor, now: datetime
) -> BoardRow:
    plain = sees_person(viewer) or row.station_id is not None
    return BoardRow(
        id=row.id,
        number=row.number,
        state=State(row.state),
        channel=Channel(row.channel),
        job_type=JobType(row.job_type),
        priority=row.priority,
        name=row.name if plain else mask_name(row.name),
        phone=row.phone if plain else mask_phone(row.phone),
        address=row.address,
        station_id=row.station_id,
        received_at=row.received_at,
        due_at=row.due_at,
        arrived_at=row.arrived_at,
        arrival_missed_at=row.arrival_missed_at,
        technicians=crew,
        overdue=State(row.state) in BEFORE_SITE and row.due_at <= now,
    )
