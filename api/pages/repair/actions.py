"""What a person can do to a ticket, and what has been done: from the table and the events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from api.pages.repair.ticket_context import (
    Action,
    BlockedAction,
    ExpectedStep,
    HistoryLine,
    Stage,
)
from api.web.forms import Form
from dispatch.repair.context import Workflow
from dispatch.repair.ticket import Ticket
from kit.actors import Actor
from kit.record import Event
from kit.where import WhereKind

PieceOf = Callable[[str], str]
"""Gives the template of a step's fields by the step's name; "" for a step that has none."""


def actions_of(
    workflow: Workflow,
    ticket: Ticket,
    actor: Actor,
    sent: Mapping[str, Form],
    key: str,
    piece_of: PieceOf,
) -> tuple[Action, ...]:
    """Return the buttons of this person, in the order of the table.

    ``sent`` are forms that were just sent and refused; they are open, with what is wrong. So is
    the only step of the usual way.
    """
    lines = workflow.allowed(ticket, actor)
    usual = [line for line in lines if not line.aside]
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
                shows=line.step.shows,
                edition=line.step.edition(ticket),
            )
        )
    return tuple(made)


def blocked_of(workflow: Workflow, ticket: Ticket, actor: Actor) -> tuple[BlockedAction, ...]:
    """Return what this person could do but for conditions that are not met."""
    return tuple(
        BlockedAction(one.line.step.name, tuple(obstacle.code for obstacle in one.obstacles))
        for one in workflow.blocked(ticket, actor)
    )


def expected_of(workflow: Workflow, ticket: Ticket) -> tuple[ExpectedStep, ...]:
    """Return the steps of the usual way that come next, with the posts that may take them."""
    return tuple(
        ExpectedStep(line.step.name, tuple(grant.post for grant in line.who))
        for line in workflow.expected(ticket)
        if not line.aside
    )


def stages_of(workflow: Workflow, ticket: Ticket) -> tuple[Stage, ...]:
    """Return the chain with what is behind, and where the ticket stands."""
    states = workflow.stages()
    at = states.index(ticket.state) if ticket.state in states else -1
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
