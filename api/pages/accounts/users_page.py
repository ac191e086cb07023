"""The accounts, for the administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.accounts.held_posts import change_posts
from api.accounts.users import add_user, list_users, set_active, set_password
from api.pages.accounts.accounts_context import UserLine, UsersPage
from api.web.forms import Form, FormFault, faults, general_fault, sent
from api.web.page import Sent, Typed, Web
from api.web.render import see_other
from kit.actors import STAFF_POSTS, Actor
from kit.errors import Conflict, Invalid

Administrator = Annotated[Actor, Depends(allow("accounts.manage"))]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/users")
    def users(request: Request, actor: Administrator) -> Response:
        return web.draw(request, "accounts/users.html", _page(web), actor)

    @router.post("/users")
    def add(request: Request, actor: Administrator, typed: Typed) -> Response:
        return _add(web, request, actor, typed)

    @router.post("/users/{user_id}/posts")
    def posts(user_id: str, request: Request, actor: Administrator, typed: Typed) -> Response:
        def do(session: Session) -> None:
            change_posts(session, user_id, typed.posts, typed.values.get("were", "").split())

        return _changed(web, request, actor, user_id, typed, _faults_of(web, request, do))

    @router.post("/users/{user_id}/password")
    def password(user_id: str, request: Request, actor: Administrator, typed: Typed) -> Response:
        def do(session: Session) -> None:
            set_password(session, user_id, typed.values.get("password", ""), web.now())

        return _changed(web, request, actor, user_id, typed, _faults_of(web, request, do))

    @router.post("/users/{user_id}/deactivate")
    def close(user_id: str, actor: Administrator) -> Response:
        if user_id != actor.id:  # nobody locks themselves out
            with web.parts.db.write() as session:
                set_active(session, user_id, active=False, now=web.now())
        return see_other("/users?said=saved")

    return router


def _add(web: Web, request: Request, actor: Actor, typed: Sent) -> Response:
    login, name, password = (typed.values.get(one, "") for one in ("login", "name", "password"))

    def do(session: Session) -> None:
        add_user(session, login, name, typed.posts, password, web.now())

    found = _faults_of(web, request, do)
    if not found:
        return see_other("/users?said=saved")
    page = _page(web, add=_without_password("user", typed, found), chosen=typed.posts)
    return web.draw(request, "accounts/users.html", page, actor, status=422, path="/users")


def _faults_of(web: Web, request: Request, do: Callable[[Session], None]) -> list[FormFault]:
    """Do it in one transaction; return what is wrong with it, in the words of the screen."""
    text = web.text(request)
    try:
        with web.parts.db.write() as session:
            do(session)
    except Invalid as invalid:
        return faults(invalid.errors, text)
    except Conflict as conflict:
        return [general_fault(text.error(conflict.code, conflict.message, conflict.params))]
    return []


def _changed(
    web: Web, request: Request, actor: Actor, user_id: str, typed: Sent, found: list[FormFault]
) -> Response:
    if not found:
        return see_other("/users?said=saved")
    page = _page(web, changed=(user_id, _without_password(f"user-{user_id}", typed, found)))
    return web.draw(request, "accounts/users.html", page, actor, status=422, path="/users")


def _page(
    web: Web,
    *,
    add: Form | None = None,
    chosen: tuple[str, ...] = (),
    changed: tuple[str, Form] = ("", Form("", "")),
) -> UsersPage:
    with web.parts.db.read() as session:
        found = list_users(session)
    return UsersPage(
        users=tuple(
            UserLine(
                id=user.id,
                login=user.login,
                name=user.name,
                posts=user.posts,
                active=user.active,
                form=changed[1] if user.id == changed[0] else Form(f"user-{user.id}", ""),
            )
            for user in found
        ),
        form=add or Form("user", ""),
        posts=tuple(STAFF_POSTS),
        chosen=chosen,
    )


def _without_password(form_id: str, typed: Sent, found: list[FormFault]) -> Form:
    kept = {name: value for name, value in typed.values.items() if name != "password"}
    return sent(form_id, "", kept, found)
