"""A step of a workflow: how its form is read, what it writes, what stands in its way. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from kit.actors import Actor, Post
from kit.fields import Fields


class Living(Protocol):
    """The subject of a workflow: a frozen value with a state, and the number of its last event."""

    @property
    def state(self) -> StrEnum:
        """Its present state."""
        ...

    @property
    def version(self) -> int:
        """How many steps have been taken."""
        ...

    def is_of(self, actor: Actor) -> bool:
        """Whether it is this actor's own."""
        ...


# A generic dataclass with slots can't be called by its subscripted name (Python 3.11), and the
# rooms do just that: Given, Step, Line and Workflow have none.
Subject = TypeVar("Subject", bound=Living)
Context = TypeVar("Context")
Content = TypeVar("Content")


@dataclass(frozen=True)
class Given(Generic[Subject, Context]):
    """What a step may look at besides what was typed: its subject, who asks, when, and the context.

    The context is what the workflow's own room needs to read a form: its rules, its directories.
    """

    subject: Subject
    actor: Actor
    now: datetime
    context: Context


@dataclass(frozen=True)
class Asked(Generic[Context]):
    """What an opening may look at beside what was typed: who asks, when, and the context."""

    actor: Actor
    now: datetime
    context: Context


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a new subject is called: its id, and the number by which people name it."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did something, and when: what is written beside every signature."""

    by: Actor
    at: datetime


Mask = Callable[[Any], Any]


@dataclass(frozen=True)
class Step(Generic[Subject, Context, Content]):
    """One step: how its form is read, and what it then writes; ``Content`` ties the two.

    ``personal`` names the fields of its content that only those who need them see, each with the
    mask for everyone else (R-38). ``summary`` and ``example`` describe it in the API.

    ``shows`` names what the form shows besides its own fields, such as people to choose from: the
    page fetches it for this step. ``edition`` gives the number of what the form is about, such as
    a quote: a form that is open on a screen is replaced when that changes. ``told_to`` is the post
    that may enter it afterwards for those who took it, and then says who told it, when and why.
    """

    name: str
    read: Callable[[Fields, Given[Subject, Context]], Content]
    write: Callable[[Subject, Content, Stamp], Subject]
    summary: str
    example: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Mask] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    edition: Callable[[Subject], int | None] = lambda _subject: None
    told_to: Post | None = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a step can't be taken now: a code for the catalogue, and the English sentence.

    ``moot``: the step makes no sense here, so there is nothing to wait for. ``forbids``: this
    person may not take it, whatever the state.
    """

    code: str
    message: str
    moot: bool = False
    forbids: bool = False


Condition = Callable[[Subject, Actor], Obstacle | None]
