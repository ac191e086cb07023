"""Log-in, log-out, the post to act as, and the start page, which leads to that of the post."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.denials import NotLoggedIn, TooOften, WrongLogin
from api.access.guard import (
    SWITCH,
    allow_staff,
    login_session,
    maybe_actor,
    not_held,
    public,
    record_refused,
)
from api.access.login import clear_cookie, log_in, log_out, set_cookie
from api.access.sessions import choose_post
from api.pages.accounts.accounts_context import LoginPage
from api.web.forms import Form, FormFault, faults, general_fault, sent
from api.web.page import Sent, Typed, Web
from api.web.render import local_path, see_other
from api.web.shell import home_of
from kit.actors import Actor
from kit.errors import FieldError

Visitor = Annotated[Actor | None, Depends(maybe_actor)]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/")
    def start(actor: Visitor) -> Response:
        return see_other(home_of(actor) if actor else "/login")

    @router.get("/login")
    def form(request: Request, actor: Visitor, back: str = "") -> Response:
        if actor is not None:
            return see_other(home_of(actor))
        return web.draw(
            request, "accounts/login.html", LoginPage(Form("login", ""), back), narrow=True
        )

    @router.post("/login", dependencies=[Depends(public)])
    def enter(request: Request, typed: Typed) -> Response:
        return _enter(web, request, typed)

    @router.post("/logout", dependencies=[Depends(allow_staff)])
    def leave(request: Request) -> Response:
        log_out(web.parts, request)
        answer = see_other("/login?said=logged_out")
        clear_cookie(answer, web.parts.settings)
        return answer

    @router.post("/acting-as", dependencies=[Depends(allow_staff)])
    def act_as(request: Request, typed: Typed) -> Response:
        return _act_as(web, request, typed)

    return router


def _enter(web: Web, request: Request, typed: Sent) -> Response:
    login, password = (typed.values.get(name, "") for name in ("login", "password"))
    text = web.text(request)
    given = {"login": login.strip(), "password": password}
    missing = [
        FieldError(name, "required", "is needed") for name, value in given.items() if not value
    ]
    if missing:
        return _again(web, request, typed, faults(missing, text), 422)
    try:
        done = log_in(web.parts, request, login, password)
    except (WrongLogin, TooOften) as refused:
        fault = general_fault(text.error(refused.code, refused.message, refused.params))
        status = 429 if isinstance(refused, TooOften) else 401
        return _again(web, request, typed, [fault], status)
    answer = see_other(_after_login(done.actor, typed.values.get("back", "")))
    set_cookie(answer, done, web.parts.settings)
    return answer


def _act_as(web: Web, request: Request, typed: Sent) -> Response:
    current, named = login_session(request), typed.values.get("post", "")
    if current is None:
        raise NotLoggedIn
    post = next((post for post in current.posts if post == named), None)
    if post is None:
        refused = not_held(named, current.posts)
        record_refused(request, current.actor, SWITCH, refused)
        raise refused
    with web.parts.db.write() as session:
        choose_post(session, current.token_hash, post)
    return see_other(local_path(typed.values.get("back", "/")))


def _after_login(actor: Actor, back: str) -> str:
    path = local_path(back)
    return path if path != "/" else home_of(actor)


def _again(
    web: Web, request: Request, typed: Sent, found: list[FormFault], status: int
) -> Response:
    # The user name stays, the password never comes back in a page.
    kept = {"login": typed.values.get("login", "")[:80]}
    page = LoginPage(sent("login", "", kept, found), typed.values.get("back", ""))
    return web.draw(request, "accounts/login.html", page, status=status, narrow=True)
