"""The matter as it came in: the words of a letter, a call, a visit, a report or an alarm. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.clocks.commitment import Distance
from dispatch.repair.parties import Facility
from stations.assets.station import Zone


class Channel(StrEnum):
    """How a matter comes in: the three 来 of R-01, and the further channels of the register."""

    LETTER = "letter"  # 来信
    CALL = "call"  # 来电
    VISIT = "visit"  # 来访
    WEB = "web"
    STAFF = "staff"
    ALARM = "alarm"


class JobType(StrEnum):
    """What kind of work a ticket asks for (报修类别)."""

    BURST = "burst"  # 跑水
    LEAK = "leak"
    NO_WATER = "no_water"
    LOW_PRESSURE = "low_pressure"
    WATER_QUALITY = "water_quality"
    METER = "meter"
    PUMP_STATION = "pump_station"
    OTHER = "other"


class WorkKind(StrEnum):
    """What was worked on, as found on site (作业类别): what completion asks for follows it."""

    PIPE = "pipe"
    METER = "meter"
    PUMP = "pump"
    ELECTRICAL = "electrical"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """What telemetry said when an alarm needed hands; ``value`` is None for a silent station.

    ``metric`` is the point's key; ``point`` and ``point_en`` are its name at that time, empty for
    keys that the screens have words for. ``quantity`` is what it measures. ``value`` and ``limit``
    are in ``unit``. Occurrences of one rule differ in ``raised_at``. Without a ``rule_id``, no
    other alarm counts as the same.
    """

    metric: str
    kind: str
    severity: str
    value: float | None
    limit: float | None
    unit: str
    raised_at: datetime
    rule_id: str = ""
    point: str = ""
    point_en: str = ""
    quantity: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """One matter as it was received (R-01): never copied, never changed.

    ``received_at`` is when the letter, call or visit came, and ``read_at`` when a letter was read:
    the arrival commitment counts from the later.
    ``explained`` is what was told to the one who reported it, who has ``name`` and ``phone`` and
    need not be the customer. ``facility`` is None in a record from before it was asked for.
    """

    channel: Channel
    received_at: datetime
    name: str
    phone: str
    address: str
    job_type: JobType
    content: str
    explained: str
    vulnerable: bool
    distance: Distance
    zone: Zone
    place_id: str | None = None
    station_id: str | None = None
    alarm: AlarmFacts | None = None
    facility: Facility | None = None
    read_at: datetime | None = None
