"""The pages of the knowledge base (R-10): the search, an entry, writing one, judging one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.knowledge.knowledge_context import (
    EntryPage,
    FoundPart,
    KnowledgePage,
    NewEntryPage,
)
from api.web.forms import Form, RefusedForm
from api.web.page import Typed, Web
from api.web.render import new_key, see_other
from api.web.step_sent import give_command
from dispatch.knowledge.answers import say_if_answered
from dispatch.knowledge.entry import EntryKind, Version, in_force
from dispatch.knowledge.finding import Tally, search_entries, tallies_of
from dispatch.knowledge.knowledge_desk import rewrite_entry, write_entry
from dispatch.knowledge.sought import SHORTEST
from dispatch.knowledge.versions import versions_of
from kit.actors import Actor
from kit.where import Where

Reader = Annotated[Actor, Depends(allow("knowledge.see"))]
Writer = Annotated[Actor, Depends(allow("knowledge.write"))]
Judge = Annotated[Actor, Depends(allow("knowledge.judge"))]
KINDS = tuple(str(kind) for kind in EntryKind)
LONGEST = 200
"""Most characters of what was typed that are looked for."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    router.include_router(_reading(web))
    router.include_router(_writing(web))
    return router


def _reading(web: Web) -> APIRouter:
    router = APIRouter(prefix="/knowledge")

    @router.get("")
    def search(request: Request, actor: Reader) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("q", "kind", "ticket")}
        found = _found(web, asked)
        page = KnowledgePage(
            found.typed, found.shortest, found.hits, found.ticket_id,
            form=Form("look", "", asked, fresh=False), kinds=KINDS,
        )  # fmt: skip
        return web.draw(request, "knowledge/knowledge.html", page, actor)

    @router.get("/found")
    def found(request: Request, actor: Reader) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ("q", "kind", "ticket")}
        return web.draw(request, "knowledge/found.html", _found(web, asked), actor)

    return router


def _writing(web: Web) -> APIRouter:
    router = APIRouter(prefix="/knowledge")

    @router.get("/new")
    def blank(request: Request, actor: Writer) -> Response:
        return _draw_new(web, request, actor, Form("write", new_key()))

    @router.post("")
    def write(request: Request, actor: Writer, typed: Typed) -> Response:
        def give(data: Mapping[str, Any], _where: Where) -> Version:
            return write_entry(web.parts.knowledge, data, actor, typed.key)

        done = give_command(web, request, actor, "write", typed, give)
        if isinstance(done, RefusedForm):
            return _draw_new(web, request, actor, done.form, done.status)
        return see_other(f"/knowledge/{done.entry_id}?said=saved")

    @router.get("/{entry_id}")
    def entry(entry_id: str, request: Request, actor: Reader) -> Response:
        return _draw_entry(web, request, actor, entry_id)

    @router.post("/{entry_id}/versions")
    def rewrite(entry_id: str, request: Request, actor: Writer, typed: Typed) -> Response:
        def give(data: Mapping[str, Any], _where: Where) -> Version:
            return rewrite_entry(web.parts.knowledge, entry_id, data, actor, typed.key)

        done = give_command(web, request, actor, "write", typed, give)
        return _shown(web, request, actor, entry_id, done)

    @router.post("/{entry_id}/answered")
    def answered(entry_id: str, request: Request, actor: Judge, typed: Typed) -> Response:
        def give(data: Mapping[str, Any], _where: Where) -> Tally:
            return say_if_answered(web.parts.knowledge, entry_id, data, actor, typed.key)

        done = give_command(web, request, actor, "judge", typed, give)
        return _shown(web, request, actor, entry_id, done)

    return router


def _shown(web: Web, request: Request, actor: Actor, entry_id: str, done: object) -> Response:
    if isinstance(done, RefusedForm):
        return _draw_entry(web, request, actor, entry_id, done)
    return see_other(f"/knowledge/{entry_id}?said=saved")


def _found(web: Web, asked: Mapping[str, str]) -> FoundPart:
    typed, kind = asked["q"][:LONGEST], asked["kind"]
    chosen = EntryKind(kind) if kind in KINDS else None
    with web.parts.db.read() as session:
        hits = search_entries(session, typed, web.parts.knowledge.day(web.now()), chosen)
    return FoundPart(typed, SHORTEST, tuple(hits), asked["ticket"])


def _draw_new(web: Web, request: Request, actor: Actor, form: Form, status: int = 200) -> Response:
    page = NewEntryPage(form, KINDS, web.parts.knowledge.day(web.now()))
    return web.draw(
        request, "knowledge/new_entry.html", page, actor, status=status, narrow=True,
        path="/knowledge",
    )  # fmt: skip


def _draw_entry(
    web: Web, request: Request, actor: Actor, entry_id: str, refused: RefusedForm | None = None
) -> Response:
    today = web.parts.knowledge.day(web.now())
    with web.parts.db.read() as session:
        versions = versions_of(session, entry_id)
        tally = tallies_of(session, [entry_id]).get(entry_id, Tally())
    forms = {name: Form(name, new_key(), _read_before(versions[-1])) for name in ("write", "judge")}
    if refused:
        forms[refused.form.id] = refused.form
    page = EntryPage(
        entry_id=entry_id,
        in_force=in_force(versions, today),
        versions=tuple(reversed(versions)),
        tally=tally,
        form=forms["write"],
        judge=forms["judge"],
        kinds=KINDS,
        ticket_id=forms["judge"].value("ticket_id") or request.query_params.get("ticket", ""),
        today=today,
    )
    return web.draw(
        request, "knowledge/entry.html", page, actor, status=refused.status if refused else 200,
        path=f"/knowledge/{entry_id}",
    )  # fmt: skip


def _read_before(last: Version) -> dict[str, str]:
    """Return the form of the next version: what the last one says, in force from today."""
    text = last.text
    return {
        "n": str(last.n),
        "kind": str(text.kind),
        "title": text.title,
        "body": text.body,
        "source": text.source,
        "last_day": text.last_day.isoformat() if text.last_day else "",
    }
