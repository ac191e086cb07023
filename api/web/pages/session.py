"""Log-in, log-out, and the start page that leads each post to its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.security.access import allow_staff, maybe_actor, public
from api.security.login import log_in, log_out
from api.web.contexts.access import LoginPage
from api.web.contexts.shell import home_of
from api.web.forms import Form, Fault, sent
from api.web.pages.statics import local_path
from api.web.pages.web import Sent, Typed, Web
from api.web.render import see_other
from kit.actors import Actor

Anyone = Annotated[Actor | None, Depends(maybe_actor)]
Staff = Annotated[Actor, Depends(allow_staff)]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    return router


__all__ = ["Fault", "Form", "LoginPage", "Sent", "Typed", "home_of", "local_path", "log_in", "log_out", "public", "see_other", "sent", "routes", "Request", "Response"]
