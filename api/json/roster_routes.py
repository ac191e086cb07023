"""The duty network by JSON: who is on call, on which number, who is next; and its entry (R-19)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AliasPath, Field
from sqlalchemy.orm import Session

from api.access.guard import GivenParts, allow
from api.json.request_parts import DataBody, Key, by, company_time
from api.json.views import View
from api.parts.parts import Parts
from kit.actors import Actor, Post
from kit.errors import FieldError, Invalid

Seer = Annotated[Actor, by(allow("roster.see"))]
Keeper = Annotated[Actor, by(allow("roster.manage"))]

_DAY = timedelta(days=1)
_LONGEST = timedelta(days=62)


class ShiftView(View):
    """One person on call at one post of an office; ``turn`` is the order of calling."""

    id: str
    office_id: str
    post: Post
    person_id: str
    person_name: str
    phone: str
    begins_at: datetime
    ends_at: datetime
    turn: int


class GapView(View):
    """A time in which nobody is on call."""

    begins_at: datetime
    ends_at: datetime


class CalleeView(View):
    """Somebody to call: on which number, at which post, and in whose stead."""

    id: str
    name: str
    post: Post
    phone: str
    stands_in_for: str


class NamedStandInView(View):
    """Who stands in for one person at one post (B角)."""

    person_id: str
    person_name: str
    post: Post
    stand_in_id: str
    stand_in_name: str
    phone: str


class AbsenceView(View):
    """A leave in force: who is away, until when it was asked for, and who acts meanwhile."""

    number: str
    person_id: str = Field(validation_alias=AliasPath("asker", "by", "id"))
    person_name: str = Field(validation_alias=AliasPath("asker", "by", "name"))
    post: Post = Field(validation_alias=AliasPath("asked", "post"))
    stand_in_id: str = Field(validation_alias=AliasPath("asked", "stand_in", "id"))
    stand_in_name: str = Field(validation_alias=AliasPath("asked", "stand_in", "name"))
    ends_at: datetime = Field(validation_alias=AliasPath("asked", "ends_at"))


class RosterView(View):
    """The roster of an office; ``called`` are those who can be called now, in order."""

    at: datetime
    called: list[CalleeView]
    shifts: list[ShiftView]
    gaps: list[GapView]
    absences: list[AbsenceView]
    stand_ins: list[NamedStandInView]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/roster", tags=["roster"])

    @made.get("")
    def roster(
        _actor: Seer,
        parts: GivenParts,
        office: Annotated[str | None, Query(description="id; unset: the only one")] = None,
        begins_at: Annotated[datetime | None, Query(description="unset: now")] = None,
        ends_at: Annotated[datetime | None, Query(description="unset: a day later")] = None,
    ) -> RosterView:
        """Return who is on call between two instants, the gaps, and who is called now."""
        begins = company_time(parts, "begins_at", begins_at) or parts.clock.now()
        ends = company_time(parts, "ends_at", ends_at) or begins + _DAY
        if not begins < ends <= begins + _LONGEST:
            message = f"must lie after begins_at, at most {_LONGEST.days} days"
            raise Invalid([FieldError("ends_at", "not_a_time", message)])
        with parts.db.read() as session:
            office_id = _office(parts, session, office)
            return RosterView.model_validate(parts.roster.read(session, office_id, begins, ends))

    @made.post("/shifts", status_code=204)
    def enter(actor: Keeper, key: Key, body: DataBody, parts: GivenParts) -> None:
        """Enter ``shifts``, all or none: person, post, office, phone, begins_at, ends_at, turn."""
        parts.roster.enter_shifts(body.data, actor, key)

    @made.post("/shifts/{shift_id}/remove", status_code=204)
    def remove(shift_id: str, actor: Keeper, key: Key, parts: GivenParts) -> None:
        """Take a shift off the roster; it stays on record."""
        parts.roster.remove_shift(shift_id, actor, key)

    @made.post("/stand-ins", status_code=204)
    def name(actor: Keeper, key: Key, body: DataBody, parts: GivenParts) -> None:
        """Name the stand-in of a person at a post (B角): person, post, stand_in, phone."""
        parts.roster.name_stand_in(body.data, actor, key)

    return made


def _office(parts: Parts, session: Session, named: str | None) -> str:
    offices = parts.roster.offices(session)
    if named is None and len(offices) == 1:
        return next(iter(offices))
    if named is None or named not in offices:
        message = f"is no service office; there are {', '.join(offices)}"
        raise Invalid([FieldError("office", "unknown_office", message)])
    return named
