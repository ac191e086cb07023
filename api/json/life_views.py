"""What the JSON API shows of each life beside the repair's: a view for each, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import AliasPath, Field

from api.json.agreed_time_views import AgreedTimeView, AttemptView, CannotKeepView
from api.json.views import CitedView, View
from dispatch.appointments.appointment import (
    AppointmentState,
    Ground,
    VisitMatter,
    VisitOutcome,
)
from dispatch.cases.case import AnswerWay, CaseKind, CaseState, HandoverOutcome
from dispatch.cases.required_papers import About
from dispatch.queue.waiter import QueueKind, WaiterState
from dispatch.repair.matter import Channel
from dispatch.repair.sheets import Technician
from dispatch.roster.call_out import CallOutcome, CallOutState
from dispatch.roster.leave import LeaveKind, LeaveState
from dispatch.slips.slip import ReturnSlip, SlipLine, SlipState
from dispatch.slips.stock_note import StockKind, StockLine, StockState
from kit.actors import Actor, Post
from kit.step import Stamp


class SubjectView(View):
    """What every view of a life has: where the subject stands, and what the asker can do now."""

    id: str = Field(validation_alias=AliasPath("subject", "id"))
    number: str = Field(validation_alias=AliasPath("subject", "number"))
    version: int = Field(validation_alias=AliasPath("subject", "version"))
    allowed: list[str]


def _of(*path: str) -> AliasPath:
    return AliasPath("subject", *path)


class LeaveView(SubjectView):
    """A leave or a swap: who, which post, from when until when, and who stands in."""

    state: LeaveState = Field(validation_alias=_of("state"))
    kind: LeaveKind = Field(validation_alias=_of("asked", "kind"))
    post: Post = Field(validation_alias=_of("asked", "post"))
    begins_at: datetime = Field(validation_alias=_of("asked", "begins_at"))
    ends_at: datetime = Field(validation_alias=_of("asked", "ends_at"))
    reason: str = Field(validation_alias=_of("asked", "reason"))
    stand_in_id: str = Field(validation_alias=_of("asked", "stand_in", "id"))
    stand_in_name: str = Field(validation_alias=_of("asked", "stand_in", "name"))
    asked_by: Actor = Field(validation_alias=_of("asker", "by"))
    asked_at: datetime = Field(validation_alias=_of("asker", "at"))
    decided_by: Actor | None = Field(None, validation_alias=_of("decided", "by"))
    decided_at: datetime | None = Field(None, validation_alias=_of("decided", "at"))
    decision_note: str = Field(validation_alias=_of("decision_note"))
    handed_over_at: datetime | None = Field(None, validation_alias=_of("handed_over", "at"))
    handover_note: str = Field(validation_alias=_of("handover_note"))
    returned_at: datetime | None = Field(None, validation_alias=_of("returned", "at"))


class WaiterView(SubjectView):
    """One who waits or has waited: in which line, since when, and what became of them."""

    state: WaiterState = Field(validation_alias=_of("state"))
    queue: QueueKind = Field(validation_alias=_of("joining", "queue"))
    vulnerable: bool = Field(validation_alias=_of("joining", "vulnerable"))
    since: datetime = Field(validation_alias=_of("since"))
    called_by: Actor | None = Field(None, validation_alias=_of("called", "by"))
    called_at: datetime | None = Field(None, validation_alias=_of("called", "at"))
    rings: int | None = Field(None, validation_alias=_of("answered", "rings"))
    rang_too_long: bool = Field(validation_alias=_of("rang_too_long"))
    ended_at: datetime | None = Field(None, validation_alias=_of("ended", "at"))


class PaperView(View):
    """A paper that a matter needs."""

    key: str
    name: str
    name_en: str


class KindView(View):
    """A type that was chosen for a case, by whom, when and why (R-05)."""

    kind: CaseKind
    units: str
    reason: str
    by: Actor = Field(validation_alias=AliasPath("chosen", "by"))
    at: datetime = Field(validation_alias=AliasPath("chosen", "at"))


class HandoverView(View):
    """A hand-over: from whom, to whom, by when it must be accepted, and what became of it."""

    given_by: Actor = Field(validation_alias=AliasPath("given", "by"))
    given_at: datetime = Field(validation_alias=AliasPath("given", "at"))
    receiver_id: str | None = Field(None, validation_alias=AliasPath("person", "id"))
    receiver_name: str | None = Field(None, validation_alias=AliasPath("person", "name"))
    receiver_post: Post | None = Field(validation_alias="post")
    reason: str
    accept_by: datetime = Field(validation_alias="due_at")
    rule: str = Field(validation_alias=AliasPath("rule", "rule"))
    rule_source: str = Field(validation_alias=AliasPath("rule", "source"))
    rule_quote: str = Field(validation_alias=AliasPath("rule", "quote"))
    outcome: HandoverOutcome | None
    settled_by: Actor | None = Field(None, validation_alias=AliasPath("settled", "by"))
    settled_at: datetime | None = Field(None, validation_alias=AliasPath("settled", "at"))
    note: str


class NoticeView(View):
    """A notice of what is missing; ``late`` is what an earlier one should have named (R-04)."""

    number: str
    papers: list[PaperView]
    late: list[str]
    issued_by: Actor = Field(validation_alias=AliasPath("issued", "by"))
    issued_at: datetime = Field(validation_alias=AliasPath("issued", "at"))


class WaitView(View):
    """Time during which the case waited for the customer's papers."""

    since: datetime
    until: datetime | None


class CaseView(SubjectView):
    """A case: what came in, who owns it, its type, notices, and how it ended."""

    state: CaseState = Field(validation_alias=_of("state"))
    kind: CaseKind = Field(validation_alias=_of("kind"))
    kinds: list[KindView] = Field(validation_alias=_of("chosen"))
    channel: Channel = Field(validation_alias=_of("matter", "channel"))
    received_at: datetime = Field(validation_alias=_of("matter", "received_at"))
    name: str = Field(validation_alias=_of("matter", "name"))
    phone: str = Field(validation_alias=_of("matter", "phone"))
    address: str = Field(validation_alias=_of("matter", "address"))
    about: About = Field(validation_alias=_of("matter", "about"))
    content: str = Field(validation_alias=_of("matter", "content"))
    ticket_id: str | None = Field(validation_alias=_of("matter", "ticket_id"))
    ticket_number: str = Field(validation_alias=_of("matter", "ticket_number"))
    first_contact: Actor = Field(validation_alias=_of("first_contact", "by"))
    owner: Actor = Field(validation_alias=_of("owner"))
    owned_since: datetime = Field(validation_alias=_of("owned_since"))
    handover: HandoverView | None = Field(validation_alias=_of("handover"))
    handovers_returned: int = Field(validation_alias=_of("handovers_returned"))
    required: list[PaperView] = Field(validation_alias=_of("required"))
    notices: list[NoticeView] = Field(validation_alias=_of("notices"))
    notice_faults: int = Field(validation_alias=_of("notice_faults"))
    waits: list[WaitView] = Field(validation_alias=_of("waits"))
    close_by: datetime | None = Field(validation_alias=_of("close_by"))
    question: str | None = Field(None, validation_alias=_of("asked", "question"))
    instruction: str | None = Field(None, validation_alias=_of("asked", "instruction"))
    told: str | None = Field(None, validation_alias=_of("answer", "told"))
    told_way: AnswerWay | None = Field(None, validation_alias=_of("answer", "way"))
    told_at: datetime | None = Field(None, validation_alias=_of("answer", "told_at"))
    referral_reason: str | None = Field(None, validation_alias=_of("referral", "reason"))
    responsible: str | None = Field(None, validation_alias=_of("referral", "responsible"))
    contact: str | None = Field(None, validation_alias=_of("referral", "contact"))
    refusal_number: str | None = Field(None, validation_alias=_of("refusal", "number"))
    refusal_reason: str | None = Field(None, validation_alias=_of("refusal", "reason"))
    refusal_basis: str | None = Field(None, validation_alias=_of("refusal", "basis"))


class CallView(View):
    """One person called: on which number, in whose stead, and what came of it."""

    person_id: str = Field(validation_alias=AliasPath("to", "id"))
    person_name: str = Field(validation_alias=AliasPath("to", "name"))
    post: Post = Field(validation_alias=AliasPath("to", "post"))
    phone: str = Field(validation_alias=AliasPath("to", "phone"))
    stands_in_for: str = Field(validation_alias=AliasPath("to", "stands_in_for"))
    turn: int
    called_at: datetime
    outcome: CallOutcome
    told_by: Actor | None = Field(None, validation_alias=AliasPath("told", "by"))
    told_at: datetime | None = Field(None, validation_alias=AliasPath("told", "at"))
    note: str


class CallOutView(SubjectView):
    """A call-out: for which ticket, who was called when on which number, and who is next when."""

    state: CallOutState = Field(validation_alias=_of("state"))
    ticket_id: str = Field(validation_alias=_of("matter", "ticket_id"))
    ticket_number: str = Field(validation_alias=_of("matter", "ticket_number"))
    office_id: str = Field(validation_alias=_of("matter", "office_id"))
    reason: str = Field(validation_alias=_of("reason"))
    opened_by: Actor = Field(validation_alias=_of("opened", "by"))
    opened_at: datetime = Field(validation_alias=_of("opened", "at"))
    calls: list[CallView] = Field(validation_alias=_of("calls"))
    due_at: datetime | None = Field(validation_alias=_of("due_at"))
    minutes: float = Field(validation_alias=_of("time_to_answer", "value"))
    rule: str = Field(validation_alias=_of("time_to_answer", "rule"))
    source: str = Field(validation_alias=_of("time_to_answer", "source"))
    quote: str = Field(validation_alias=_of("time_to_answer", "quote"))
    accepted_by: str | None = Field(None, validation_alias=_of("accepted", "name"))
    note: str = Field(validation_alias=_of("note"))


class MaterialSlipView(SubjectView):
    """A material slip: for which job, what, every signature of R-22, and what came back (R-23)."""

    state: SlipState = Field(validation_alias=_of("state"))
    ticket_id: str = Field(validation_alias=_of("asked", "ticket_id"))
    ticket_number: str = Field(validation_alias=_of("asked", "ticket_number"))
    receiver: Technician = Field(validation_alias=_of("asked", "receiver"))
    lines: list[SlipLine] = Field(validation_alias=_of("asked", "lines"))
    value_fen: int | None = Field(validation_alias=_of("value_fen"))
    note: str = Field(validation_alias=_of("asked", "note"))
    asker: Stamp = Field(validation_alias=_of("asker"))
    signed: Stamp | None = Field(validation_alias=_of("signed"))
    reported: Stamp | None = Field(validation_alias=_of("reported"))
    approved: Stamp | None = Field(validation_alias=_of("approved"))
    issued: Stamp | None = Field(validation_alias=_of("issued"))
    left_over: ReturnSlip | None = Field(validation_alias=_of("left_over"))
    counted: Stamp | None = Field(validation_alias=_of("counted"))
    closed: Stamp | None = Field(validation_alias=_of("closed"))
    reason: str = Field(validation_alias=_of("reason"))


class StockNoteView(SubjectView):
    """A stock note: what moved between supplier, store and vans, and whether it was reversed."""

    state: StockState = Field(validation_alias=_of("state"))
    stock_kind: StockKind = Field(validation_alias=_of("asked", "kind"))
    lines: list[StockLine] = Field(validation_alias=_of("asked", "lines"))
    technician: Technician | None = Field(validation_alias=_of("asked", "technician"))
    note: str = Field(validation_alias=_of("asked", "note"))
    booked: Stamp = Field(validation_alias=_of("booked"))
    reversed: Stamp | None = Field(validation_alias=_of("reversed"))
    reason: str = Field(validation_alias=_of("reason"))


class AppointmentView(SubjectView):
    """An appointment or a service at home: who, where, what, when, and what came of it."""

    state: AppointmentState = Field(validation_alias=_of("state"))
    matter: VisitMatter = Field(validation_alias=_of("asked", "matter"))
    ground: Ground | None = Field(validation_alias=_of("asked", "ground"))
    name: str = Field(validation_alias=_of("asked", "name"))
    phone: str = Field(validation_alias=_of("asked", "phone"))
    address: str = Field(validation_alias=_of("asked", "address"))
    office_id: str = Field(validation_alias=_of("asked", "office_id"))
    office_name: str = Field(validation_alias=_of("asked", "office_name"))
    content: str = Field(validation_alias=_of("asked", "content"))
    explained: str = Field(validation_alias=_of("asked", "explained"))
    wished: str = Field(validation_alias=_of("asked", "wished"))
    ticket_number: str = Field(validation_alias=_of("asked", "ticket_number"))
    registered_at: datetime = Field(validation_alias=_of("registered", "at"))
    answer_by: datetime | None = Field(None, validation_alias=_of("answer", "due_at"))
    answer_rule: CitedView | None = Field(None, validation_alias=_of("answer", "rule"))
    answered_at: datetime | None = Field(None, validation_alias=_of("answered", "at"))
    answer_missed_at: datetime | None = Field(None, validation_alias=_of("answer_missed", "at"))
    decline_reason: str = Field(validation_alias=_of("decline_reason"))
    agreed: AgreedTimeView | None = Field(validation_alias=_of("agreed"))
    technician_name: str = Field(validation_alias=_of("technician_name"))
    cannot_keep: list[CannotKeepView] = Field(validation_alias=_of("cannot_keep"))
    arrived_at: datetime | None = Field(None, validation_alias=_of("arrived", "at"))
    arrived_late: bool = Field(validation_alias=_of("arrived_late"))
    waived_from: datetime | None = Field(validation_alias=_of("waived_from"))
    attempts: list[AttemptView] = Field(validation_alias=_of("attempts"))
    outcome: VisitOutcome | None = Field(None, validation_alias=_of("result", "outcome"))
    result: str | None = Field(None, validation_alias=_of("result", "text"))
    done_at: datetime | None = Field(None, validation_alias=_of("result", "done_at"))
    cancel_reason: str = Field(validation_alias=_of("cancel_reason"))


VIEWS: Mapping[str, type[SubjectView]] = {
    "leave": LeaveView,
    "waiter": WaiterView,
    "case": CaseView,
    "call_out": CallOutView,
    "material_slip": MaterialSlipView,
    "stock_note": StockNoteView,
    "appointment": AppointmentView,
    "home_service": AppointmentView,
}
"""The view of each life, by the name of its workflow."""
