"""What a person can do to a subject, and what has been done: from its table and its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from api.web.forms import Form, FormFault, RefusedForm, kept_words
from api.web.i18n import Catalogue
from kit.actors import Actor, Post
from kit.record import Event
from kit.where import WhereKind
from kit.workflow import Workflow

PieceOf = Callable[[str], str]
"""Gives the template of a step's fields by the step's name; "" for a step that has none."""


@dataclass(frozen=True, slots=True)
class Action:
    """A step that this person can take now, and the form it is given by.

    ``piece`` is the template of its fields, found by the step's name; a step without one is a
    single press of a button. ``aside``: it leads off the usual way. ``told``: this person enters it
    for others, and says who told it. ``shows`` and ``edition`` are the step's own.
    """

    step: str
    cites: str
    form: Form
    piece: str
    open: bool
    aside: bool
    told: bool
    shows: tuple[str, ...]
    edition: int | None

    def has(self, what: str) -> bool:
        """Whether the form shows this besides its own fields."""
        return what in self.shows


@dataclass(frozen=True, slots=True)
class BlockedAction:
    """A step that would be this person's, and the codes of what stands in its way."""

    step: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectedStep:
    """A step that somebody else is to take next."""

    step: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step taken: what, when, who, where."""

    at: datetime
    step: str
    from_state: str
    to_state: str
    actor_name: str
    actor_post: Post
    where: str
    position: str
    note: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the chain, in order."""

    state: StrEnum
    done: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Stray:
    """A step that was refused and whose form is no longer on the page: why, and its words."""

    step: str
    faults: tuple[FormFault, ...]
    kept: tuple[tuple[str, str], ...]


def actions_of(
    workflow: Workflow[Any, Any],
    subject: Any,
    actor: Actor,
    sent: Mapping[str, Form],
    key: str,
    piece_of: PieceOf,
) -> tuple[Action, ...]:
    """Return the buttons of this person, in the order of the table.

    ``sent`` are forms that were just sent and refused; they are open, with what is wrong. So is
    the only step of the usual way.
    """
    lines = workflow.allowed(subject, actor)
    usual = [x for x in lines if not x.aside and x.step.told_to is not actor.post]
    made = []
    for line in lines:
        name = line.step.name
        form = sent.get(name) or Form(name, f"{key}-{name}")
        opened = usual == [line] or not form.fresh
        made.append(
            Action(
                step=name,
                cites=line.cites,
                form=form,
                piece=piece_of(name),
                open=opened,
                aside=line.aside,
                told=line.step.told_to is actor.post,
                shows=line.step.shows,
                edition=line.step.edition(subject),
            )
        )
    return tuple(made)


def blocked_of(
    workflow: Workflow[Any, Any], subject: Any, actor: Actor
) -> tuple[BlockedAction, ...]:
    """Return what this person could do but for conditions that are not met."""
    return tuple(
        BlockedAction(one.line.step.name, tuple(obstacle.code for obstacle in one.obstacles))
        for one in workflow.blocked(subject, actor)
    )


def expected_of(workflow: Workflow[Any, Any], subject: Any) -> tuple[ExpectedStep, ...]:
    """Return the steps of the usual way that come next, with the posts that may take them."""
    return tuple(
        ExpectedStep(line.step.name, tuple(grant.post for grant in line.who))
        for line in workflow.expected(subject)
        if not line.aside
    )


def stages_of(workflow: Workflow[Any, Any], subject: Any) -> tuple[Stage, ...]:
    """Return the chain with what is behind, and where the subject stands."""
    states = workflow.stages()
    at = states.index(subject.state) if subject.state in states else -1
    return tuple(Stage(state, n < at, n == at) for n, state in enumerate(states))


def history_lines(events: Iterable[Event]) -> tuple[HistoryLine, ...]:
    """Return the steps taken, oldest first."""
    return tuple(_history_line(event) for event in sorted(events, key=lambda e: e.n))


def _history_line(event: Event) -> HistoryLine:
    at = event.where.position
    return HistoryLine(
        at=event.at,
        step=event.command,
        from_state=event.from_state,
        to_state=event.to_state,
        actor_name=event.actor.name,
        actor_post=event.actor.post,
        where="" if event.where.kind is WhereKind.NONE else str(event.where.kind),
        position=f"{at.lat:.5f}, {at.lon:.5f}" if at else "",
        note=event.where.note,
    )


def stray_of(
    refused: RefusedForm | None, actions: Iterable[Action], text: Catalogue
) -> Stray | None:
    """Return the refused form if none of these actions shows it any more."""
    if refused is None or any(action.step == refused.form.id for action in actions):
        return None
    form = refused.form
    return Stray(form.id, form.errors, kept_words(form.values, text))
