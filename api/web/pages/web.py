"""What every page works with: the parts, the painter, and the form that was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.bootstrap import Parts
from api.web.i18n import Catalogue
from api.web.render import Painter
from dispatch.model import Where, WhereKind
from kit.actors import Actor
from kit.geo import Position


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: one text for each field, and what was ticked of ``technician``."""

    values: Mapping[str, str]
    technicians: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The idempotency key that was minted with the page."""
        return self.values.get("idempotency_key", "")


async def sent_form(request: Request) -> Sent:
    """Read the form of a request; files are no part of any form here."""
    form = await request.form()
    values = {name: value for name, value in form.items() if isinstance(value, str)}
    chosen = tuple(value for value in form.getlist("technician") if isinstance(value, str))
    return Sent(values, chosen)


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
        return f"{base.rstrip('/')}/t/{self.parts.dispatch.customer_token(ticket_id)}"


def where_of(values: Mapping[str, str], *, office: bool = False) -> Where:
    """Return where a form says it was sent from; a position that is none is left out."""
    note = values.get("where_note", "")[:80]
    try:
        position = Position(float(values["where_lat"]), float(values["where_lon"]))
    except (KeyError, ValueError):
        return Where(WhereKind.OFFICE if office else WhereKind.NONE)
    return Where(WhereKind.DEVICE, position, note)


def page_number(text: str) -> int:
    """Return the page asked for; 1 for anything that is no page."""
    return max(1, min(int(text), 100_000)) if text.isascii() and text.isdigit() else 1
