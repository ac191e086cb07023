"""What the list of alarms shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.web.forms import Form
from api.web.listing import Listing
from api.web.point_words import PointWords, point_of
from stations.assets.station import Station
from telemetry.alarms.alarm_search import Alarm


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm of the list, with the words that this screen has for it.

    ``point`` names the point with its equipment; it is empty for a silent station.
    """

    alarm: Alarm
    station_name: str
    point: str
    quantity: str
    ticket_url: str

    @property
    def state(self) -> str:
        """How the alarm stands, in the words of ISA-18.2."""
        if self.alarm.active:
            return "unacknowledged" if self.alarm.acked_at is None else "acknowledged"
        return "returned_unacknowledged" if self.alarm.closed_at is None else "normal"


@dataclass(frozen=True, slots=True)
class AlarmsPage:
    """The list of alarms."""

    list: Listing
    filter: Form
    alarms: tuple[AlarmLine, ...]
    stations: tuple[tuple[str, str], ...]
    severities: tuple[str, ...]
    may_acknowledge: bool
    shown_at: datetime


def alarm_line(
    alarm: Alarm, stations: Mapping[str, Station], words: PointWords, *, tickets: bool
) -> AlarmLine:
    """Return an alarm as a line; ``tickets``: whether this person may open its ticket."""
    station = stations.get(alarm.station_id)
    point = point_of(station, alarm.metric)
    return AlarmLine(
        alarm=alarm,
        station_name=words.station(station) if station else alarm.station_id,
        point=words.in_full(station, alarm.metric) if alarm.metric else "",
        quantity=point.quantity if point else alarm.metric,
        ticket_url=f"/tickets/{alarm.ticket_ref}" if tickets and alarm.ticket_ref else "",
    )
