"""What the pages of a life show. The life's own templates say how its facts are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from api.web.forms import Form
from api.web.listing import Listing
from api.web.step_actions import Action, BlockedAction, ExpectedStep, HistoryLine, Stage, Stray

Choices = Mapping[str, tuple[tuple[str, str], ...]]
"""What can be chosen in a field of a form, by the field's name: each value with its words."""


@dataclass(frozen=True, slots=True)
class LifePage:
    """What each page of a life has: its name, its address, and where its own templates are."""

    life: str
    path: str

    @property
    def states(self) -> str:
        """The kind of word that its states are."""
        return f"{self.life}_state"

    def template(self, name: str) -> str:
        """Return the path of one of the life's own templates."""
        return f"lives/{self.life}/{name}.html"


@dataclass(frozen=True, slots=True)
class SubjectListPage(LifePage):
    """One page of a life's subjects that this person may see."""

    list: Listing
    filter: Form
    subjects: tuple[Any, ...]
    all_states: tuple[StrEnum, ...]
    views: tuple[str, ...]
    opening: str
    may_begin: bool


@dataclass(frozen=True, slots=True)
class OpeningPage(LifePage):
    """The form by which a subject is begun."""

    step: str
    form: Form
    cites: str
    choices: Choices
    by_customer: bool = False


@dataclass(frozen=True, slots=True)
class SubjectPage(LifePage):
    """One subject: what it is, what this person can do, and what has been done."""

    subject: Any
    base: str
    shown_at: datetime
    stages: tuple[Stage, ...]
    actions: tuple[Action, ...]
    blocked: tuple[BlockedAction, ...]
    expected: tuple[ExpectedStep, ...]
    history: tuple[HistoryLine, ...]
    chain_sound: bool
    choices: Choices
    stray: Stray | None
    by_customer: bool = False
