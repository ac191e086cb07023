"""What every page works with: the parts, the painter, and the form that was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.parts.parts import Parts
from api.web.i18n import Catalogue
from api.web.point_words import PointWords
from api.web.render import Painter, new_key
from dispatch.repair.by_link import customer_token
from kit.actors import Actor
from kit.errors import Invalid
from kit.where import NOWHERE, Where, WhereKind, read_where


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: one text for each field, and every post that was ticked."""

    values: Mapping[str, str]
    posts: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The idempotency key that was minted with the page."""
        return self.values.get("idempotency_key", "")


async def sent_form(request: Request) -> Sent:
    """Read the form of a request; files are no part of any form here."""
    form = await request.form()
    values = {name: value for name, value in form.items() if isinstance(value, str)}
    posts = tuple(value for value in form.getlist("post") if isinstance(value, str))
    return Sent(values, posts)


Typed = Annotated[Sent, Depends(sent_form)]


@dataclass(frozen=True, slots=True)
class Web:
    """The parts of the program, and the painter of its pages."""

    parts: Parts
    painter: Painter

    def now(self) -> datetime:
        """Return the present instant."""
        return self.parts.clock.now()

    def text(self, request: Request) -> Catalogue:
        """Return the words of this request's language."""
        return self.painter.screen(request).text

    def words(self, request: Request) -> PointWords:
        """Return the names of stations and points in this request's language."""
        return PointWords(self.text(request), self.parts.quantities)

    def draw(
        self,
        request: Request,
        template: str,
        page: object,
        actor: Actor | None = None,
        *,
        status: int = 200,
        live: str = "",
        narrow: bool = False,
        path: str = "",
    ) -> HTMLResponse:
        """Draw a page; ``path`` is its address, where that is not the one that was asked for."""
        return self.painter.draw(
            request, template, page, actor=actor, status=status, live=live, narrow=narrow, path=path
        )

    def customer_link(self, request: Request, ticket_id: str) -> str:
        """Return the whole address of the customer's own page."""
        base = self.parts.settings.public_url or str(request.base_url)
        return f"{base.rstrip('/')}/t/{customer_token(self.parts.desk, ticket_id)}"


def where_of(values: Mapping[str, str], *, office: bool = False) -> Where:
    """Return where a form says it was sent from; a position that is none is left out."""
    raw = {name: values.get(f"where_{name}", "") for name in ("lat", "lon", "note")}
    try:
        where = read_where(raw)
    except Invalid:
        where = NOWHERE
    return Where(WhereKind.OFFICE) if office and where.position is None else where


def key_again(typed: Sent, invalid: Invalid) -> str:
    """Return the key for a form that is shown again: its own, unless that is what was wrong."""
    bad = any(error.field == "idempotency_key" for error in invalid.errors)
    return new_key() if bad else typed.key


def page_number(text: str) -> int:
    """Return the page asked for; 1 for anything that is no page."""
    return max(1, min(int(text), 100_000)) if text.isascii() and text.isdigit() else 1
