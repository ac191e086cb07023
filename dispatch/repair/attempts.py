"""Attempts to reach the customer: by telephone or at the door, each with its time (R-12). Pure."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from dispatch.phones import read_phone
from dispatch.privacy import mask_phone
from dispatch.repair.context import Given
from dispatch.repair.evidence import ContactWay, Tried
from dispatch.repair.ticket import Ticket
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle

MOST_ATTEMPTS = 20

ATTEMPT_BEFORE_LOG = FaultKind("attempt_before_log", "lies before the matter was logged")
OF_THE_CREW = Obstacle(
    "of_the_crew", "whoever did the work does not call the customer back about it", forbids=True
)


def not_of_the_crew(ticket: Ticket, actor: Actor) -> Obstacle | None:
    """Nobody asks the customer about their own work: not the crew, nor who entered it for them."""
    crew = {person.id for person in (*ticket.crew.technicians, *ticket.crew.relieved)}
    entered = {entry.stamp.by.id for entry in ticket.entered_later}
    return OF_THE_CREW if actor.id in crew | entered else None


def read_attempts(form: Fields, given: Given, *, least: int = 1) -> tuple[Tried, ...]:
    """Read ``attempts``: each with its time, by telephone with the number or at the door."""
    return form.items("attempts", partial(_read, given=given), least=least, most=MOST_ATTEMPTS)


def mask_attempts(attempts: Any) -> Any:
    """Return the attempts of an event's data without the customer's numbers."""
    return [{**one, "number": mask_phone(one["number"])} for one in attempts]


def hidden_words(_words: Any) -> str:
    """Return nothing of what the customer or the crew said of them."""
    return ""


def masked_attempts(attempts: tuple[Tried, ...]) -> tuple[Tried, ...]:
    """Return the attempts without the customer's numbers."""
    return tuple(replace(one, number=mask_phone(one.number)) for one in attempts)


def _read(form: Fields, given: Given) -> Tried:
    at, way = form.time("at", given.now), form.choice("way", ContactWay, ContactWay.CALL)
    if not form.given("at"):
        form.fault("at", "required")
    elif at > given.now + given.context.rules.tolerance:
        form.fault("at", "in_the_future")
    elif at < given.subject.logged.at.replace(second=0, microsecond=0):
        form.fault("at", ATTEMPT_BEFORE_LOG)
    return Tried(at, way, _read_number(form, given) if way is ContactWay.CALL else "")


def _read_number(form: Fields, given: Given) -> str:
    if not form.given("number"):
        customer = given.subject.customer
        if customer and customer.phone:
            return customer.phone
    return read_phone(form, "number", needed=True)
