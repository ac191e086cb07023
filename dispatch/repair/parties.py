"""Whose facility it is, up to which point, and who owns and pays: three people, not one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dispatch.phones import read_phone
from kit.fields import FaultKind, Fields

LONGEST_NAME = 80
LONGEST_POINT = 80
"""Longest entries, in characters."""

COMPANY_HAS_NO_CUSTOMER = FaultKind(
    "company_has_no_customer", "the company's own facility has no customer and nobody who pays"
)


class Owner(StrEnum):
    """Whose facility is repaired: that decides on the fee, consent and who signs (R-14, R-16)."""

    COMPANY = "company"
    CUSTOMER = "customer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Party:
    """A person with a part in the matter; ``phone`` is empty where none is known."""

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Facility:
    """Whose facility it is, ``up_to`` which point (the meter, say), and for whom.

    ``customer`` is None where the one who reported it is the customer; ``payer`` is None where the
    customer pays. The company's own has neither.
    """

    owner: Owner
    up_to: str = ""
    customer: Party | None = None
    payer: Party | None = None


def read_facility(form: Fields, usual: Owner) -> Facility:
    """Read ``facility`` (``usual`` when blank), ``up_to``, and the customer and payer if named."""
    owner = form.choice("facility", Owner, usual, needed=False)
    up_to = form.text("up_to", longest=LONGEST_POINT, needed=False, lines=False)
    customer, payer = _read_party(form, "customer"), _read_party(form, "payer")
    if owner is Owner.COMPANY and (customer or payer):
        form.fault("facility", COMPANY_HAS_NO_CUSTOMER)
    return Facility(owner, up_to, customer, payer)


def _read_party(form: Fields, who: str) -> Party | None:
    phone = read_phone(form, f"{who}_phone", needed=False)
    name = form.text(
        f"{who}_name", longest=LONGEST_NAME, needed=form.given(f"{who}_phone"), lines=False
    )
    return Party(name, phone) if name else None
