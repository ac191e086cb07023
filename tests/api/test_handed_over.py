"""An alarm that can't be handed over shows in the readiness; one far away gets its ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from api.compose.bridge import Bridge
from stations.assets.station_store import save_station
from telemetry.alarms.alarm_tables import AlarmRow
from tests.api.company import Company, open_company
from tests.company.ground import START, STATION

FAR = replace(STATION, id="pump-09", name="远山泵站", road_km=140.0)


def raise_alarm(company: Company, station_id: str) -> None:
    with company.parts.db.write() as session:
        session.add(AlarmRow(
            id="a1", station_id=station_id, rule_id="r1", metric="pressure", kind="low",
            severity="critical", needs_hands=True, value=0.12, limit=0.2, unit="MPa",
            occurrences=1, raised_at=START,
        ))  # fmt: skip


def handed_over(company: Company) -> dict[str, object]:
    answer = company.anyone().http.get("/health/ready").json()
    part: dict[str, object] = answer["parts"]["alarm tickets"]
    return part


def test_an_alarm_without_its_ticket_is_named_after_a_minute(
    tmp_path: Path, database_url: str
) -> None:
    with open_company(tmp_path, database_url) as company:
        raise_alarm(company, "pump-01")
        assert handed_over(company)["ok"]
        company.clock.advance(timedelta(minutes=2))
        found = handed_over(company)
        assert not found["ok"]
        assert "a1 of station pump-01" in str(found["detail"])
        parts = company.parts
        Bridge(parts.db, parts.desk, parts.clock, parts.quantities).carry()
        assert handed_over(company)["ok"]


def test_a_station_farther_than_any_that_is_served_gets_its_ticket(
    tmp_path: Path, database_url: str
) -> None:
    with open_company(tmp_path, database_url) as company:
        parts = company.parts
        with parts.db.write() as session:
            save_station(session, FAR, START)
        raise_alarm(company, FAR.id)
        Bridge(parts.db, parts.desk, parts.clock, parts.quantities).carry()
        (row,) = company.as_("liu").get("/tickets", unpromised=True).json()["rows"]
        assert (row["station_id"], row["due_at"]) == (FAR.id, None)
        ticket = company.as_("liu").get(f"/tickets/{row['id']}").json()
        assert ticket["promise"]["uncomputed"] == "too_far"
        assert "state_arrival" in ticket["allowed"]
        assert company.as_("liu").get("/promise", station_id=FAR.id).json()["due_at"] is None
