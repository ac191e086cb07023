"""Records that version 0.1 left behind are taken over: nothing is lost, and work goes on.

They are a demo's, on SQLite; and again a deployment's, on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.repair.verify import verify_archive
from kit.instants import to_micros
from telemetry.readings import Reading
from tests.company.papers import FINISHED
from tests.integration.old_demo import OldDemo, differences, taken_over

SIGNED = {
    "signer_name": "张三",
    "relation": "self",
    "strokes": [[[20, 60], [45, 25], [60, 70]], [[110, 30], [135, 70], [160, 28]]],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def old_demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OldDemo]:
    url = None
    if request.param == "postgresql":
        make: Callable[..., str] = request.getfixturevalue("new_postgresql")
        url = make(empty=True)
    with taken_over(tmp_path, url) as demo:
        yield demo


def test_every_ticket_and_every_event_reads_as_it_did(old_demo: OldDemo) -> None:
    rows = old_demo.get("manager", "/tickets", page_size=200)["rows"]
    assert {row["id"] for row in rows} == set(old_demo.seen["tickets"])
    for ticket_id, was in old_demo.seen["tickets"].items():
        ticket = old_demo.get("manager", f"/tickets/{ticket_id}")
        history = old_demo.get("manager", f"/tickets/{ticket_id}/events")
        assert differences(was["ticket"], ticket) == []
        assert differences(was["events"], history["events"]) == []
        assert history["sound"], history["faults"]


def test_the_whole_record_verifies(old_demo: OldDemo) -> None:
    assert old_demo.get("manager", "/archive/verify") == {"sound": True, "faults": []}


def test_everybody_logs_in_with_the_old_password_and_is_who_they_were(old_demo: OldDemo) -> None:
    for login, was in old_demo.seen["me"].items():
        assert differences(was, old_demo.get(login, "/me")) == []


def test_alarms_quarantine_and_stations_read_as_they_did(old_demo: OldDemo) -> None:
    alarms = old_demo.get("operator", "/alarms", page_size=200)["rows"]
    assert differences(old_demo.seen["alarms"], alarms) == []
    assert differences(old_demo.seen["quarantine"], old_demo.get("operator", "/quarantine")) == []
    stations = {one["id"]: one for one in old_demo.get("operator", "/stations")}
    for was in old_demo.seen["stations"]:
        assert differences(was, stations[was["id"]]) == []


def test_points_of_version_0_1_are_drawn_and_new_ones_beside_them(old_demo: OldDemo) -> None:
    new = Reading("pump-01", "new-boot", 1, to_micros(old_demo.clock.now()), {"pressure": 0.3})
    old_demo.parts.store.write([new])
    for metric, was in old_demo.seen["series"].items():
        asked = {name: was[name] for name in ("start", "end", "every_s")}
        found = old_demo.get("operator", "/stations/pump-01/series", metric=metric, **asked)
        buckets = {one["time"]: one for one in found["buckets"]}
        for bucket in was["buckets"]:
            assert differences(bucket, buckets[bucket["time"]]) == []
    values = old_demo.get("operator", "/stations/pump-01")["values"]
    last = {one["metric"]: one["value"] for one in values}
    assert last["pressure"] == pytest.approx(0.3)
    assert last["voltage"] is not None


def test_every_page_of_the_old_records_is_shown(old_demo: OldDemo) -> None:
    paths = ["/", "/tickets", "/archive", "/alarms", "/users", "/stations/pump-01"]
    paths += [f"/tickets/{ticket_id}" for ticket_id in old_demo.seen["tickets"]]
    shown = []
    for path in paths:
        who = "admin" if path == "/users" else "operator" if "/stations" in path else "manager"
        answer = old_demo.person(who).get(path, follow_redirects=True)
        shown.append((path, answer.status_code))
    assert [one for one in shown if one[1] != 200] == []


STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "archive": ("receptionist", {}),
    "director_sign": ("director", {}),
    "leader_sign": ("leader", {"opinion": "同意"}),
    "finish_work": ("crew", FINISHED),
    "report_flow_test": ("crew", {"passed": True, "pressure_mpa": 0.3}),
    "start_work": ("crew", {}),
    "consent": ("crew", {"customer_present": True, **SIGNED}),
    "quote_fee": ("crew", {"lines": [{"item": "人工费", "amount_fen": 2000}]}),
    "arrive": ("crew", {}),
    "depart": ("crew", {}),
    "assign": ("leader", {}),
    "issue": ("manager", {}),
}
"""Steps from the last to the first, with who takes them: the first one that is possible is next."""


def take_next_step(demo: OldDemo, ticket_id: str) -> str:
    """Bring a ticket one step nearer to the archive; return which step it was."""
    ticket = demo.get("manager", f"/tickets/{ticket_id}")
    people: dict[str, str] = {demo.seen["me"][login]["id"]: login for login in demo.seen["me"]}
    crew = next((people[one["id"]] for one in ticket["technicians"]), "")
    signer = "operator" if ticket["station_id"] else crew
    sign = {"completed_at": demo.clock.now().isoformat(), "opinion": "满意", "satisfied": True}
    steps: dict[str, tuple[str, dict[str, Any]]] = {
        "customer_sign": (signer, sign | SIGNED)
    } | STEPS
    more: dict[str, dict[str, Any]] = {
        "assign": {"technicians": [{"id": demo.seen["me"]["technician1"]["id"]}]},
        "consent": {"quote": ticket["quote"]["n"] if ticket["quote"] else 0},
    }
    logins = {who: crew if who == "crew" else who for who, _ in steps.values()}
    possible = {
        who: demo.get(login, f"/tickets/{ticket_id}")["allowed"]
        for who, login in logins.items()
        if login
    }
    for name, (who, data) in steps.items():
        if name in possible.get(who, ()):
            path = f"/tickets/{ticket_id}/{name.replace('_', '-')}"
            answer = demo.do(logins[who], path, data | more.get(name, {}))
            assert answer.status_code == 200, f"{name}: {answer.text}"
            return name
    raise AssertionError(f"nobody can do anything to {ticket['number']} ({ticket['state']})")


def how_far(ticket: dict[str, Any]) -> tuple[object, ...]:
    """Return what makes a difference to the way that a ticket still has to go."""
    marks = ("quote", "flow_test", "sent_back_reason", "station_id", "arrival_missed_at")
    return (ticket["state"], ticket["fee_agreed"], *(bool(ticket[name]) for name in marks))


def test_a_ticket_in_each_state_is_carried_on_to_the_archive(old_demo: OldDemo) -> None:
    unlike: dict[tuple[object, ...], str] = {}
    for ticket_id, was in old_demo.seen["tickets"].items():
        ticket = was["ticket"]
        waits = ticket["alarm"] and not ticket["telemetry_returned_at"]
        if ticket["state"] != "archived" and not waits:
            unlike[how_far(ticket)] = ticket_id
    assert len({state for state, *_ in unlike}) == 12, "a ticket in every open state"
    for ticket_id in unlike.values():
        steps = [take_next_step(old_demo, ticket_id)]
        while steps[-1] != "archive":
            steps.append(take_next_step(old_demo, ticket_id))
            assert len(steps) < 20, steps
    with old_demo.parts.db.read() as session:
        assert verify_archive(session) == []


def test_the_customers_old_link_still_opens_the_ticket(old_demo: OldDemo) -> None:
    links = {
        was["ticket"]["customer_token"]: was["ticket"]["number"]
        for was in old_demo.seen["tickets"].values()
        if was["ticket"]["customer_token"]
    }
    assert len(links) > 10
    for token, number in links.items():
        answer = old_demo.person("admin").get(f"/api/v1/customer/{token}")
        assert (answer.status_code, answer.json()["number"]) == (200, number)
