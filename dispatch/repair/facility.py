"""Whose facility it turns out to be: corrected on site, with the reason (R-14, R-16). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dispatch.privacy import mask_name, mask_phone
from dispatch.repair.context import Given, Step
from dispatch.repair.parties import Facility, Owner, read_facility
from dispatch.repair.sheets import Correction, Fee, Signatures
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.words import TEXT
from kit.fields import FaultKind, Fields
from kit.step import Stamp

NOTHING_CORRECTED = FaultKind("nothing_corrected", "is what the ticket says already")

_WORK_AHEAD = (
    *(State.LOGGED, State.ISSUED, State.ASSIGNED, State.EN_ROUTE, State.ON_SITE),
    State.WAITING,
)


@dataclass(frozen=True, slots=True)
class CorrectFacility:
    """What was found on site instead of what was taken in, and how that is known."""

    facility: Facility
    reason: str


def masked_facility(facility: Any) -> Any:
    """Return a facility's plain data with the names and numbers of its people masked."""
    if not isinstance(facility, dict):
        return facility
    people = {who: _masked_party(facility.get(who)) for who in ("customer", "payer")}
    return {**facility, **people}


def _masked_party(party: Any) -> Any:
    if not isinstance(party, dict):
        return party
    return {"name": mask_name(party["name"]), "phone": mask_phone(party["phone"])}


def _read_correction(form: Fields, given: Given) -> CorrectFacility:
    if not form.given("facility"):
        form.fault("facility", "required")
    facility = read_facility(form, given.subject.facility.owner)
    if not form.errors and facility == given.subject.facility:
        form.fault("facility", NOTHING_CORRECTED)
    return CorrectFacility(facility, form.text("reason", longest=TEXT))


def _write_correction(ticket: Ticket, said: CorrectFacility, stamp: Stamp) -> Ticket:
    corrected = replace(ticket, correction=Correction(said.facility, said.reason, stamp))
    if ticket.state is State.CUSTOMER_SIGNED:
        # What was signed for is no longer what it is: whoever signs now signs anew.
        corrected = replace(corrected, signatures=Signatures(), ending=None)
    return replace(corrected, fee=_fee_after(ticket, corrected))


def _fee_after(before: Ticket, after: Ticket) -> Fee:
    """Return what stays of the fee: nobody pays by another's consent, or for the company's own.

    Work that is done needs no new consent and can't get one (R-14: before the work), so then a
    quote that falls to somebody else is void as well.
    """
    fee, quoted = before.fee, before.fee.last_n
    if (before.customer, before.payer) == (after.customer, after.payer):
        return fee
    still_to_agree = before.state in (*_WORK_AHEAD, State.WORKING)
    if after.facility.owner is not Owner.COMPANY and still_to_agree:
        return replace(fee, consent=None)
    return Fee(void_n=quoted)


CORRECT_FACILITY = Step[CorrectFacility](
    "correct_facility",
    _read_correction,
    _write_correction,
    "Whose facility it is, as found on site, with the reason.",
    {"facility": "company", "up_to": "水表", "reason": "漏点在表前"},
    personal={"facility": masked_facility},
)
