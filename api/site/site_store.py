"""The site as it stands in the database, and loading a file into it: all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from api.site.site import Site, StationEntry
from api.site.site_changes import SiteChanges, compare
from dispatch.repair.search import open_at_station
from kit.db import one_at_a_time
from kit.errors import FieldError, Invalid
from stations.assets.area_store import all_areas, remove_areas, save_areas
from stations.assets.office_store import entered_offices, remove_office, save_office
from stations.assets.station_store import all_stations, remove_station, save_station
from telemetry.alarms.alarm_search import open_alarms
from telemetry.alarms.rule_store import remove_rule, rules_of, save_rule
from telemetry.alarms.rules import AlarmRule


def entered_site(session: Session) -> Site:
    """Return what the company has entered, each kind by id."""
    rules: dict[str, list[AlarmRule]] = defaultdict(list)
    for rule in rules_of(session):
        rules[rule.station_id].append(rule)
    return Site(
        offices=tuple(entered_offices(session)),
        areas=tuple(all_areas(session)),
        stations=tuple(
            StationEntry(station, tuple(rules[station.id])) for station in all_stations(session)
        ),
    )


def load_site(session: Session, new: Site, now: datetime, *, prune: bool = False) -> SiteChanges:
    """Bring the database to what a file says; durable when the session commits, all or nothing.

    What the file does not name stays, unless ``prune``. Raises ``Invalid`` with everything that
    can't be done. Of two loads at once the second waits for the first, and compares with what that
    one has left.
    """
    one_at_a_time(session, "site")
    old = entered_site(session)
    changes = compare(old, new, prune=prune)
    faults = [
        *_lost_offices(old, new, changes),
        *_still_needed(session, changes),
        *_other_rules(old, new, changes),
    ]
    if faults:
        raise Invalid([FieldError(field, "site_file", message) for field, message in faults])
    _save(session, new, changes, now)
    _remove(session, changes, now)
    return changes


def _save(session: Session, new: Site, changes: SiteChanges, now: datetime) -> None:
    offices = {*changes["office"].added, *changes["office"].changed}
    for office in new.offices:
        if (office.id,) in offices:
            save_office(session, office)
    areas = {*changes["area"].added, *changes["area"].changed}
    save_areas(session, [area for area in new.areas if (area.id,) in areas])
    stations = changes.touched_stations()
    rules = {*changes["alarm rule"].added, *changes["alarm rule"].changed}
    for entry in new.stations:
        if entry.station.id in stations:
            save_station(session, entry.station, now)
        for rule in entry.rules:
            if (entry.station.id, rule.id) in rules:
                save_rule(session, rule, now)


def _remove(session: Session, changes: SiteChanges, now: datetime) -> None:
    for _, rule_id in changes["alarm rule"].removed:
        remove_rule(session, rule_id, now)
    for (station_id,) in changes["station"].removed:
        remove_station(session, station_id)
    remove_areas(session, [area_id for (area_id,) in changes["area"].removed])
    for (office_id,) in changes["office"].removed:
        remove_office(session, office_id)


def _lost_offices(old: Site, new: Site, changes: SiteChanges) -> Iterator[tuple[str, str]]:
    """Say which areas and stations would name an office that is not, or no longer, there."""
    gone = {key[0] for key in changes["office"].removed}
    offices = {one.id for one in (*old.offices, *new.offices)} - gone
    areas = {one.id: one.office_id for one in (*old.areas, *new.areas)}
    stations = {one.station.id: one.station.office_id for one in (*old.stations, *new.stations)}
    for kind, named in (("area", areas), ("station", stations)):
        removed = {key[0] for key in changes[kind].removed}
        for ident, office_id in named.items():
            if office_id and office_id not in offices and ident not in removed:
                yield f"{kind} {ident}: office", f"there is no office {office_id!r}"


def _still_needed(session: Session, changes: SiteChanges) -> Iterator[tuple[str, str]]:
    """Say which stations can't be removed yet, because of an open ticket or alarm."""
    for (station_id,) in changes["station"].removed:
        if open_alarms(session, station_id):
            yield f"station {station_id}", "can't be removed: it has an open alarm"
        if numbers := open_at_station(session, station_id):
            some = f"it has open tickets ({len(numbers)}), such as {numbers[0]}"
            message = f"can't be removed: {some}"
            yield f"station {station_id}", message


def _other_rules(old: Site, new: Site, changes: SiteChanges) -> Iterator[tuple[str, str]]:
    """Say which alarm rules would change what they watch under the same id."""
    gone = {key[1] for key in changes["alarm rule"].removed}
    before = {rule.id: rule for entry in old.stations for rule in entry.rules}
    for rule in (rule for entry in new.stations for rule in entry.rules):
        was = before.get(rule.id)
        if was is None or was.id in gone:
            continue
        if (was.station_id, was.metric, was.kind) != (rule.station_id, rule.metric, rule.kind):
            message = f"{rule.id} watches {was.metric or 'silence'} of {was.station_id} now, and"
            yield f"station {rule.station_id}: alarm", f"{message} its alarms say so: take a new id"
