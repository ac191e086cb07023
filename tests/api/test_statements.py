"""An answer that shows a ticket reads it once: its row and its events, one statement each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.api.company import Company

TABLE = re.compile(r"\bFROM (\w+)")


@contextmanager
def reads_of(company: Company) -> Iterator[Counter[str]]:
    """Count the statements that read each table while the block runs."""
    read: Counter[str] = Counter()

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        read.update(TABLE.findall(statement)[:1])

    engine = company.parts.db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield read
    finally:
        event.remove(engine, "before_cursor_execute", count)


@pytest.mark.parametrize(
    ("path", "events"),
    [("/tickets/{}", 1), ("/api/v1/tickets/{}", 0), ("/api/v1/tickets/{}/events", 1)],
)
def test_an_answer_reads_its_ticket_and_its_events_once(
    sqlite_company: Company, path: str, events: int
) -> None:
    ticket = sqlite_company.walk(sqlite_company.log_call(), "issue")
    person = sqlite_company.as_("chen")
    cookie = {"Cookie": f"sanlai_session={sqlite_company.token_of('chen')}"}
    headers = {} if path.startswith("/api") else cookie
    with reads_of(sqlite_company) as read:
        assert person.http.get(path.format(ticket["id"]), headers=headers).status_code == 200
    assert (read["ticket"], read["ticket_event"]) == (1, events)


def test_the_customers_page_reads_the_ticket_once_too(sqlite_company: Company) -> None:
    token = sqlite_company.log_call()["customer_token"]
    with reads_of(sqlite_company) as read:
        answer = sqlite_company.anyone().http.get(f"/t/{token}")
    assert answer.status_code == 200
    assert (read["ticket"], read["ticket_event"]) == (1, 1)
