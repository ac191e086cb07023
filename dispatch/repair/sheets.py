"""What is written on a ticket's sheets: task order, crew, fee, work and signatures. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from dispatch.clocks.course import Term
from dispatch.clocks.limits import CaseType
from dispatch.fees.fee_standard import PickedFee
from dispatch.materials.catalogue import Material
from dispatch.repair.evidence import CallBack, NoSignature
from dispatch.repair.matter import WorkKind
from dispatch.repair.parties import Facility
from kit.actors import Actor
from kit.step import Stamp


@dataclass(frozen=True, slots=True)
class Correction:
    """Whose facility it is as found on site, with the reason; earlier ones are in the events."""

    facility: Facility
    reason: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class AnswerDue:
    """By when the matter is to be finished or answered (R-06), by the case type that it has now.

    ``start`` is from when it counts. ``terms`` are the limits that were set, one for each case
    type that it was given; none at an alarm, and in records before there were case types.
    """

    case_type: CaseType | None = None
    start: datetime | None = None
    terms: tuple[Term, ...] = ()
    missed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """The manager's task order (维修任务单): what is to be done, and who issued it."""

    task: str
    issued: Stamp


@dataclass(frozen=True, slots=True)
class Technician:
    """One technician whom the team leader named for a job."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Crew:
    """Who goes, and how far they are: named, on the way, arrived, or late (R-11, R-15).

    ``named_n`` is the number of the event that named them; 0 in older records.
    ``relieved`` were named before and are no more. ``arrived_at`` is the first arrival.
    """

    technicians: tuple[Technician, ...] = ()
    named: Stamp | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    missed_at: datetime | None = None
    named_n: int = 0
    relieved: tuple[Technician, ...] = ()


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of a fee quote, in whole fen (1/100 yuan).

    ``standard`` is the line of the fee standard that it was picked from; None for a free one.
    """

    item: str
    amount_fen: int
    standard: PickedFee | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The fee shown and explained before work (R-14); ``n`` counts the quotes of the ticket."""

    n: int
    lines: tuple[FeeLine, ...]
    at: datetime

    @property
    def total_fen(self) -> int:
        """Sum of the lines in fen."""
        return sum(line.amount_fen for line in self.lines)


class SignedWay(StrEnum):
    """How a signature was given, the strongest way first."""

    LINK = "link"  # by the customer's own link
    DEVICE = "device"  # by hand on the company's device
    PAPER = "paper"  # on the printed sheet


class Relation(StrEnum):
    """Who signs, as seen from the customer."""

    SELF = "self"
    FAMILY = "family"
    TENANT = "tenant"
    PROPERTY = "property"
    COLLEAGUE = "colleague"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Signature:
    """A name signed by hand: strokes of (x, y) points drawn, or the name typed by keyboard.

    ``way``, ``signer`` and ``relation`` to the customer say by whom; they are missing in records
    from before they were asked for. A station's operator, who signs in the customer's place, has no
    relation. ``device_at`` is what the device's clock said; ours stands beside the signature.
    """

    strokes: tuple[tuple[tuple[float, float], ...], ...] = ()
    typed_name: str = ""
    way: SignedWay | None = None
    signer: str = ""
    relation: Relation | None = None
    device_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The customer's agreement to one quote, and who recorded it (R-14)."""

    quote_n: int
    name: str
    recorded_by: Actor
    at: datetime
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """The latest quote, and the customer's consent to a quote (R-14).

    ``void_n`` is the number of the last quote that was made void: numbering goes on after it, so
    that a sheet that somebody still holds can't be agreed to.
    """

    quote: Quote | None = None
    consent: Consent | None = None
    void_n: int = 0

    @property
    def last_n(self) -> int:
        """The number of the last quote that was given, void or not; 0 without one."""
        return self.quote.n if self.quote else self.void_n

    @property
    def total_fen(self) -> int:
        """Total of the latest quote in fen; 0 without one."""
        return self.quote.total_fen if self.quote else 0

    @property
    def agreed(self) -> bool:
        """Whether the customer consented to the latest quote."""
        return bool(self.quote and self.consent and self.consent.quote_n == self.quote.n)


@dataclass(frozen=True, slots=True)
class FlowTest:
    """A flow test (通水试验, R-16): whether it passed, and the pressure read in MPa."""

    passed: bool
    pressure_mpa: float
    note: str
    at: datetime


class MaterialSource(StrEnum):
    """Where material used at a repair came from."""

    SLIP = "slip"  # 凭材料单领用
    VAN = "van"  # 工具车备料
    CUSTOMER = "customer"  # 用户自备
    WITHOUT_SLIP = "without_slip"  # 未凭材料单


@dataclass(frozen=True, slots=True)
class MaterialUsed:
    """Material used at a repair, written on its task order (R-24).

    ``code`` is that of the catalogue, for what the ledger knows of; ``van_of`` is the technician
    from whose van it came.
    """

    name: str
    quantity: Decimal
    unit: str
    source: MaterialSource = MaterialSource.WITHOUT_SLIP
    code: str = ""
    van_of: str = ""


@dataclass(frozen=True, slots=True)
class JobMaterial:
    """So much of a material that was issued for a job by slips, and returned from it (R-23)."""

    material: Material
    issued: Decimal
    returned: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One item of good work (R-17) in its words of then: done, or why it does not apply."""

    id: str
    zh: str
    en: str
    done: bool
    why: str


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What the technicians report at the end: the conditions of R-16, materials, extra help.

    ``checks`` are the items of good work that they went through (R-17).
    """

    materials: tuple[MaterialUsed, ...]
    extra_help: str  # 超值服务
    note: str
    at: datetime
    checks: tuple[CheckedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """The work of this round: its start, the latest flow test, the report at its end.

    ``kind`` is what is worked on, and None where nobody has said so; ``flow_test_needed`` is what
    the standard asked for when it was said (R-16).
    """

    kind: WorkKind | None = None
    flow_test_needed: bool = True
    started_at: datetime | None = None
    flow_test: FlowTest | None = None
    report: WorkReport | None = None
    sent_back_reason: str = ""


@dataclass(frozen=True, slots=True)
class CustomerOpinion:
    """The customer's own completion time and opinion (R-16), and the fee signed for (R-14)."""

    completed_at: datetime
    opinion: str
    satisfied: bool
    signature: Signature
    fee_fen: int
    recorded_by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class SignOff:
    """A superior's signature on the task order."""

    by: Actor
    opinion: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who has signed this round of the order, in the order of R-15.

    Where the customer has not: the crew's account of why, and the calls back to the customer.
    """

    customer: CustomerOpinion | None = None
    missing: NoSignature | None = None
    calls: tuple[CallBack, ...] = ()
    leader: SignOff | None = None
    director: SignOff | None = None
