"""Log-in by JSON: for the phone's web app, and for programs."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api.access import login
from api.access.denials import NotLoggedIn
from api.access.guard import GivenParts, login_session, public
from api.access.login import LoggedIn
from api.access.sessions import LoginSession
from api.json.request_parts import Staff, by
from api.json.views import PersonView
from kit.actors import Post


class Credentials(BaseModel):
    """Log-in name and password."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(max_length=80)
    password: str = Field(max_length=400)


class Opened(BaseModel):
    """A log-in that has begun. Send ``token`` as a bearer, or ``csrf_token`` beside the cookie.

    It acts as the first of ``posts``; the header ``Acting-As`` names another for one request.
    """

    token: str
    csrf_token: str
    user: PersonView
    posts: list[Post]

    @classmethod
    def of(cls, begun: LoggedIn) -> Opened:
        """Return the view of a log-in that has just begun."""
        return cls(
            token=begun.token,
            csrf_token=begun.csrf_token,
            user=PersonView.model_validate(begun.actor),
            posts=list(begun.posts),
        )


class Current(BaseModel):
    """The log-in that is in force."""

    csrf_token: str
    expires_at: datetime
    user: PersonView
    posts: list[Post]

    @classmethod
    def of(cls, found: LoginSession | None) -> Current:
        """Return the view of a log-in; raise ``NotLoggedIn`` without one."""
        if found is None:
            raise NotLoggedIn
        return cls(
            csrf_token=found.csrf_token,
            expires_at=found.expires_at,
            user=PersonView.model_validate(found.actor),
            posts=list(found.posts),
        )


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["session"])

    @made.post("/session", dependencies=[by(public)], status_code=201)
    def log_in(
        body: Credentials, request: Request, response: Response, parts: GivenParts
    ) -> Opened:
        """Log in. 401 for a wrong name or password, 429 with Retry-After after many of them."""
        opened = login.log_in(parts, request, body.login, body.password)
        login.set_cookie(response, opened, parts.settings)
        return Opened.of(opened)

    @made.get("/session")
    def current(_actor: Staff, request: Request) -> Current:
        """Return the log-in in force, with the token that unsafe requests by cookie carry."""
        return Current.of(login_session(request))

    @made.delete("/session", status_code=204)
    def log_out(_actor: Staff, request: Request, parts: GivenParts) -> Response:
        """End the log-in, at once and everywhere that uses its token."""
        login.log_out(parts, request)
        response = Response(status_code=204)
        login.clear_cookie(response, parts.settings)
        return response

    @made.get("/me")
    def me(actor: Staff) -> PersonView:
        """Return who is logged in."""
        return PersonView.model_validate(actor)

    return made
