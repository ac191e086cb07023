"""三来 intake (R-01, R-02): from what the receptionist typed to the first line of a ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from dispatch.commitments import priority_of, promise
from dispatch.model import AlarmFacts, Channel, Distance, JobType, State, Ticket
from dispatch.phones import normal_phone
from dispatch.places import distance_to
from dispatch.rules import DispatchRules
from kit.actors import Actor
from kit.fields import Fields
from kit.geo import Position
from stations.assets.areas import ResidentialArea
from stations.assets.station import Station, Zone

NAME, PHONE, ADDRESS, CONTENT = 80, 40, 200, 1000
"""Longest entries, in characters."""
SHORTEST_KM = 0.01
"""Nobody states less than ten metres: a smaller number would promise to be there at once."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One matter as it came in, checked; either ``distance`` is from a place, a station or stated.

    ``received_at`` is when the letter, call or visit came: the arrival commitment counts from it.
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


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What an intake needs to know of the ground: the office, and how to find what it names."""

    office: Position
    find_place: Callable[[str], ResidentialArea | None]
    find_station: Callable[[str], Station | None]


def read_intake(
    raw: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    zone: tzinfo,
    rules: DispatchRules,
    ground: Gazetteer,
) -> Intake:
    """Return the intake; raise ``Invalid`` with all that is missing or absurd, at once."""
    form = Fields(raw, zone)
    channel = form.choice("channel", Channel, Channel.CALL)
    # Staff report what they saw themselves: they are the caller.
    staff = channel is Channel.STAFF
    station = _station(form, ground)
    distance, area, place_id = _way(form, station, ground, rules)
    intake = Intake(
        channel=channel,
        received_at=_received(form, now, rules),
        name=form.text(
            "name", longest=NAME, needed=not staff, default=actor.name if staff else "", lines=False
        ),
        phone=_phone(form, needed=not staff),
        address=form.text(
            "address",
            longest=ADDRESS,
            needed=not form.given("station_id"),
            default=station.address if station else "",
            lines=False,
        ),
        job_type=form.choice("job_type", JobType, JobType.OTHER),
        content=form.text("content", longest=CONTENT),
        explained=form.text("explained", longest=CONTENT, needed=False),
        vulnerable=form.yes("vulnerable", needed=False),
        distance=distance,
        zone=area,
        place_id=place_id,
        station_id=station.id if station else None,
    )
    form.done()
    return intake


def read_way(
    raw: Mapping[str, Any],
    *,
    now: datetime,
    zone: tzinfo,
    rules: DispatchRules,
    ground: Gazetteer,
) -> tuple[datetime, Distance, Zone]:
    """Return receipt, way and zone: all that a promise needs, before the call ends (R-11)."""
    form = Fields(raw, zone)
    distance, area, _ = _way(form, _station(form, ground), ground, rules)
    received = _received(form, now, rules)
    form.done()
    return received, distance, area


def alarm_intake(station: Station, facts: AlarmFacts, now: datetime) -> Intake:
    """Return the intake of an alarm that asks for hands (R-33): the station is the customer.

    The request was received when the alarm was raised, so a bridge that was away saves no minute.
    """
    reading = "" if facts.value is None else f" {facts.value:g} {facts.unit}"
    limit = "" if facts.limit is None else f" ({facts.limit:g} {facts.unit})"
    return Intake(
        channel=Channel.ALARM,
        received_at=min(facts.raised_at, now),
        name=station.name,
        phone="",
        address=station.address,
        job_type=JobType.PUMP_STATION,
        content=f"{station.name}: {facts.metric} {facts.kind}{reading}{limit}",
        explained="",
        vulnerable=False,
        distance=Distance(station.road_km, "station", station.name),
        zone=station.zone,
        station_id=station.id,
        alarm=facts,
    )


def draft_ticket(
    intake: Intake,
    *,
    ticket_id: str,
    number: str,
    actor: Actor,
    now: datetime,
    rules: DispatchRules,
    dedupe_key: str | None = None,
) -> Ticket:
    """Return the ticket that the ``log`` step will take into the register."""
    return Ticket(
        id=ticket_id,
        number=number,
        version=0,
        state=State.NEW,
        channel=intake.channel,
        job_type=intake.job_type,
        priority=priority_of(intake.job_type, vulnerable=intake.vulnerable, rules=rules),
        vulnerable=intake.vulnerable,
        name=intake.name,
        phone=intake.phone,
        address=intake.address,
        content=intake.content,
        explained=intake.explained,
        received_at=intake.received_at,
        logged_at=now,
        logged_by=actor,
        promise=promise(intake.received_at, intake.distance, intake.zone, rules),
        place_id=intake.place_id,
        station_id=intake.station_id,
        dedupe_key=dedupe_key,
        alarm=intake.alarm,
    )


def _received(form: Fields, now: datetime, rules: DispatchRules) -> datetime:
    received = form.time("received_at", now)
    if received > now + rules.tolerance:
        form.fault("received_at", "in_the_future")
    elif received < now - rules.oldest_intake:
        form.fault("received_at", "too_old", days=round(rules.intake_oldest.value))
    return received


def _phone(form: Fields, *, needed: bool) -> str:
    typed = form.text("phone", longest=PHONE, needed=needed, lines=False)
    phone = normal_phone(typed) if typed else ""
    if phone is None:
        form.fault("phone", "phone_form")
    return phone or ""


def _station(form: Fields, ground: Gazetteer) -> Station | None:
    station_id = form.plain("station_id")
    station = ground.find_station(station_id) if station_id else None
    if station_id and station is None:
        form.fault("station_id", "unknown_station")
    return station


def _way(
    form: Fields, station: Station | None, ground: Gazetteer, rules: DispatchRules
) -> tuple[Distance, Zone, str | None]:
    if station is not None:
        return Distance(station.road_km, "station", station.name), station.zone, None
    place_id = form.plain("place_id")
    place = ground.find_place(place_id) if place_id else None
    if place_id and place is None:
        form.fault("place_id", "unknown_place")
    if place is not None and not form.given("distance_km"):
        return distance_to(place, ground.office, rules), place.zone, place.id
    # A place or station that was named, and is not known, is a fault already.
    named = form.given("place_id") or form.given("station_id")
    if not (form.given("distance_km") or form.given("zone")):
        if not named:
            form.fault("distance_km", "place_or_distance")
        return Distance(1, "stated"), Zone.CITY, None
    # Whoever states a distance knows the door better than the table knows the area.
    longest = rules.distance_longest.value
    km = form.number("distance_km", least=SHORTEST_KM, most=longest, unit="km")
    area = form.choice("zone", Zone, place.zone if place else Zone.CITY, needed=not named)
    known = Distance(km, "stated", place.name if place else "")
    return known, area, place.id if place else None
