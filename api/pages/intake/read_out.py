"""What the receptionist reads out at each step (R-08), in the language of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from api.web.page import Web
from dispatch.knowledge.phrases import PhraseStep, phrases_of


@dataclass(frozen=True, slots=True)
class ReadOut:
    """One phrase as it is read out, and the words of the source that it follows."""

    text: str
    quote: str
    source: str


def read_out(
    web: Web, request: Request, step: PhraseStep, due: datetime | None = None
) -> tuple[ReadOut, ...]:
    """Return what is said at a step; the promise only once there is a time to promise."""
    if step is PhraseStep.PROMISE and due is None:
        return ()
    screen = web.painter.screen(request)
    filled = {"company": web.parts.settings.company_name, "due": screen.formats.instant(due)}
    return tuple(
        ReadOut(one.spoken(screen.text.language, **filled), one.quote, one.source)
        for one in phrases_of(web.parts.knowledge.phrases, step)
    )


def read_out_by_step(web: Web, request: Request) -> Mapping[str, tuple[ReadOut, ...]]:
    """Return what is said at every step but the promise's, which follows what is typed."""
    return {str(step): read_out(web, request, step) for step in PhraseStep}
