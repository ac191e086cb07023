"""What tests of appointments do: offer a slot, book it, open it by the link, ask at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx

from dispatch.appointments.slot_store import SlotPlaceRow
from tests.api.company import Company

ASKED = {
    "matter": "meter",
    "name": "王小明",
    "phone": "13800001234",
    "place_id": "heping",
    "address": "和平路3号",
    "content": "水表走字快",
}
NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Tuesday, 09:00 in the company's zone."""


def offer(company: Company, **changed: Any) -> str:
    said = {"crew": "一班", "weekday": 2, "begins": "09:00", "minutes": 60, "capacity": 1} | changed
    answer = company.as_("chen").post("/slot-templates", said)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def book(company: Company, slot: str, **more: Any) -> httpx.Response:
    return company.as_("liu").post("/appointments", ASKED | {"slot": slot}, **more)


def booked(company: Company, slot: str) -> dict[str, Any]:
    answer = book(company, slot)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def own(company: Company, made: dict[str, Any]) -> str:
    answer = company.as_("liu").get(f"/appointments/{made['id']}/link")
    return f"/own/appointments/{answer.json()['token']}"


def wait_until(company: Company, at: datetime) -> None:
    """Put the clock there, forward or back; a log-in does not last overnight."""
    company.forget_all()
    company.clock.set(at)


def places(company: Company) -> list[tuple[str, int, str]]:
    with company.parts.db.read() as session:
        rows = session.query(SlotPlaceRow).order_by(SlotPlaceRow.day, SlotPlaceRow.place)
        return [(row.day, row.place, row.holder_id) for row in rows]


def at_once(*asks: Callable[[], httpx.Response]) -> list[httpx.Response]:
    with ThreadPoolExecutor(len(asks)) as pool:
        return [one.result() for one in [pool.submit(ask) for ask in asks]]


def field_faults(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["field"]: one["code"] for one in answer.json()["errors"]}
