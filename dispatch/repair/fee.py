"""The fee: shown and explained, agreed to or declined, before any work (R-14). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.fees.fee_standard import read_picked_fee
from dispatch.money import read_fen
from dispatch.privacy import mask_name
from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.context import QUOTE, Given, Step
from dispatch.repair.evidence import FromCrew
from dispatch.repair.sheets import Consent, FeeLine, Quote, Signature
from dispatch.repair.signature import SIGNED, masked_signature, read_signature
from dispatch.repair.ticket import Ending, Outcome, Ticket
from dispatch.repair.words import NAME, TEXT, require_customer
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

MOST_LINES = 50
MOST_QUOTES = 10_000

QUOTE_CHANGED = FaultKind("quote_changed", "is not the latest quote, which is {latest}")

NO_CUSTOMER = Obstacle(
    "own_facility", "the company's own facility has no customer to bill or to ask (R-14)", moot=True
)
ALREADY_AGREED = Obstacle(
    "already_agreed", "the customer has already agreed to the latest fee quote (R-14)", moot=True
)
NOT_QUOTED = Obstacle("not_quoted", "no fee has been quoted yet (R-14)")
FEE_NOT_AGREED = Obstacle(
    "fee_not_agreed", "the customer has not consented to the latest fee quote (R-14)"
)


@dataclass(frozen=True, slots=True)
class QuoteFee(FromCrew):
    """The fee, line by line, as shown and explained to the customer."""

    lines: tuple[FeeLine, ...]


@dataclass(frozen=True, slots=True)
class GiveConsent(FromCrew):
    """The customer agrees to the quote with this number, and signs for it (R-14)."""

    quote: int
    signature: Signature


@dataclass(frozen=True, slots=True)
class Decline(FromCrew):
    """The customer does not want the work, and perhaps says why."""

    reason: str


def has_customer(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-14: a fee is for a customer; the company's own facility has none."""
    return NO_CUSTOMER if ticket.own_facility else None


def quoted(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-14: a fee has been quoted."""
    return None if ticket.fee.quote else NOT_QUOTED


def not_agreed_yet(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-14: a customer who has agreed to the latest quote is not asked again."""
    return ALREADY_AGREED if ticket.fee.agreed else None


def fee_agreed(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-14: no work without consent to the latest quote."""
    return None if ticket.own_facility or ticket.fee.agreed else FEE_NOT_AGREED


def _read_quote(form: Fields, given: Given) -> QuoteFee:
    def read_line(one: Fields) -> FeeLine:
        if one.given("fee_code"):
            item, picked = read_picked_fee(one, given.context.fee)
            return FeeLine(item, picked.amount_fen, picked)
        return FeeLine(one.text("item", longest=NAME, lines=False), read_fen(one))

    return QuoteFee(form.items("lines", read_line, least=1, most=MOST_LINES))


def _read_consent(form: Fields, given: Given) -> GiveConsent:
    ticket = given.subject
    latest = ticket.fee.quote.n if ticket.fee.quote else 0
    quote = form.whole("quote", least=1, most=MOST_QUOTES)
    if not form.errors and quote != latest:
        # The customer agreed to a sheet that has been replaced since: it must be shown again.
        form.fault("quote", QUOTE_CHANGED, latest=latest)
    require_customer(form, given)
    return GiveConsent(quote, read_signature(form, given))


def _read_decline(form: Fields, given: Given) -> Decline:
    require_customer(form, given)
    return Decline(form.text("reason", longest=TEXT, needed=False))


def _quote_number(ticket: Ticket) -> int | None:
    return ticket.fee.quote.n if ticket.fee.quote else None


def _write_quote(ticket: Ticket, said: QuoteFee, stamp: Stamp) -> Ticket:
    # A new quote replaces the last one, and consent to that one lapses.
    quote = Quote(ticket.fee.last_n + 1, said.lines, stamp.at)
    return replace(ticket, fee=replace(ticket.fee, quote=quote))


def _write_consent(ticket: Ticket, said: GiveConsent, stamp: Stamp) -> Ticket:
    signed = said.signature
    consent = Consent(said.quote, signed.signer, stamp.by, stamp.at, signed)
    return replace(ticket, fee=replace(ticket.fee, consent=consent))


def _write_decline(ticket: Ticket, said: Decline, stamp: Stamp) -> Ticket:
    return replace(ticket, ending=Ending(Outcome.DECLINED, said.reason, stamp.at))


QUOTE_FEE = also_afterwards(
    Step[QuoteFee](
        "quote_fee",
        _read_quote,
        _write_quote,
        "The fee is shown and explained, in fen.",
        {
            "lines": [
                {"fee_code": "RG-01", "quantity": "1.5"},
                {"item": "特制弯头", "amount_fen": 3500},
            ]
        },
    )
)
CONSENT = also_afterwards(
    Step[GiveConsent](
        "consent",
        _read_consent,
        _write_consent,
        "The customer agrees to the quote with this number, and signs for it.",
        {"quote": 1, "customer_present": True, **SIGNED},
        # Version 0.1 wrote the name beside the signature.
        personal={"name": mask_name, "signature": masked_signature},
        shows=(QUOTE,),
        edition=_quote_number,
    )
)
DECLINE = also_afterwards(
    Step[Decline](
        "decline",
        _read_decline,
        _write_decline,
        "The customer does not want the work.",
        {"customer_present": True, "reason": "自己修"},
    )
)
