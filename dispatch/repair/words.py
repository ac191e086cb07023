"""Fields that several steps of a repair read: a note, a reason, a superior's opinion. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.repair.context import Given
from dispatch.repair.evidence import FromCrew
from kit.actors import Post
from kit.fields import FaultKind, Fields

CUSTOMER_PRESENT = FaultKind("customer_present", "the customer must be present and agree")

TEXT = 500
"""Longest note, reason or opinion, in characters."""
NAME = 80
"""Longest name of a person or thing, in characters."""


@dataclass(frozen=True, slots=True)
class Note:
    """The content of a step that takes at most a note."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class CrewNote(FromCrew):
    """The same for a step of the crew."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """The content of a step that needs a reason: decline, withdraw, send back."""

    reason: str


def read_note(form: Fields, _given: Given) -> Note:
    """Read ``note``."""
    return Note(form.text("note", longest=TEXT, needed=False))


def read_crew_note(form: Fields, _given: Given) -> CrewNote:
    """Read ``note`` of a step of the crew."""
    return CrewNote(form.text("note", longest=TEXT, needed=False))


def read_reason(form: Fields, _given: Given) -> Reason:
    """Read ``reason``, which is required."""
    return Reason(form.text("reason", longest=TEXT))


def require_customer(form: Fields, given: Given) -> None:
    """Note a fault unless the customer is there: by their own link, or said on the crew's phone.

    The leader enters afterwards what was on paper; who told it stands beside.
    """
    needless = given.actor.post in (Post.CUSTOMER, Post.TEAM_LEADER)
    if not needless and not form.yes("customer_present", needed=False):
        form.fault("customer_present", CUSTOMER_PRESENT)
