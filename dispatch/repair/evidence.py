"""What stands on record where the usual way could not be gone: pauses, calls, witnesses. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from kit.step import Stamp


class Hindrance(StrEnum):
    """What a repair can wait for."""

    CUSTOMER_ABSENT = "customer_absent"  # 无人在家
    AWAIT_PART = "await_part"  # 待料
    NO_ACCESS = "no_access"  # 无法到场
    CUSTOMER_DEFERS = "customer_defers"  # 用户要求改期


class ContactWay(StrEnum):
    """How somebody tried to reach the customer."""

    CALL = "call"
    VISIT = "visit"


class Unsigned(StrEnum):
    """Why there is no customer's signature at the end of the work."""

    REFUSED = "refused"
    LEFT = "left"  # gone, and will sign by the link
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt to reach the customer; ``number`` is empty for a visit."""

    at: datetime
    way: ContactWay
    number: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A time in which nobody can go on: what for, until when, and what shows it.

    ``what`` is the part, the obstacle, the customer's words, or what was left at the door.
    ``overran_at`` is when ``resume_by`` passed with the work not taken up.
    """

    hindrance: Hindrance
    what: str
    resume_by: datetime
    began: Stamp
    attempts: tuple[Tried, ...] = ()
    ended: Stamp | None = None
    overran_at: datetime | None = None

    @property
    def length(self) -> timedelta | None:
        """How long it lasted, never less than nothing: a clock may have been set back."""
        return max(self.ended.at - self.began.at, timedelta(0)) if self.ended else None


@dataclass(frozen=True, slots=True)
class NoSignature:
    """The crew's account of why the customer did not sign; a witness is nobody of the crew."""

    why: Unsigned
    account: str
    witness: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call or visit to the customer by somebody who is not of the crew (回访).

    ``settles``: the customer answered, or was tried as often as the rule asks for.
    """

    attempts: tuple[Tried, ...]
    answered: bool
    words: str
    satisfied: bool | None
    settles: bool
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Transfer:
    """Who took a matter over (R-03), and when; ``number`` is their telephone's, or the case's."""

    unit: str
    receiver: str
    number: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What makes an entry one that the leader made for the crew: who told it, when it was, why."""

    by: str
    happened_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class EnteredLater:
    """A step of the crew that the leader entered afterwards; ``stamp`` is when and by whom."""

    step: str
    told: TakenDown
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class FromCrew:
    """What every content of a crew's step carries: None when they gave it themselves."""

    told: TakenDown | None = field(default=None, kw_only=True)
