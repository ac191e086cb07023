"""What is live, and what stands in the field, by HTTP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection

import httpx

from dispatch.repair.missed_deadlines import record_missed_deadlines
from kit.instants import from_micros, to_micros
from stations.assets.points import MeasuringPoint
from stations.assets.station_store import get_station, save_station
from telemetry.alarms.alarm_search import list_alarms
from telemetry.alarms.alarm_tables import AlarmRow
from telemetry.readings import Reading
from tests.api.company import Company
from tests.company.ground import START
from tests.real_parts import wait_until


class Listener:
    """A page that follows a stream, and notes each stamp that it is told."""

    def __init__(self, company: Company, path: str, login: str | None) -> None:
        person = company.as_(login) if login else company.anyone()
        self.stamps: list[str] = []
        url = httpx.URL(company.url)
        self._connection = HTTPConnection(url.host, url.port)
        headers = {k: v for k, v in person.http.headers.items() if k == "authorization"}
        self._connection.request("GET", f"/api/v1/live/{path}", headers=headers)
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def has_heard(self, stamps: int) -> bool:
        """Whether it was told so many stamps, at least."""
        return len(self.stamps) >= stamps

    def _follow(self) -> None:
        while line := self._answer.readline():
            if line.startswith(b"data: "):
                self.stamps.append(line.decode().removeprefix("data: ").strip())

    def close(self) -> None:
        """Go away as a browser does when its tab is closed."""
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(30)
        self._answer.close()
        self._connection.close()


@contextmanager
def following(company: Company, path: str, login: str | None = None) -> Iterator[Listener]:
    listener = Listener(company, path, login)
    try:
        wait_until(lambda: listener.stamps, f"the first stamp of {path}")
        yield listener
    finally:
        listener.close()


def keep_alarm(company: Company) -> None:
    with company.parts.db.write() as session:
        session.add(
            AlarmRow(
                id="a1",
                station_id="pump-01",
                rule_id="r1",
                metric="pressure",
                kind="low",
                severity="critical",
                needs_hands=True,
                value=0.1,
                limit=0.2,
                unit="MPa",
                occurrences=1,
                raised_at=company.clock.now(),
            )
        )


def test_every_page_that_follows_is_told_of_a_change(company: Company) -> None:
    logged = company.log_call()
    token = logged["customer_token"]
    with (
        following(company, "board", "chen") as board,
        following(company, "board", "ma") as another,
        following(company, f"customer/{token}") as customer,
        following(company, "stations", "sun") as stations,
    ):
        company.walk(logged, "issue")
        for page in (board, another, customer, stations):
            wait_until(partial(page.has_heard, 2), "word of the change")
        keep_alarm(company)
        wait_until(lambda: len(stations.stamps) >= 3, "word of the alarm")
        assert len(customer.stamps) == 2  # nothing of theirs has changed
        assert board.stamps == another.stamps


def test_a_missed_arrival_reaches_the_pages(company: Company) -> None:
    logged = company.log_call()
    with following(company, "board", "chen") as board:
        company.pass_minutes(40)
        assert record_missed_deadlines(company.parts.desk, company.clock.now()) == 1
        wait_until(lambda: len(board.stamps) >= 2, "word of the missed arrival")
    shown = company.as_("chen").get(f"/tickets/{logged['id']}").json()
    assert shown["arrival_missed_at"] is not None


def test_nothing_is_looked_at_while_nobody_follows(sqlite_company: Company) -> None:
    hub = sqlite_company.app.state.hub
    with following(sqlite_company, "board", "chen"):
        assert hub._topics
    wait_until(lambda: not hub._topics, "the topic is dropped")
    wait_until(lambda: hub._task.done(), "the watcher has ended")
    with following(sqlite_company, "board", "chen") as again:
        sqlite_company.log_call()
        wait_until(lambda: len(again.stamps) >= 2, "word of the change")


def test_a_wrong_link_follows_nothing(sqlite_company: Company) -> None:
    assert sqlite_company.anyone().get("/live/customer/guess").status_code == 404


def write_points(company: Company, count: int = 60) -> None:
    start = to_micros(START) - count * 1_000_000
    company.parts.store.write(
        [
            Reading("pump-01", "b", n, start + n * 1_000_000, {"pressure": 0.3 + n / 1000})
            for n in range(count)
        ]
    )


def test_stations_show_value_unit_and_age(company: Company) -> None:
    write_points(company)
    (station,) = company.as_("sun").get("/stations").json()
    pressure, current = station["values"]
    assert (pressure["metric"], pressure["unit"], pressure["age_s"]) == ("pressure", "MPa", 1.0)
    assert abs(pressure["value"] - 0.359) < 1e-9
    assert (current["metric"], current["value"], current["age_s"]) == ("current", None, None)
    owners = {one["id"]: one["kind"] for one in station["equipment"]}
    assert (pressure["quantity"], owners[pressure["equipment"]]) == ("pressure", "zone")
    assert (pressure["name"], pressure["name_en"]) == ("出水 压力", "Outlet pressure")
    assert (pressure["quality"], current["quality"]) == ("good", None)
    assert company.as_("sun").get("/stations/pump-01").json() == station
    assert company.as_("sun").get("/stations/none").status_code == 404


def test_a_trend_is_bounded_and_says_what_is_wrong_with_a_question(
    sqlite_company: Company,
) -> None:
    write_points(sqlite_company)
    sun = sqlite_company.as_("sun")

    def ask(**query: object) -> httpx.Response:
        return sun.get("/stations/pump-01/series", **({"metric": "pressure"} | query))

    trend = ask(every_s=10).json()
    assert sum(bucket["samples"] for bucket in trend["buckets"]) == 60
    assert trend["unit"] == "MPa"
    assert sum(bucket["samples"] for bucket in ask().json()["buckets"]) == 60
    for wrong, code in (
        ({"metric": "flow"}, "unknown_metric"),
        ({"start": "2026-11-23T15:00", "end": "2026-11-23T14:00"}, "end_before_start"),
        ({"start": "2020-01-01T00:00", "every_s": 1}, "too_many_buckets"),
        ({"start": "yesterday"}, "datetime_from_date_parsing"),
        ({"start": "0001-01-01T00:00", "end": "0001-01-02T00:00"}, "not_a_time"),
        ({"every_s": "nan"}, "finite_number"),
        ({"every_s": 0}, "greater_than_equal"),
    ):
        answer = ask(**wrong)
        assert answer.status_code == 422, answer.text
        assert [error["code"] for error in answer.json()["errors"]] == [code]


def test_an_alarm_is_acknowledged_once_and_the_first_stays_in_the_record(
    company: Company,
) -> None:
    keep_alarm(company)
    (alarm,) = company.as_("ma").get("/alarms").json()["rows"]
    assert (alarm["value"], alarm["unit"], alarm["acked_at"]) == (0.1, "MPa", None)
    assert (alarm["metric"], alarm["point"], alarm["point_en"]) == (
        "pressure", "出水 压力", "Outlet pressure",
    )  # fmt: skip
    for login in ("liu", "wang", "zhou"):
        assert company.as_(login).post("/alarms/a1/acknowledge").status_code == 403
    first = company.as_("sun").post("/alarms/a1/acknowledge").json()
    company.pass_minutes(5)
    second = company.as_("ma").post("/alarms/a1/acknowledge").json()
    assert first["acked_by_name"] == second["acked_by_name"] == "孙运转"
    with company.parts.db.read() as session:
        assert list_alarms(session).rows[0].acked_at == START
    assert company.as_("sun").post("/alarms/none/acknowledge").status_code == 404


def test_the_probes_answer_without_a_log_in(company: Company) -> None:
    client = company.anyone().http
    assert client.get("/health/live").json() == {"status": "live"}
    ready = client.get("/health/ready")
    assert ready.status_code == 503  # no worker runs in this test
    assert not ready.json()["parts"]["ingest"]["ok"]
    assert ready.json()["parts"]["store"]["ok"]


def test_with_nothing_received_quarantine_and_ingest_are_empty(company: Company) -> None:
    assert company.as_("sun").get("/quarantine").json() == {
        "counts": [],
        "messages": [],
        "total": 0,
        "page": 1,
        "page_size": 50,
    }
    assert company.as_("sun").get("/ingest").json() == []


def test_a_counter_s_trend_says_what_each_interval_added(sqlite_company: Company) -> None:
    company = sqlite_company
    with company.parts.db.write() as session:
        station = get_station(session, "pump-01")
        meter = MeasuringPoint("meter.volume", station.equipment[0].id, "volume")
        save_station(session, replace(station, points=(*station.points, meter)), START)
    start = to_micros(START) - 600_000_000
    values = (700.0, 701.5, 1.0, 4.0)
    company.parts.store.write(
        [
            Reading("pump-01", "b", n, start + n * 10_000_000, {"meter.volume": value})
            for n, value in enumerate(values)
        ]
    )
    sun = company.as_("sun")
    # From the second reading on: the first is only what it is counted from.
    since = from_micros(start + 10_000_000).isoformat()
    query = {"metric": "meter.volume", "every_s": 10, "start": since}
    buckets = sun.get("/stations/pump-01/series", **query).json()["buckets"]
    assert [(one["increase"], one["count"]) for one in buckets] == [
        (1.5, "steady"),
        (1.0, "reset"),
        (3.0, "steady"),
    ]
    page = sun.http.get(f"{company.url}/stations/pump-01?equipment={meter.equipment_id}").text
    assert "合计 5.5 m³" in page
    assert "清零或换表" in page
