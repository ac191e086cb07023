"""What the pages of the knowledge base show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.web.forms import Form
from dispatch.knowledge.entry import Version
from dispatch.knowledge.finding import Hit, Tally


@dataclass(frozen=True, slots=True)
class FoundPart:
    """What a search has found; ``ticket_id`` is the ticket that it is looked up for, if any."""

    typed: str
    shortest: int
    hits: tuple[Hit, ...]
    ticket_id: str


@dataclass(frozen=True, slots=True)
class KnowledgePage(FoundPart):
    """The search with what it has found."""

    form: Form
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry: what is in force, every version, and the forms to write and to judge."""

    entry_id: str
    in_force: Version | None
    versions: tuple[Version, ...]
    tally: Tally
    form: Form
    judge: Form
    kinds: tuple[str, ...]
    ticket_id: str
    today: date


@dataclass(frozen=True, slots=True)
class NewEntryPage:
    """The form of a new entry."""

    form: Form
    kinds: tuple[str, ...]
    today: date
