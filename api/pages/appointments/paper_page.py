"""An appointment or a service at home on paper, and the customer's link to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.appointments.appointment_context import LinkPage, PaperPage
from api.parts.own_links import own_token
from api.web.page import Web
from kit.actors import Actor, Post
from kit.life import LifeDesk


def routes(web: Web) -> APIRouter:
    """Return the routes of every life that customers have steps in."""
    router = APIRouter()
    for desk in web.parts.lives:
        if desk.life.workflow.steps_of(Post.CUSTOMER):
            path = f"/{desk.life.plural.replace('_', '-')}"
            seer = Depends(allow(f"{desk.life.plural}.see"))
            hander = Depends(allow("customer.hand_link"))
            router.get(f"{path}/{{subject_id}}/print")(_printed(web, desk, path, seer))
            router.get(f"{path}/{{subject_id}}/link")(_linked(web, desk, path, hander))
    return router


def _printed(web: Web, desk: LifeDesk[Any, Any], path: str, who: Any) -> Callable[..., Response]:
    def printed(subject_id: str, request: Request, actor: Actor = who) -> Response:
        with web.parts.db.read() as session:
            found = desk.see(session, actor, subject_id)
        page = PaperPage(desk.life.name, found, f"{path}/{subject_id}", web.now())
        return web.draw(request, "appointments/paper.html", page, actor)

    return printed


def _linked(web: Web, desk: LifeDesk[Any, Any], path: str, who: Any) -> Callable[..., Response]:
    def linked(subject_id: str, request: Request, actor: Actor = who) -> Response:
        with web.parts.db.read() as session:
            found = desk.see(session, actor, subject_id)
        base = (web.parts.settings.public_url or str(request.base_url)).rstrip("/")
        link = f"{base}/own{path}/{own_token(web.parts, desk.life.name, subject_id)}"
        page = LinkPage(desk.life.name, found, f"{path}/{subject_id}", link)
        return web.draw(request, "appointments/link.html", page, actor)

    return linked
