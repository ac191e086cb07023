"""Any life as routes: its subjects listed, begun, seen, and each step of people in its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, SerializeAsAny

from api.access.guard import GivenParts, allow
from api.json.history_view import HistoryView
from api.json.life_views import SubjectView
from api.json.request_parts import CommandBody, Key, Page, PageSize, by
from api.json.step_routes import body_example, path_of
from kit.actors import Actor
from kit.life import LifeDesk
from kit.where import read_where

PartOfList = Annotated[str, Query(description="A part of the list that has a name, as 'mine'.")]


@dataclass(frozen=True, slots=True)
class ShownSubject:
    """A subject as one viewer may see it, and the steps that they can take now."""

    subject: Any
    allowed: list[str]


class ListView(BaseModel):
    """One page of a list; ``total`` counts all that fit the filter."""

    rows: list[SerializeAsAny[SubjectView]]
    total: int
    page: int
    page_size: int


def router(desk: LifeDesk[Any, Any], view: type[SubjectView]) -> APIRouter:
    """Return the routes of one life."""
    life = desk.life
    made = APIRouter(prefix=f"/api/v1/{path_of(life.plural)}", tags=[life.plural])
    seer = by(allow(f"{life.plural}.see"))
    beginner = by(allow(f"{life.name}.{life.workflow.opening.name}"))
    made.get("", summary=f"List the {life.plural} that you may see.")(_listed(desk, view, seer))
    made.post("", status_code=201, summary=f"Begin a {life.name}.", response_model=view)(
        _begun(desk, view, beginner)
    )
    made.get("/{subject_id}", summary=f"Return one {life.name}.", response_model=view)(
        _seen(desk, view, seer)
    )
    made.get("/{subject_id}/events", summary="Return every step taken (R-39).")(_events(desk, seer))
    for step in life.workflow.steps_of_people():
        made.post(
            f"/{{subject_id}}/{path_of(step.name)}",
            name=step.name,
            summary=step.summary,
            response_model=view,
            openapi_extra=body_example(step.example),
        )(_step(desk, step.name, view, seer))
    return made


def _listed(desk: LifeDesk[Any, Any], shown_as: type[SubjectView], seer: Any) -> Callable[..., Any]:
    life = desk.life

    def listed(
        parts: GivenParts,
        state: Annotated[list[str] | None, Query()] = None,
        view: PartOfList = "",
        page: Page = 1,
        page_size: PageSize = 50,
        actor: Actor = seer,
    ) -> ListView:
        where = life.listed(actor, state or (), view)
        with parts.db.read() as session:
            found = life.book.page(session, where, page, page_size)
        rows = [_shown(desk, life.masked(one, actor), actor, shown_as) for one in found.subjects]
        return ListView(rows=rows, total=found.total, page=page, page_size=page_size)

    return listed


def _begun(desk: LifeDesk[Any, Any], view: type[SubjectView], who: Any) -> Callable[..., Any]:
    def begun(key: Key, body: CommandBody, actor: Actor = who) -> SubjectView:
        subject = desk.begin(body.data, actor, key, read_where(body.where))
        return _shown(desk, subject, actor, view)

    return begun


def _seen(desk: LifeDesk[Any, Any], view: type[SubjectView], seer: Any) -> Callable[..., Any]:
    def seen(subject_id: str, parts: GivenParts, actor: Actor = seer) -> SubjectView:
        with parts.db.read() as session:
            return _shown(desk, desk.see(session, actor, subject_id), actor, view)

    return seen


def _events(desk: LifeDesk[Any, Any], seer: Any) -> Callable[..., Any]:
    book = desk.life.book

    def events(subject_id: str, parts: GivenParts, actor: Actor = seer) -> HistoryView:
        with parts.db.read() as session:
            subject = desk.see(session, actor, subject_id)
            taken = book.history(session, subject_id)
            faults = book.faults(session, subject_id, taken)
        shown = desk.life.masked_events(taken, subject, actor)
        found = {"events": shown, "sound": not faults, "faults": faults}
        return HistoryView.model_validate(found)

    return events


def _step(
    desk: LifeDesk[Any, Any], name: str, view: type[SubjectView], seer: Any
) -> Callable[..., Any]:
    def step(subject_id: str, key: Key, body: CommandBody, actor: Actor = seer) -> SubjectView:
        taken = desk.take(subject_id, name, body.data, actor, key, read_where(body.where))
        return _shown(desk, taken, actor, view)

    return step


def shown_subject(desk: LifeDesk[Any, Any], subject: Any, viewer: Actor) -> ShownSubject:
    """Return the subject with the steps that the viewer can take now, each once."""
    lines = desk.life.workflow.allowed(subject, viewer)
    return ShownSubject(subject, list(dict.fromkeys(line.step.name for line in lines)))


def _shown(
    desk: LifeDesk[Any, Any], subject: Any, viewer: Actor, view: type[SubjectView]
) -> SubjectView:
    return view.model_validate(shown_subject(desk, subject, viewer))
