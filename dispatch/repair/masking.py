"""A ticket and its events as one viewer may see them (R-38). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dispatch.privacy import mask_actor, mask_name, mask_phone, sees_person
from dispatch.repair.attempts import masked_attempts
from dispatch.repair.context import Workflow
from dispatch.repair.facility import masked_facility
from dispatch.repair.matter import Channel
from dispatch.repair.parties import Facility, Party
from dispatch.repair.sheets import Signature, Signatures
from dispatch.repair.ticket import Ending, State, Ticket
from kit.actors import Actor
from kit.record import Event
from kit.rights import Reach, reach
from kit.step import Mask, Stamp

PERSONAL_AT_INTAKE: Mapping[str, Mask] = {
    "name": mask_name,
    "phone": mask_phone,
    "facility": masked_facility,
}
"""The fields of an intake that only those who need them see."""


def knows_of(viewer: Actor, ticket: Ticket) -> bool:
    """Whether this viewer may know that the ticket exists: any ticket, or only their own.

    ``search.within_reach`` says the same in SQL.
    """
    found = reach(viewer, "tickets.see")
    return found is Reach.ANY or (found is Reach.OWN and ticket.is_of(viewer))


def sees_persons_of(viewer: Actor, ticket: Ticket) -> bool:
    """Whether names are shown plain: to who needs them, or where none but staff are named."""
    return sees_person(viewer) or _names_staff_alone(ticket)


def _names_staff_alone(ticket: Ticket) -> bool:
    """Whether an alarm, or one of our own people, reported what is the company's own.

    A passer-by who reports a burst main is a person all the same; and a correction may have named
    somebody, if only for a while.
    """
    told = ticket.intake
    by_staff = told.channel is Channel.STAFF and told.name == ticket.logged.by.name
    always_ours = ticket.own_facility and ticket.correction is None
    return always_ours and (told.channel is Channel.ALARM or by_staff)


def as_logged(ticket: Ticket) -> Ticket:
    """Return the ticket as it was first logged: what was reported, and nothing since.

    For staff who may report but not follow a matter; repeating the report tells them no more.
    """
    return Ticket(
        id=ticket.id,
        number=ticket.number,
        version=1,
        state=State.LOGGED,
        intake=ticket.intake,
        logged=ticket.logged,
        promise=ticket.promise,
        priority=ticket.priority,
    )


def masked_ticket(ticket: Ticket, viewer: Actor) -> Ticket:
    """Return the ticket as this viewer may see it."""
    if sees_persons_of(viewer, ticket):
        return ticket
    told, consent, customer = ticket.intake, ticket.fee.consent, ticket.signatures.customer
    if consent is not None:
        by = mask_actor(consent.recorded_by)
        signed = _masked_signature(consent.signature) if consent.signature else None
        name = mask_name(consent.name)
        consent = replace(consent, name=name, signature=signed, recorded_by=by)
    if customer is not None:
        by = mask_actor(customer.recorded_by)
        signed = _masked_signature(customer.signature)
        customer = replace(customer, signature=signed, recorded_by=by)
    correction = ticket.correction
    if correction is not None:
        correction = replace(correction, facility=_masked(correction.facility))
    return replace(
        ticket,
        intake=replace(
            told,
            name=mask_name(told.name),
            phone=mask_phone(told.phone),
            facility=_masked(told.facility) if told.facility else None,
        ),
        correction=correction,
        logged=replace(ticket.logged, by=mask_actor(ticket.logged.by)),
        fee=replace(ticket.fee, consent=consent),
        signatures=replace(_masked_calls(ticket.signatures), customer=customer),
        pauses=tuple(
            replace(pause, attempts=masked_attempts(pause.attempts), began=_by_masked(pause.began))
            for pause in ticket.pauses
        ),
        ending=_masked_ending(ticket.ending),
    )


def _masked_signature(signed: Signature) -> Signature:
    return replace(signed, strokes=(), typed_name="", signer=mask_name(signed.signer))


def _masked(facility: Facility) -> Facility:
    customer, payer = (
        Party(mask_name(one.name), mask_phone(one.phone)) if one else None
        for one in (facility.customer, facility.payer)
    )
    return replace(facility, customer=customer, payer=payer)


def _masked_calls(signed: Signatures) -> Signatures:
    missing = signed.missing
    if missing is not None:
        missing = replace(missing, account="", witness=mask_name(missing.witness))
    calls = tuple(
        replace(call, words="", attempts=masked_attempts(call.attempts)) for call in signed.calls
    )
    return replace(signed, missing=missing, calls=calls)


def _masked_ending(ending: Ending | None) -> Ending | None:
    return replace(ending, attempts=masked_attempts(ending.attempts)) if ending else None


def _by_masked(stamp: Stamp) -> Stamp:
    return replace(stamp, by=mask_actor(stamp.by))


def masked_event(event: Event, personal: Mapping[str, Mask]) -> Event:
    """Return the event with its ``personal`` fields masked (its hash stays that of the whole)."""
    data: dict[str, Any] = dict(event.data)
    for name, mask in personal.items():
        if name in data:
            data[name] = mask(data[name])
    return replace(event, actor=mask_actor(event.actor), data=data)


def personal_in(event: Event, workflow: Workflow) -> Mapping[str, Mask]:
    """Return which fields of an event's data are personal: its step says so."""
    if event.command == workflow.opening.name:
        return PERSONAL_AT_INTAKE
    step = workflow.step(event.command)
    return step.personal if step else {}
