"""Draws pages: Jinja2 with strict undefined values, fed by one context and its frame."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from jinja2 import (
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    select_autoescape,
)
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.access.guard import csrf_token, posts_held
from api.parts.settings import Settings
from api.web import tones
from api.web.formats import Formats
from api.web.i18n import LANGUAGE_COOKIE, Catalogue, read_catalogues
from api.web.shell import Shell
from api.web.statics import Statics, find_statics
from kit.actors import Actor
from stations.assets.quantities import Quantities

_NOTICES = {
    "logged_out": "You are logged out.",
    "done": "Done.",
    "acknowledged": "The alarm is acknowledged.",
    "shelved": "The alarm is shelved.",
    "unshelved": "The alarm is no longer shelved.",
    "saved": "Saved.",
}
"""What a page may be told to say at its top, by the word in ``?said=``."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The language and the forms of writing of one request."""

    text: Catalogue
    formats: Formats


class Painter:
    """Holds templates, catalogues and static files; draws one page at a time."""

    def __init__(self, settings: Settings, quantities: Quantities) -> None:
        self.settings = settings
        self.quantities = quantities
        self.catalogues = read_catalogues()
        self.statics: Statics = find_statics()
        self._templates = Environment(
            loader=ChoiceLoader(
                [PackageLoader("api.web", "templates"), PackageLoader("api", "pages")]
            ),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {
            "static": self.statics.url,
            "has_static": self.statics.has,
            "tones": tones,
        }

        self._known = frozenset(self._templates.list_templates(extensions=["html"]))

    def pieces(self, folder: str) -> Callable[[str], str]:
        """Return what gives the template of a step's fields by its name, from a folder of them.

        It gives "" for a step that asks for nothing.
        """

        def piece_of(step: str) -> str:
            name = f"{folder}/{step}.html"
            return name if name in self._known else ""

        return piece_of

    def screen(self, request: Request) -> Screen:
        """Return the language that this request asked for, and its forms of writing."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        text = self.catalogues.get(chosen) or self.catalogues[self.settings.language]
        return Screen(text, Formats(self.settings.zone, text, self.quantities))

    def draw(
        self,
        request: Request,
        template: str,
        page: object,
        *,
        actor: Actor | None = None,
        status: int = 200,
        live: str = "",
        narrow: bool = False,
        path: str = "",
    ) -> HTMLResponse:
        """Return a page; a name that its context does not have is an error, not a blank."""
        screen = self.screen(request)
        shell = Shell(
            company=self.settings.company_name,
            language=screen.text.language,
            actor=actor,
            csrf_token=csrf_token(request),
            path=path or request.url.path,
            posts=posts_held(request),
            live=live,
            narrow=narrow,
            notice=_notice(screen.text, request.query_params.get("said", "")),
        )
        values: dict[str, Any] = {
            "_": screen.text,
            "label": screen.text.label,
            "fmt": screen.formats,
            "shell": shell,
            "page": page,
        }
        html = self._templates.get_template(template).render(values)
        return HTMLResponse(html, status_code=status, headers={"Vary": "Cookie, HX-Request"})


def _notice(text: Catalogue, said: str) -> str:
    """Return the sentence of a word in ``?said=``: a step may have its own, ``said.<step>``."""
    own = f"said.{said}"
    return own if text.knows(own) else _NOTICES.get(said, "")


def new_key() -> str:
    """Return an idempotency key for one form on one page."""
    return secrets.token_urlsafe(18)


def see_other(url: str) -> Response:
    """Send the browser on with a GET, after a POST that took effect."""
    # As an address is written: a header takes no Chinese, and what is quoted already stays so.
    return Response(status_code=303, headers={"Location": quote(url, safe="/?&=#%:;,+~@!$'()*")})


def local_path(path: str) -> str:
    """Return the path if it stays on this site, else the start page."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else "/"
