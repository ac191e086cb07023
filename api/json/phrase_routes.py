"""The standard phrases by JSON (R-08): what is said at which step, and after which source."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api.access.guard import GivenParts, allow
from api.json.request_parts import by
from api.json.views import View
from dispatch.knowledge.phrases import RULE, PhraseStep
from kit.actors import Actor


class PhraseView(View):
    """One phrase; ``{due}`` stands for the promised time, ``{company}`` for the company's name."""

    rule: str = RULE
    step: PhraseStep
    source: str
    quote: str
    zh: str
    en: str


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/phrases", tags=["knowledge"])

    @made.get("")
    def phrases(
        _actor: Annotated[Actor, by(allow("intake.take"))], parts: GivenParts
    ) -> list[PhraseView]:
        """Return every phrase, in the order in which they are said."""
        return [PhraseView.model_validate(one) for one in parts.knowledge.phrases]

    return made
