"""What an alarm rule says: what it watches for, where the limit lies, how bad it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kit.errors import FieldError, Invalid
from stations.assets.points import POINT_KEY


class AlarmKind(StrEnum):
    """What a rule watches for."""

    HIGH = "high"
    LOW = "low"
    SILENT = "silent"  # nothing was heard of the station for so many seconds


class Severity(StrEnum):
    """How bad it is."""

    CRITICAL = "critical"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One rule of a station; raises ``Invalid`` with every fault.

    ``metric`` is the key of a point. ``limit`` and ``deadband`` are in the unit of its quantity,
    ``after_s`` (for ``silent`` only) in seconds. With ``needs_hands`` the alarm opens a ticket
    (R-33).
    """

    id: str
    station_id: str
    kind: AlarmKind
    metric: str = ""
    limit: float = 0.0
    deadband: float = 0.0
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    severity: Severity = Severity.WARNING
    needs_hands: bool = False
    latch: bool = True
    after_s: float = 0.0

    def __post_init__(self) -> None:
        faults = []
        if not 1 <= len(self.id) <= 64:
            faults.append(FieldError("id", "length", "an id of 1 to 64 characters is needed"))
        silent = self.kind is AlarmKind.SILENT
        if not silent and not POINT_KEY.fullmatch(self.metric):
            message = f"{self.metric!r} can't be the key of a measuring point"
            faults.append(FieldError("metric", "point_key", message))
        if silent and self.after_s <= 0:
            faults.append(FieldError("after_s", "positive", "must be more than 0 seconds"))
        faults += [
            FieldError(name, "not_negative", "must not be negative")
            for name in ("deadband", "on_delay_s", "off_delay_s")
            if not getattr(self, name) >= 0
        ]
        if faults:
            raise Invalid(faults)

    @property
    def setpoint(self) -> float:
        """The limit of the comparator: a value, or seconds of silence."""
        return self.after_s if self.kind is AlarmKind.SILENT else self.limit
