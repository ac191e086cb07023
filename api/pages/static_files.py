"""The pages' own files, and the switch of the language."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import public
from api.web.i18n import LANGUAGE_COOKIE, LANGUAGES
from api.web.page import Web
from api.web.render import local_path, see_other
from kit.errors import NotFound

_ONE_YEAR_S = 31_536_000


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/static/{name:path}", dependencies=[Depends(public)])
    def static(name: str, request: Request) -> Response:
        answer = web.painter.statics.answer(name, request)
        if answer is None:
            raise NotFound("page_not_found", f"there is no file {name!r}")
        return answer

    @router.get("/language/{language}", dependencies=[Depends(public)])
    def language(language: str, back: str = "/") -> Response:
        answer = see_other(local_path(back))
        if language in LANGUAGES:
            answer.set_cookie(
                LANGUAGE_COOKIE,
                language,
                max_age=_ONE_YEAR_S,
                httponly=True,
                samesite="lax",
                secure=web.parts.settings.secure_cookies,
            )
        return answer

    return router
