"""What the JSON API shows: each model names its fields, so nothing gets out by being there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from dispatch.model import (
    AlarmFacts,
    Channel,
    Consent,
    CustomerOpinion,
    FeeLine,
    FlowTest,
    JobType,
    Outcome,
    Priority,
    Promise,
    Quote,
    SignOff,
    State,
    Technician,
    Ticket,
    TicketEvent,
    Where,
    WorkReport,
)
from dispatch.privacy import mask_name
from dispatch.workflow import allowed
from kit.actors import Actor, Post
from stations.assets.station import Zone


class View(BaseModel):
    """Base of all views: built from the objects of the packages below."""

    model_config = ConfigDict(from_attributes=True)


class PromiseView(View):
    """The arrival commitment and its reason: receipt + km × minutes a km (R-11)."""

    received_at: datetime
    due_at: datetime
    minutes: float
    km: float
    km_known_by: str
    place_name: str
    zone: Zone
    rate: float
    rate_unit: str
    rule: str
    source: str
    quote: str

    @classmethod
    def of(cls, made: Promise) -> PromiseView:
        """Return the view of a promise."""
        return cls(
            received_at=made.received_at,
            due_at=made.due_at,
            minutes=made.minutes,
            km=made.distance.km,
            km_known_by=made.distance.known_by,
            place_name=made.distance.place_name,
            zone=made.zone,
            rate=made.rule.value,
            rate_unit=made.rule.unit,
            rule=made.rule.rule,
            source=made.rule.source,
            quote=made.rule.quote,
        )


class TicketView(View):
    """One ticket as the one who asks may see it; ``allowed`` is what they can do to it now."""

    id: str
    number: str
    version: int
    state: State
    outcome: Outcome | None
    channel: Channel
    job_type: JobType
    priority: Priority
    vulnerable: bool
    name: str
    phone: str
    address: str
    content: str
    explained: str
    received_at: datetime
    logged_at: datetime
    logged_by: Actor
    promise: PromiseView
    place_id: str | None
    station_id: str | None
    alarm: AlarmFacts | None
    task: str
    issued_at: datetime | None
    issued_by: Actor | None
    technicians: tuple[Technician, ...]
    assigned_at: datetime | None
    assigned_by: Actor | None
    departed_at: datetime | None
    arrived_at: datetime | None
    arrival_missed_at: datetime | None
    quote: Quote | None
    fee_total_fen: int | None
    fee_agreed: bool
    consent: Consent | None
    work_started_at: datetime | None
    flow_test: FlowTest | None
    work: WorkReport | None
    opinion: CustomerOpinion | None
    end_reason: str
    sent_back_reason: str
    leader_sign: SignOff | None
    director_sign: SignOff | None
    telemetry_returned_at: datetime | None
    archived_at: datetime | None
    allowed: list[str]
    customer_token: str | None = None

    @classmethod
    def of(cls, shown: Ticket, viewer: Actor, *, token: str | None = None) -> TicketView:
        """Return the view of a ticket that ``dispatch.queries`` has masked for this viewer."""
        own = {name for name in cls.model_fields if hasattr(shown, name)} - {"promise"}
        return cls(
            **{name: getattr(shown, name) for name in own},
            promise=PromiseView.of(shown.promise),
            fee_total_fen=shown.quote.total_fen if shown.quote else None,
            allowed=commands_of(shown, viewer),
            customer_token=token,
        )


class BoardRowView(View):
    """One line of the ticket board."""

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


class BoardView(View):
    """One page of the board; ``total`` counts all that the filter lets through."""

    rows: list[BoardRowView]
    total: int
    page: int
    page_size: int


class EventView(View):
    """One step taken: who, when, where, what; and its place in the chain (R-39)."""

    n: int
    at: datetime
    actor: Actor
    where: Where
    command: str
    data: Any
    from_state: State
    to_state: State
    prev_hash: str
    hash: str

    @classmethod
    def of(cls, event: TicketEvent) -> EventView:
        """Return the view of an event that has been masked for its viewer."""
        return cls.model_validate(event)


class FaultView(View):
    """A place where the record is not what was written."""

    ticket_id: str
    n: int
    code: str
    message: str


class EventsView(View):
    """The history of a ticket, and whether it is as it was written."""

    events: list[EventView]
    sound: bool
    faults: list[FaultView]


class RecordCheckView(View):
    """The check of the whole record."""

    sound: bool
    faults: list[FaultView]


class CustomerView(View):
    """What the customer sees of their own ticket, by their link: no one else's name in full."""

    number: str
    state: State
    outcome: Outcome | None
    job_type: JobType
    name: str
    content: str
    explained: str
    received_at: datetime
    promise: PromiseView
    technicians: list[str]
    departed_at: datetime | None
    arrived_at: datetime | None
    arrival_missed_at: datetime | None
    quote_n: int | None
    fee_lines: list[FeeLine]
    fee_total_fen: int | None
    fee_agreed: bool
    flow_test_passed: bool | None
    flow_test_mpa: float | None
    completed_at: datetime | None
    opinion: str | None
    satisfied: bool | None
    allowed: list[str]

    @classmethod
    def of(cls, ticket: Ticket, customer: Actor) -> CustomerView:
        """Return the view of a ticket for the customer whose it is."""
        quote, test, opinion = ticket.quote, ticket.flow_test, ticket.opinion
        return cls(
            number=ticket.number,
            state=ticket.state,
            outcome=ticket.outcome,
            job_type=ticket.job_type,
            name=mask_name(ticket.name),
            content=ticket.content,
            explained=ticket.explained,
            received_at=ticket.received_at,
            promise=PromiseView.of(ticket.promise),
            technicians=[person.name for person in ticket.technicians],
            departed_at=ticket.departed_at,
            arrived_at=ticket.arrived_at,
            arrival_missed_at=ticket.arrival_missed_at,
            quote_n=quote.n if quote else None,
            fee_lines=list(quote.lines) if quote else [],
            fee_total_fen=quote.total_fen if quote else None,
            fee_agreed=ticket.fee_agreed,
            flow_test_passed=test.passed if test else None,
            flow_test_mpa=test.pressure_mpa if test else None,
            completed_at=opinion.completed_at if opinion else None,
            opinion=opinion.opinion if opinion else None,
            satisfied=opinion.satisfied if opinion else None,
            allowed=commands_of(ticket, customer),
        )


class PlaceView(View):
    """One residential area."""

    id: str
    name: str
    name_en: str
    zone: Zone
    road_km: float | None


class PersonView(View):
    """One account as its colleagues see it."""

    id: str
    name: str
    post: Post


def commands_of(ticket: Ticket, actor: Actor) -> list[str]:
    """Return what the actor can do now, in the order of the table."""
    return list(dict.fromkeys(step.command for step in allowed(ticket, actor)))
