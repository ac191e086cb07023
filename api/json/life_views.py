"""What the JSON API shows of each life beside the repair's: a view for each, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import AliasPath, Field

from api.json.ticket_views import EventView
from api.json.views import View
from dispatch.queue.waiter import QueueKind, WaiterState
from dispatch.roster.leave import LeaveKind, LeaveState
from kit.actors import Actor, Post


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


class PlaceOfFault(View):
    """A place where a record is not what was written: at which event, and how."""

    n: int
    code: str
    message: str


class HistoryView(View):
    """Every step taken, and whether the record is as it was written (R-39)."""

    events: list[EventView]
    sound: bool
    faults: list[PlaceOfFault]


VIEWS: Mapping[str, type[SubjectView]] = {"leave": LeaveView, "waiter": WaiterView}
"""The view of each life, by the name of its workflow."""
