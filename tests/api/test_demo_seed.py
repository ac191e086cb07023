"""What the demo puts in: a town in a new folder; beside what is there in one kept from before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.compose.bootstrap import built
from api.demo.seed import demo_file, first_demo, seed, town
from api.operations.migrate import upgrade
from api.parts.parts import Parts
from api.parts.settings import Settings
from api.site.read_site import read_site
from api.site.site import Site
from api.site.site_doubts import doubts
from api.site.site_store import entered_site, load_site
from api.site.toml_source import toml_source
from dispatch.knowledge.entry import EntryKind
from dispatch.knowledge.finding import search_entries
from kit.geo import Position
from stations.assets.offices import ServiceOffice, office_for

NOW = datetime(2026, 11, 25, tzinfo=UTC)
OLD = ["pump-01", "pump-02", "pump-03", "pump-04", "replay-1"]


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with built(Settings(data_dir=tmp_path)) as made:
        upgrade(made.db)
        yield made


def entered(parts: Parts) -> Site:
    with parts.db.read() as session:
        return entered_site(session)


def ids(site: Site) -> list[str]:
    return [entry.station.id for entry in site.stations]


def test_a_new_folder_gets_the_town_and_the_older_stations(parts: Parts) -> None:
    seed(parts)
    found = entered(parts)
    assert set(ids(found)) == {*OLD, *ids(town(parts))}
    assert len(ids(found)) == 13
    assert len(found.offices) == 2
    assert len(found.areas) == 42


def test_the_site_file_leaves_no_doubt(parts: Parts) -> None:
    source = toml_source(demo_file("town.toml"), "town.toml")
    assert doubts(read_site(source, parts.quantities), 100) == []


def test_seeding_again_changes_nothing(parts: Parts) -> None:
    seed(parts)
    before = entered(parts)
    seed(parts)
    assert entered(parts) == before


def test_an_older_demo_gets_the_town_beside_what_it_has(parts: Parts) -> None:
    first = first_demo(parts)
    renamed = replace(first.areas[0], name="东关旧村")
    kept = replace(first, areas=(renamed, *first.areas[1:]))
    with parts.db.write() as session:
        load_site(session, kept, NOW)
    before = entered(parts)
    seed(parts)
    after = entered(parts)
    assert set(before.areas) <= set(after.areas)
    assert [entry for entry in after.stations if entry.station.id in OLD] == list(before.stations)
    assert set(ids(town(parts))) <= set(ids(after))


def test_an_office_or_area_of_the_same_id_stays_as_somebody_entered_it(parts: Parts) -> None:
    office = ServiceOffice("chengqu", "老城服务处", "", Position(31.3, 120.6))
    with parts.db.write() as session:
        load_site(session, replace(first_demo(parts), offices=(office,)), NOW)
    seed(parts)
    offices = {one.id: one for one in entered(parts).offices}
    assert offices["chengqu"] == office
    assert offices.keys() == {"chengqu", "chengnan"}


def test_a_station_of_the_town_that_was_removed_stays_removed(parts: Parts) -> None:
    seed(parts)
    whole = entered(parts)
    fewer = replace(
        whole, stations=tuple(one for one in whole.stations if one.station.id != "boost-05")
    )
    with parts.db.write() as session:
        load_site(session, fewer, NOW, prune=True)
    seed(parts)
    assert "boost-05" not in ids(entered(parts))


def test_each_office_serves_its_own_side_and_the_older_places_stay_with_the_first(
    parts: Parts,
) -> None:
    seed(parts)
    found = entered(parts)
    serving = {
        one.id: office_for(found.offices, one.position, one.office_id).office.id
        for one in found.areas
    }
    assert {serving[one.id] for one in first_demo(parts).areas} == {"chengqu"}
    assert list(serving.values()).count("chengnan") == 7


def test_the_knowledge_base_begins_with_the_documents_facts_once(parts: Parts) -> None:
    day = NOW.date()
    for _ in range(2):
        seed(parts)
        with parts.db.read() as session:
            found = [hit.version.text for hit in search_entries(session, "公里", day)]
            kinds = [len(search_entries(session, "", day, kind)) for kind in EntryKind]
        assert [(one.title, one.source) for one in found] == [
            ("维修人员多久能到", "003 篇5 四、八")
        ]
        assert kinds == [1, 4, 1, 2]
