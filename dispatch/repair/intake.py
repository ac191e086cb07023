"""Intake (三来, R-01): what was typed, or what an alarm says, as one frozen value. Pure."""

from __future__ import annotations

from datetime import datetime

from dispatch.phones import read_phone
from dispatch.repair.matter import AlarmFacts, Channel, Intake, JobType
from dispatch.repair.parties import LONGEST_NAME, Facility, Owner, read_facility
from dispatch.repair.way import Gazetteer, Way, distance_to_station, read_way
from dispatch.rulebook import DispatchRules
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.rights import may
from kit.step import Obstacle
from stations.assets.station import Station

ADDRESS, CONTENT = 200, 1000
"""Longest entries, in characters."""

BEFORE_RECEIPT = FaultKind("before_receipt", "can't be before the letter came")
TOO_OLD = FaultKind("too_old", "can't be more than {days} days back")

MAY_HAVE_NO_PHONE = (Channel.LETTER, Channel.VISIT, Channel.STAFF)
"""Whoever writes or comes in person may have no telephone; staff are reached as staff."""

CHANNEL_NOT_YOURS = Obstacle(
    "channel_not_yours", "this post does not log matters by this channel (R-01)", forbids=True
)


def own_channel(intake: Intake, actor: Actor) -> Obstacle | None:
    """R-01: each post logs by its own channels."""
    return None if may(actor, f"intake.log.{intake.channel}") else CHANNEL_NOT_YOURS


def read_intake(
    form: Fields, *, actor: Actor, now: datetime, rules: DispatchRules, ground: Gazetteer
) -> Intake:
    """Return the intake; raise ``Invalid`` with everything that is missing or impossible."""
    channel = form.choice("channel", Channel, Channel.CALL)
    # Staff report what they saw themselves: they are the caller.
    staff = channel is Channel.STAFF
    way = read_way(form, ground, rules)
    received = read_receipt(form, now, rules)
    intake = Intake(
        channel=channel,
        received_at=received,
        read_at=read_reading(form, channel, received, now, rules),
        name=form.text(
            "name",
            longest=LONGEST_NAME,
            needed=not staff,
            default=actor.name if staff else "",
            lines=False,
        ),
        phone=read_phone(form, "phone", needed=channel not in MAY_HAVE_NO_PHONE),
        address=_read_address(form, way),
        job_type=form.choice("job_type", JobType, JobType.OTHER),
        content=form.text("content", longest=CONTENT),
        explained=form.text("explained", longest=CONTENT, needed=False),
        vulnerable=form.yes("vulnerable", needed=False),
        distance=way.distance,
        zone=way.zone,
        place_id=way.area.id if way.area else None,
        station_id=way.station.id if way.station else None,
        facility=read_facility(form, _usual_owner(channel, way)),
    )
    form.done()
    return intake


def read_receipt(form: Fields, now: datetime, rules: DispatchRules) -> datetime:
    """Read when the request was received: not ahead of our clock, and not absurdly long ago."""
    received = form.time("received_at", now)
    if received > now + rules.tolerance:
        form.fault("received_at", "in_the_future")
    elif received < now - rules.oldest_intake:
        form.fault("received_at", TOO_OLD, days=round(rules.intake_oldest.value))
    return received


def read_reading(
    form: Fields, channel: Channel, received: datetime, now: datetime, rules: DispatchRules
) -> datetime | None:
    """Read when a letter was read: now, unless ``read_at`` says so; None by any other channel."""
    if channel is not Channel.LETTER:
        return None
    read = form.time("read_at", max(now, received))
    if read > now + rules.tolerance and form.given("read_at"):
        form.fault("read_at", "in_the_future")
    elif read < received:
        form.fault("read_at", BEFORE_RECEIPT)
    return read


def alarm_intake(station: Station, facts: AlarmFacts, now: datetime) -> Intake:
    """Return the intake of an alarm that needs hands (R-33): the station is the customer.

    The request was received when the alarm was raised: a delay of the bridge does not move the due
    time.
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
        content=f"{station.name}: {facts.point or facts.metric} {facts.kind}{reading}{limit}",
        explained="",
        vulnerable=False,
        distance=distance_to_station(station),
        zone=station.zone,
        station_id=station.id,
        alarm=facts,
        facility=Facility(Owner.COMPANY),
    )


def _usual_owner(channel: Channel, way: Way) -> Owner:
    """Return whose facility it is where nobody says: what staff see themselves is the company's."""
    ours = channel is Channel.STAFF or way.station is not None
    return Owner.COMPANY if ours else Owner.CUSTOMER


def _read_address(form: Fields, way: Way) -> str:
    return form.text(
        "address",
        longest=ADDRESS,
        needed=not form.given("station_id"),
        default=way.station.address if way.station else "",
        lines=False,
    )
