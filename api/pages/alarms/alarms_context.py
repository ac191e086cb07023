"""What the list of alarms shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.web.forms import Form
from api.web.listing import Listing
from api.web.point_words import PointWords, point_of
from kit.rules import CitedNumber
from stations.assets.station import Station
from telemetry.alarms.alarm_search import Alarm
from telemetry.alarms.shelving import Shelving


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm of the list, with the words that this screen has for it.

    ``point`` names the point with its equipment; it is empty for a silent station. ``shelving`` is
    that of its rule, while one stands.
    """

    alarm: Alarm
    station_name: str
    point: str
    quantity: str
    shelving: Shelving | None = None

    @property
    def state(self) -> str:
        """How the alarm stands, in the words of ISA-18.2."""
        if self.shelving is not None:
            return "shelved"
        if self.alarm.active:
            return "unacknowledged" if self.alarm.acked_at is None else "acknowledged"
        return "returned_unacknowledged" if self.alarm.closed_at is None else "normal"


@dataclass(frozen=True, slots=True)
class ShelvedLine:
    """One shelved alarm; ``beyond_limit``: it would stand if it were not shelved."""

    line: AlarmLine
    shelving: Shelving
    beyond_limit: bool


@dataclass(frozen=True, slots=True)
class AlarmsPage:
    """The list of alarms, and what is shelved; ``key`` is the start of each button's key."""

    list: Listing
    filter: Form
    alarms: tuple[AlarmLine, ...]
    shelved: tuple[ShelvedLine, ...]
    key: str
    stations: tuple[tuple[str, str], ...]
    severities: tuple[str, ...]
    may_acknowledge: bool
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class ShelvePage:
    """Shelving one alarm: the form, or what stands already; and what was before.

    ``limit`` is the cited number that says how long it may last, ``last`` when that is over;
    ``usual`` is what the form offers.
    """

    line: AlarmLine
    form: Form
    limit: CitedNumber
    last: datetime
    usual: datetime
    longest_reason: int
    record: tuple[Shelving, ...]
    shown_at: datetime


def alarm_line(
    alarm: Alarm,
    stations: Mapping[str, Station],
    words: PointWords,
    shelving: Shelving | None = None,
) -> AlarmLine:
    """Return an alarm as a line; ``shelving``: that of its rule, if one stands."""
    station = stations.get(alarm.station_id)
    point = point_of(station, alarm.metric)
    return AlarmLine(
        alarm=alarm,
        station_name=words.station(station) if station else alarm.station_id,
        point=words.in_full(station, alarm.metric) if alarm.metric else "",
        quantity=point.quantity if point else alarm.metric,
        shelving=shelving,
    )
