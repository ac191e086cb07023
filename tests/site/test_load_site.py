import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from api.site.read_site import read_site
from api.site.site import Site
from api.site.site_changes import compare
from api.site.site_export import to_toml
from api.site.site_store import entered_site, load_site
from api.site.toml_source import toml_source
from kit.db import Database
from kit.errors import Invalid
from kit.geo import Position
from stations.assets.areas import ResidentialArea
from stations.assets.station import Zone
from telemetry.alarms.alarm_tables import AlarmRow
from tests.dispatch.world import World
from tests.site.town import QUANTITIES, TOWN, read

NOW = datetime(2026, 11, 23, tzinfo=UTC)
METER = '  [[station.equipment]]\n  id = "meter-1"'


def load(database: Database, site: Site, *, prune: bool = False) -> str:
    with database.write() as session:
        changes = load_site(session, site, NOW, prune=prune)
    return "\n".join(str(kind) for kind in changes.kinds if kind.any)


def entered(database: Database) -> Site:
    with database.read() as session:
        return entered_site(session)


def test_a_load_says_what_it_changed_and_a_second_changes_nothing(database: Database) -> None:
    assert load(database, read(TOWN)).splitlines() == [
        "office: 2 added, 0 changed, 0 removed, 0 the same, 0 not in the file",
        "area: 2 added, 0 changed, 0 removed, 0 the same, 0 not in the file",
        "station: 1 added, 0 changed, 0 removed, 0 the same, 0 not in the file",
        "equipment: 3 added, 0 changed, 0 removed, 0 the same, 0 not in the file",
        "point: 5 added, 0 changed, 0 removed, 0 the same, 0 not in the file",
        "alarm rule: 2 added, 0 changed, 0 removed, 0 the same, 0 not in the file",
    ]
    assert entered(database) == read(TOWN)
    assert load(database, read(TOWN)) == ""


def test_a_station_loses_what_its_file_no_longer_has_and_others_stay(database: Database) -> None:
    load(database, read(TOWN))
    shorter = TOWN[: TOWN.index('  [[station.alarm]]\n  kind = "silent"')]
    meter = TOWN[TOWN.index(METER) : TOWN.index("  [[station.alarm]]")]
    shorter = shorter.replace("scale = 10", "scale = 1").replace(meter, "")
    without_an_area = shorter.replace(
        shorter[shorter.index('[[area]]\nid = "xincun"') : shorter.index("[[station]]")], ""
    )
    assert load(database, read(without_an_area)).splitlines() == [
        "station: 0 added, 1 changed, 0 removed, 0 the same, 0 not in the file",
        "equipment: 0 added, 0 changed, 1 removed, 2 the same, 0 not in the file",
        "point: 0 added, 1 changed, 1 removed, 3 the same, 0 not in the file",
        "alarm rule: 0 added, 0 changed, 1 removed, 1 the same, 0 not in the file",
    ]
    assert [area.id for area in entered(database).areas] == ["rml", "xincun"]
    assert load(database, read(without_an_area), prune=True).startswith(
        "area: 0 added, 0 changed, 1 removed"
    )
    assert [area.id for area in entered(database).areas] == ["rml"]


def test_a_station_with_an_open_alarm_is_not_pruned_and_nothing_else_is(
    database: Database,
) -> None:
    load(database, read(TOWN))
    rule = entered(database).stations[0].rules[0]
    with database.write() as session:
        session.add(open_alarm(rule.id))
    nothing = Site(offices=read(TOWN).offices)
    with pytest.raises(Invalid, match="booster-2: can't be removed: it has an open alarm"):
        load(database, nothing, prune=True)
    assert entered(database) == read(TOWN)
    with database.write() as session:
        session.execute(update(AlarmRow).values(closed_at=NOW))
    load(database, nothing, prune=True)
    assert entered(database) == nothing


def test_a_station_with_an_open_ticket_is_not_pruned(database: Database) -> None:
    world = World(database)
    ticket = world.alarm()
    nothing = Site()
    with pytest.raises(Invalid, match=f"open tickets .1., such as {ticket.number}"):
        load(database, nothing, prune=True)
    assert [entry.station.id for entry in entered(database).stations] == [ticket.intake.station_id]


def open_alarm(rule_id: str) -> AlarmRow:
    return AlarmRow(
        id="a-1", station_id="booster-2", rule_id=rule_id, metric="pressure", kind="low",
        severity="critical", needs_hands=True, value=0.1, limit=0.2, unit="MPa", occurrences=1,
        raised_at=NOW, forwarded=0,
    )  # fmt: skip


def test_an_office_that_is_still_named_is_not_removed(database: Database) -> None:
    load(database, read(TOWN))
    site = read(TOWN)
    unnamed = tuple(replace(area, office_id="") for area in site.areas)
    west = replace(site, offices=site.offices[1:], areas=unnamed)
    with pytest.raises(Invalid, match="station booster-2: office: there is no office 'east'"):
        load(database, west, prune=True)
    free = replace(
        west,
        stations=tuple(
            replace(entry, station=replace(entry.station, office_id="")) for entry in west.stations
        ),
    )
    load(database, free, prune=True)
    assert [office.id for office in entered(database).offices] == ["west"]


def test_an_alarm_rule_never_begins_to_watch_something_else(database: Database) -> None:
    named = TOWN.replace('point = "pressure"', 'id = "low"\n  point = "pressure"')
    load(database, read(named))
    other = named.replace('kind = "low"', 'kind = "high"')
    with pytest.raises(Invalid, match="low watches pressure of booster-2 now"):
        load(database, read(other))
    assert not compare(entered(database), read(named), prune=True).any


def test_a_load_that_fails_in_its_middle_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    import api.site.site_store as site_store

    def power_cut(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(site_store, "save_rule", power_cut)
    with pytest.raises(RuntimeError, match="power cut"):
        load(database, read(TOWN))
    assert entered(database) == Site()


def test_areas_of_the_older_form_are_told_their_new_name() -> None:
    with pytest.raises(Invalid, match="is the older form: name these tables area"):
        read(TOWN.replace("[[area]]", "[[place]]"))


def test_two_loads_at_once_come_one_after_the_other(database: Database) -> None:
    said: list[str] = []

    def run() -> None:
        try:
            said.append(load(database, read(TOWN)))
        except Exception as error:  # noqa: BLE001 - the test shows whatever went wrong
            said.append(repr(error))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(one) for one in said) == [False, False, False, True], said
    assert entered(database) == read(TOWN)


MANY = tuple(
    ResidentialArea(
        f"area-{n:05d}", f"第{n}小区", "", "", Zone.CITY, Position(31 + n / 1e5, 120.6), None
    )
    for n in range(50_000)
)


def test_fifty_thousand_areas_are_loaded_and_removed(database: Database) -> None:
    assert load(database, Site(areas=MANY)).startswith("area: 50000 added")
    assert load(database, Site(areas=MANY)) == ""
    assert entered(database) == Site(areas=MANY)
    assert load(database, Site(areas=MANY[:1]), prune=True).startswith(
        "area: 0 added, 0 changed, 49999 removed"
    )


def test_fifty_thousand_areas_are_written_and_read_with_the_line_of_a_fault() -> None:
    text = to_toml(Site(areas=MANY), QUANTITIES)
    assert read_site(toml_source(text, "many.toml"), QUANTITIES) == Site(areas=MANY)
    bad = text.replace('name = "第49999小区"', 'name = ""')
    with pytest.raises(Invalid) as caught:
        read_site(toml_source(bad, "many.toml"), QUANTITIES)
    line = bad[: bad.index('name = ""')].count("\n") + 1
    assert [one.field for one in caught.value.errors] == [
        f"many.toml:{line}: area area-49999: name"
    ]


def test_comparing_is_told_apart_by_kind() -> None:
    changes = compare(Site(), read(TOWN))
    assert changes.any
    assert changes["point"].added[0] == ("booster-2", "pressure")
    assert not compare(read(TOWN), read(TOWN)).any
