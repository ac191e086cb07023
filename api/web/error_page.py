"""The error page: what went wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.web.forms import FormFault, faults, kept_words
from api.web.render import Painter
from kit.actors import Actor, Post
from kit.errors import FieldError

_AGAIN = "Go back, look at the present state, and choose again."
_RIGHT = "Go back and put it right; what you had typed is shown here."
_LATER = (
    "Nothing was lost. Try again in a minute; if it stays, tell the administrator the code and "
    "the time."
)
_START = "Check the address, or go to the start page."

_BY_STATUS: dict[int, tuple[str, str]] = {
    400: ("What was sent can't be taken", _RIGHT),
    401: ("Please log in", _START),
    403: ("You may not open this", "Ask somebody whose post may do this."),
    404: ("This page does not exist", _START),
    405: ("This page does not exist", _START),
    409: ("That is not possible now", _AGAIN),
    413: ("Too large", _RIGHT),
    422: ("What was sent can't be taken", _RIGHT),
    429: ("Too many attempts", "Wait a little, then try again."),
    500: ("The program met a fault", _LATER),
    503: ("Something is away just now", _LATER),
}
"""Title and advice (msgids) for each status."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong and what to do; ``kept`` is what was typed, so that none of it is lost.

    ``switch_to``: other posts that the person holds and that may open ``back``.
    """

    title: str
    sentence: str
    advice: str
    code: str
    faults: tuple[FormFault, ...] = ()
    allowed: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    switch_to: tuple[str, ...] = ()
    back: str = "/"


def render(
    painter: Painter,
    request: Request,
    status: int,
    code: str,
    message: str,
    *,
    params: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    allowed: Sequence[str] = (),
    switch_to: tuple[Post, ...] = (),
    typed: Mapping[str, str] | None = None,
    actor: Actor | None = None,
) -> HTMLResponse:
    """Return the error page; ``typed`` is the form that was sent, shown so that none of it is lost.

    Passwords and the form's own tokens are not shown.
    """
    text = painter.screen(request).text
    title, advice = _BY_STATUS.get(status, ("The page can't be shown", _LATER))
    # A field may be too large as well, and says so in other words.
    known_as = "body_too_large" if status == 413 else code
    page = ErrorPage(
        title=text(title),
        sentence=text.error(known_as, message, params or {}),
        advice=text(advice),
        code=f"{status} {code}",
        faults=tuple(faults(errors, text)),
        allowed=tuple(allowed),
        kept=kept_words(typed or {}, text),
        switch_to=switch_to,
        back=_asked(request),
    )
    return painter.draw(
        request, "error.html", page, actor=actor, status=status, narrow=True, path="/"
    )


def _asked(request: Request) -> str:
    # A form that was refused is not sent again: its page is where to begin anew.
    if request.method not in ("GET", "HEAD"):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
