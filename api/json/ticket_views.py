"""What the JSON API shows of a ticket: each field says where in the ticket it is from.

A view lists its fields, so nothing leaks by accident. The flat shape is the API's and stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AliasPath, Field

from api.json.views import PromiseView, View
from api.json.work_report_view import WorkReportView
from dispatch.clocks.course import Standing
from dispatch.clocks.limits import CaseType
from dispatch.repair.desk import RepairDesk
from dispatch.repair.evidence import CallBack, EnteredLater, Hindrance, NoSignature, Wait
from dispatch.repair.matter import AlarmFacts, Channel, JobType, WorkKind
from dispatch.repair.parties import Owner, Party
from dispatch.repair.search import FoundTickets
from dispatch.repair.sheets import (
    Consent,
    CustomerOpinion,
    FeeLine,
    FlowTest,
    JobMaterial,
    Quote,
    SignOff,
    Technician,
)
from dispatch.repair.ticket import Ending, Outcome, Priority, State, Ticket
from dispatch.repair.workmanship import CheckItem
from kit.actors import Actor
from kit.record import Event, RecordFault
from kit.rules import CitedNumber
from kit.where import Where


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """A ticket masked for its viewer, with what is worked out for the one who asks."""

    ticket: Ticket
    arrival: Standing
    answer: Standing | None
    allowed: list[str]
    customer_token: str | None = None
    checklist: tuple[CheckItem, ...] = ()

    @property
    def technician_names(self) -> list[str]:
        """Who comes, by name alone."""
        return [person.name for person in self.ticket.crew.technicians]


def shown(
    ticket: Ticket, viewer: Actor, desk: RepairDesk, now: datetime, token: str | None = None
) -> ShownTicket:
    """Return what the views are made of; the ticket has been masked for this viewer."""
    lines = desk.workflow.allowed(ticket, viewer)
    allowed = list(dict.fromkeys(line.step.name for line in lines))
    checklist = desk.checklist(ticket)
    return ShownTicket(ticket, ticket.arrival(now), ticket.answered(now), allowed, token, checklist)


def _of(path: str, **more: Any) -> Any:
    return Field(validation_alias=AliasPath("ticket", *path.split(".")), **more)


def _answer(name: str, default: object) -> Any:
    return Field(validation_alias=AliasPath("answer", name), default=default)


def _maybe(path: str) -> Any:
    return _of(path, default=None)


class TicketView(View):
    """One ticket as the one who asks may see it; ``allowed`` is what they can do to it now."""

    id: str = _of("id")
    number: str = _of("number")
    version: int = _of("version")
    state: State = _of("state")
    outcome: Outcome | None = _of("outcome")
    channel: Channel = _of("intake.channel")
    job_type: JobType = _of("intake.job_type")
    priority: Priority = _of("priority")
    vulnerable: bool = _of("intake.vulnerable")
    name: str = _of("intake.name")
    phone: str = _of("intake.phone")
    address: str = _of("intake.address")
    content: str = _of("intake.content")
    explained: str = _of("intake.explained")
    received_at: datetime = _of("intake.received_at")
    logged_at: datetime = _of("logged.at")
    logged_by: Actor = _of("logged.by")
    promise: PromiseView = _of("promise")
    facility: Owner = _of("facility.owner")
    up_to: str = _of("facility.up_to")
    customer: Party | None = _of("customer")
    payer: Party | None = _of("payer")
    facility_reason: str = _of("correction.reason", default="")
    place_id: str | None = _of("intake.place_id")
    station_id: str | None = _of("intake.station_id")
    alarm: AlarmFacts | None = _of("intake.alarm")
    task: str = _of("order.task", default="")
    issued_at: datetime | None = _maybe("order.issued.at")
    issued_by: Actor | None = _maybe("order.issued.by")
    technicians: tuple[Technician, ...] = _of("crew.technicians")
    assigned_at: datetime | None = _maybe("crew.named.at")
    assigned_by: Actor | None = _maybe("crew.named.by")
    departed_at: datetime | None = _of("crew.departed_at")
    arrived_at: datetime | None = _of("crew.arrived_at")
    arrival_missed_at: datetime | None = _of("crew.missed_at")
    quote: Quote | None = _of("fee.quote")
    fee_total_fen: int | None = _maybe("fee.quote.total_fen")
    fee_agreed: bool = _of("fee.agreed")
    consent: Consent | None = _of("fee.consent")
    work_started_at: datetime | None = _of("work.started_at")
    flow_test: FlowTest | None = _of("work.flow_test")
    work: WorkReportView | None = _of("work.report")
    materials: tuple[JobMaterial, ...] = _of("materials")
    opinion: CustomerOpinion | None = _of("signatures.customer")
    end_reason: str = _of("ending.reason", default="")
    sent_back_reason: str = _of("work.sent_back_reason")
    leader_sign: SignOff | None = _of("signatures.leader")
    director_sign: SignOff | None = _of("signatures.director")
    case_type: CaseType | None = _of("answer.case_type")
    answer_missed_at: datetime | None = _of("answer.missed_at")
    telemetry_returned_at: datetime | None = _of("telemetry.returned_at")
    archived_at: datetime | None = _of("archived_at")
    put_off_to: datetime | None = _of("put_off_to")
    pauses: tuple[Wait, ...] = _of("pauses")
    waits_for: Hindrance | None = _maybe("pause.hindrance")
    resume_by: datetime | None = _maybe("pause.resume_by")
    work_kind: WorkKind | None = _of("work.kind")
    flow_test_needed: bool = _of("work.flow_test_needed")
    checklist: tuple[CheckItem, ...]
    no_signature: NoSignature | None = _of("signatures.missing")
    call_backs: tuple[CallBack, ...] = _of("signatures.calls")
    end: Ending | None = _of("ending")
    entered_later: tuple[EnteredLater, ...] = _of("entered_later")
    allowed: list[str]
    customer_token: str | None = None


class BoardRowView(View):
    """One line of the ticket board."""

    id: str = _of("id")
    number: str = _of("number")
    state: State = _of("state")
    channel: Channel = _of("intake.channel")
    job_type: JobType = _of("intake.job_type")
    priority: float = _of("priority.level")
    priority_reasons: tuple[CitedNumber, ...] = _of("priority.reasons")
    name: str = _of("intake.name")
    phone: str = _of("intake.phone")
    address: str = _of("intake.address")
    station_id: str | None = _of("intake.station_id")
    received_at: datetime = _of("intake.received_at")
    due_at: datetime | None = _of("due_at")
    facility: Owner = _of("facility.owner")
    waits_for: Hindrance | None = _maybe("pause.hindrance")
    waits_what: str | None = _maybe("pause.what")
    resume_by: datetime | None = _maybe("pause.resume_by")
    overran_at: datetime | None = _maybe("pause.overran_at")
    arrived_at: datetime | None = _of("crew.arrived_at")
    arrival_missed_at: datetime | None = _of("crew.missed_at")
    technicians: tuple[Technician, ...] = _of("crew.technicians")
    overdue: bool = Field(validation_alias=AliasPath("arrival", "overdue"))
    case_type: CaseType | None = _of("answer.case_type")
    answer_due_at: datetime | None = _answer("due_at", None)
    answer_overdue: bool = _answer("overdue", default=False)


class BoardView(View):
    """One page of the board; ``total`` counts all that match the filter.

    ``newest_only``: so many fit the text, or it is so short, that not all tickets were looked at.
    """

    rows: list[BoardRowView]
    total: int
    page: int
    page_size: int
    newest_only: bool

    @classmethod
    def of(cls, found: FoundTickets, now: datetime) -> BoardView:
        """Return the view of a page that was found for its viewer."""
        rows = [
            ShownTicket(ticket, ticket.arrival(now), ticket.answered(now), [])
            for ticket in found.tickets
        ]
        return cls(
            rows=[BoardRowView.model_validate(row) for row in rows],
            total=found.total,
            page=found.page,
            page_size=found.page_size,
            newest_only=found.newest_only,
        )


class CustomerView(View):
    """What the customer sees of their own ticket, by their link: nobody else's name in full."""

    number: str = _of("number")
    state: State = _of("state")
    outcome: Outcome | None = _of("outcome")
    job_type: JobType = _of("intake.job_type")
    name: str = _of("intake.name")
    content: str = _of("intake.content")
    explained: str = _of("intake.explained")
    received_at: datetime = _of("intake.received_at")
    promise: PromiseView = _of("promise")
    technicians: list[str] = Field(validation_alias="technician_names")
    departed_at: datetime | None = _of("crew.departed_at")
    arrived_at: datetime | None = _of("crew.arrived_at")
    arrival_missed_at: datetime | None = _of("crew.missed_at")
    quote_n: int | None = _maybe("fee.quote.n")
    fee_lines: list[FeeLine] = _of("fee.quote.lines", default=[])
    fee_total_fen: int | None = _maybe("fee.quote.total_fen")
    fee_agreed: bool = _of("fee.agreed")
    waits_for: Hindrance | None = _maybe("pause.hindrance")
    resume_by: datetime | None = _maybe("pause.resume_by")
    flow_test_passed: bool | None = _maybe("work.flow_test.passed")
    flow_test_mpa: float | None = _maybe("work.flow_test.pressure_mpa")
    completed_at: datetime | None = _maybe("signatures.customer.completed_at")
    opinion: str | None = _maybe("signatures.customer.opinion")
    satisfied: bool | None = _maybe("signatures.customer.satisfied")
    allowed: list[str]


class EventView(View):
    """One step taken: who, when, where, what; and its place in the chain (R-39)."""

    n: int
    at: datetime
    actor: Actor
    where: Where
    command: str
    data: Any
    from_state: str
    to_state: str
    prev_hash: str
    hash: str


class FaultView(View):
    """A place where the record is not what was written."""

    ticket_id: str = Field(validation_alias="subject_id")
    n: int
    code: str
    message: str


class EventsView(View):
    """The history of a ticket, and whether it is as it was written."""

    events: list[EventView]
    sound: bool
    faults: list[FaultView]

    @classmethod
    def of(cls, events: list[Event], faults: list[RecordFault]) -> EventsView:
        """Return the view of a history that has been masked for its viewer."""
        return cls(
            events=[EventView.model_validate(event) for event in events],
            sound=not faults,
            faults=[FaultView.model_validate(fault) for fault in faults],
        )


class RecordCheckView(View):
    """The check of the whole record."""

    sound: bool
    faults: list[FaultView]

    @classmethod
    def of(cls, faults: list[RecordFault]) -> RecordCheckView:
        """Return the view of what a check found."""
        found = [FaultView.model_validate(fault) for fault in faults]
        return cls(sound=not faults, faults=found)
