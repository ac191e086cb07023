"""A notice of a case in the company's form: what is missing, or why the case is refused (R-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.web.page import Web
from dispatch.cases.case import Case, MissingNotice, RefusalNotice
from kit.actors import Actor
from kit.errors import NotFound

Seer = Annotated[Actor, Depends(allow("cases.see"))]


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One notice: of what is missing, or else of refusal."""

    case: Case
    missing: MissingNotice | None
    refusal: RefusalNotice | None
    shown_at: datetime


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    desk = next(desk for desk in web.parts.lives if desk.life.plural == "cases")

    @router.get("/cases/{subject_id}/notices/{number}")
    def notice(subject_id: str, number: str, request: Request, actor: Seer) -> Response:
        with web.parts.db.read() as session:
            case: Case = desk.see(session, actor, subject_id)
        page = _notice(case, number, web.now())
        return web.draw(request, "cases/notice.html", page, actor)

    return router


def _notice(case: Case, number: str, now: datetime) -> NoticePage:
    missing = next((one for one in case.notices if one.number == number), None)
    refusal = case.refusal if case.refusal and case.refusal.number == number else None
    if missing is None and refusal is None:
        raise NotFound("notice_not_found", f"there is no notice {number!r}", id=number)
    return NoticePage(case, missing, refusal, now)
