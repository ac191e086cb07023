"""Error responses: JSON for programs, a page for people, without secrets."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from api.access.all_rights import all_rights
from api.access.denials import BadRequest, CrossSite, NotLoggedIn, TooLarge, TooOften, WrongLogin
from api.access.guard import login_session
from api.web import error_page as pages
from api.web.render import Painter
from kit.actors import Post
from kit.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    OutOfOrder,
    SanlaiError,
    Unavailable,
)
from telemetry.stores.port import StoreUnavailable

_log = logging.getLogger(__name__)

STATUS: dict[type[SanlaiError], int] = {
    BadRequest: 400,
    NotLoggedIn: 401,
    WrongLogin: 401,
    Forbidden: 403,
    CrossSite: 403,
    NotFound: 404,
    OutOfOrder: 409,
    Conflict: 409,
    TooLarge: 413,
    Invalid: 422,
    TooOften: 429,
    Unavailable: 503,
}
"""The status of each kind of error."""

Accident = Callable[[Request, Exception], Awaitable[Response]]
"""The answer to what never reached the application, or what nobody has foreseen in it."""

_PROGRAMS = ("/api/", "/health/", "/openapi.json")
_RETRY_S = "5"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an error is answered with, before it is known for whom."""

    status: int
    code: str
    message: str
    params: Mapping[str, Any]
    errors: Sequence[FieldError] = ()
    allowed: Sequence[str] = ()
    switch_to: tuple[Post, ...] = ()
    """Other posts that the person holds, and that may do what this one may not."""

    def as_record(self) -> dict[str, Any]:
        """Return the body of the JSON answer."""
        return {
            "code": self.code,
            "message": self.message,
            "errors": [
                {"field": e.field, "code": e.code, "message": e.message, "params": _plain(e.params)}
                for e in self.errors
            ],
            "allowed": list(self.allowed),
        }


def answer_of(error: SanlaiError) -> Answer:
    """Return the answer to one of our own errors."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    return Answer(
        status,
        error.code,
        error.message,
        error.params,
        error.errors if isinstance(error, Invalid) else (),
        error.allowed if isinstance(error, OutOfOrder) else (),
    )


def with_switch(answer: Answer, request: Request, error: SanlaiError) -> Answer:
    """Return the answer with the posts that the person could act as instead, if there are any."""
    current = login_session(request)
    if current is None or not isinstance(error, Forbidden):
        return answer
    action = error.params.get("action") or f"repair.{error.params.get('command')}"
    if action not in set(all_rights()):
        return answer
    granted = {grant.post for grant in all_rights().grants_of(action)} - {current.actor.post}
    others = tuple(post for post in current.posts if post in granted)
    if not others:
        return answer
    held = " or ".join(others)
    message = f"{answer.message}; switch to {held}, which you also hold (header Acting-As)"
    return replace(answer, message=message, switch_to=others)


def install(app: FastAPI, painter: Painter) -> Accident:
    """Install the error handlers; return the one for unexpected errors."""
    answers = _Answers(painter)
    app.add_exception_handler(SanlaiError, answers.ours)
    app.add_exception_handler(RequestValidationError, answers.not_valid)
    app.add_exception_handler(HTTPException, answers.http)
    app.add_exception_handler(StoreUnavailable, answers.away)
    app.add_exception_handler(OperationalError, answers.away)
    app.add_exception_handler(DataError, answers.unwritable)
    app.add_exception_handler(ClientDisconnect, answers.gone)
    return answers.accident


class _Answers:
    """The handlers of each kind of error."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter

    async def _respond(self, request: Request, answer: Answer, error: Exception) -> Response:
        return await respond(request, self._painter, answer, error)

    async def ours(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, SanlaiError):
            raise error
        return await self._respond(request, with_switch(answer_of(error), request, error), error)

    async def not_valid(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        faults = [_fault(dict(found)) for found in error.errors()]
        malformed = any(found["type"] == "json_invalid" for found in error.errors())
        if malformed:
            found = BadRequest("not_json", "the body is not JSON: " + faults[0].message)
            return await self._respond(request, answer_of(found), found)
        invalid = Invalid(faults)
        return await self._respond(request, answer_of(invalid), invalid)

    async def http(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        code, message = _HTTP.get(error.status_code, ("refused", "this can't be done"))
        answer = Answer(error.status_code, code, message, {})
        response = await self._respond(request, answer, error)
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        return response

    async def away(self, request: Request, error: Exception) -> Response:
        # The text of such an error may hold a statement and its data: it goes to the log only.
        _log.error("a part is not available: %s", type(error).__name__)
        answer = Answer(503, "unavailable", "a part of the program is not available; try again", {})
        return await self._respond(request, answer, error)

    async def unwritable(self, request: Request, error: Exception) -> Response:
        # PostgreSQL takes no NUL in a text, and no number beyond its column.
        answer = Answer(400, "bad_request", "what was sent can't be stored", {})
        return await self._respond(request, answer, error)

    async def gone(self, _request: Request, _error: Exception) -> Response:
        return Response(status_code=499)  # nobody is there to read it

    async def accident(self, request: Request, error: Exception) -> Response:
        answer = Answer(500, "fault", "the program met a fault, and logged it", {})
        if isinstance(error, SanlaiError):  # refused before the application was asked
            answer = answer_of(error)
        try:
            return await self._respond(request, answer, error)
        except Exception:  # noqa: BLE001 - logged below, and there is nobody above to answer
            # The error page itself may be the cause.
            _log.exception("the page of a fault could not be drawn")
            return JSONResponse(answer.as_record(), 500)


async def respond(request: Request, painter: Painter, answer: Answer, error: Exception) -> Response:
    """Return the answer in the form that this request asks for."""
    if wants_json(request):
        response: Response = JSONResponse(answer.as_record(), answer.status)
    elif isinstance(error, NotLoggedIn):
        return _to_login(request)
    else:
        current = login_session(request)
        response = pages.render(
            painter,
            request,
            answer.status,
            answer.code,
            answer.message,
            params=answer.params,
            errors=answer.errors,
            allowed=answer.allowed,
            switch_to=answer.switch_to,
            typed=await _typed(request),
            actor=current.actor if current else None,
        )
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.wait_s)
    elif answer.status == 503:
        response.headers["Retry-After"] = _RETRY_S
    return response


def wants_json(request: Request) -> bool:
    """Whether a program asks, not a person with a browser: the address decides."""
    return request.url.path.startswith(_PROGRAMS)


def _to_login(request: Request) -> Response:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = path if request.method in ("GET", "HEAD") and path != "/" else ""
    return Response(
        status_code=303,
        headers={"Location": f"/login?back={quote(back, safe='')}" if back else "/login"},
    )


async def _typed(request: Request) -> dict[str, str]:
    # A form that was read before the error is kept by the request; nothing is read again here: the
    # body may be gone, too long, or confidential.
    form = getattr(request, "_form", None)
    if form is None:
        return {}
    return {name: value for name, value in form.items() if isinstance(value, str)}


_HTTP: dict[int, tuple[str, str]] = {
    400: ("bad_request", "the request can't be understood"),
    404: ("page_not_found", "there is nothing at this address"),
    405: ("method_not_allowed", "this address does not accept this method"),
    413: ("too_large", "the body is longer than the program accepts"),
}


def _fault(found: dict[str, Any]) -> FieldError:
    # What was sent is not repeated (it may be personal), nor is the library's link.
    where = [str(step) for step in found["loc"] if step not in ("body", "query", "path", "header")]
    code = "required" if found["type"] == "missing" else str(found["type"])
    return FieldError(".".join(where) or "body", code, str(found["msg"]))


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in params.items()
    }
