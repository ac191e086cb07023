"""Lists of alarms and refused messages: filter, order and total are the database's."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kit.db import Database
from telemetry.alarms.alarm_search import AlarmSort, list_alarms
from telemetry.alarms.alarm_tables import AlarmRow
from telemetry.alarms.rules import AlarmKind, Severity
from telemetry.ingest.ingest_tables import QuarantineRow
from telemetry.ingest.quarantine_search import QuarantineSort, list_quarantine

START = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)


def add_alarm(session: Session, n: int) -> None:
    at = START + timedelta(minutes=n)
    session.add(
        AlarmRow(
            id=f"a{n:02d}",
            station_id=f"list-{n % 2}",
            rule_id=f"r{n}",
            metric="pressure",
            kind=AlarmKind.LOW,
            severity=Severity.CRITICAL if n % 3 == 0 else Severity.WARNING,
            needs_hands=False,
            value=0.1,
            limit=0.2,
            unit="MPa",
            occurrences=1,
            raised_at=at,
            closed_at=at if n % 4 == 0 else None,
            forwarded=0,
        )
    )


def add_refused(session: Session, n: int) -> None:
    at = START + timedelta(minutes=n)
    session.add(
        QuarantineRow(
            id=f"q{n:02d}",
            reason="undecodable" if n % 3 else "too_large",
            station_id=f"list-{n % 2}",
            topic="t",
            detail="",
            boot="b",
            seq=n,
            size=100 - n,
            sha256="0" * 64,
            payload=b"x",
            times=1,
            first_at=at,
            last_at=at,
        )
    )


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as session:
        for n in range(30):
            add_alarm(session, n)
            add_refused(session, n)
    return database


def test_pages_of_alarms_neither_skip_nor_repeat_one(filled: Database) -> None:
    with filled.read() as session:
        for sort in AlarmSort:
            for down in (True, False):
                pages = [
                    list_alarms(session, sort=sort, descending=down, page=page, page_size=7)
                    for page in range(1, 7)
                ]
                assert {page.total for page in pages} == {30}
                seen = [alarm.id for page in pages for alarm in page.rows]
                assert (len(seen), len(set(seen))) == (30, 30)


def test_alarms_are_narrowed_and_the_total_counts_what_is_left(filled: Database) -> None:
    with filled.read() as session:
        page = list_alarms(
            session, open_only=True, station_id="list-1", severity=Severity.CRITICAL, page_size=2
        )
        assert page.total == 5
        assert [alarm.id for alarm in page.rows] == ["a27", "a21"]
        assert list_alarms(session, kind=AlarmKind.SILENT).total == 0
        worst_first = list_alarms(session, sort=AlarmSort.SEVERITY, page_size=10).rows
        assert {alarm.severity for alarm in worst_first} == {Severity.CRITICAL}


def test_refused_messages_are_narrowed_sorted_and_counted(filled: Database) -> None:
    with filled.read() as session:
        page = list_quarantine(session, station_id="list-0", reason="too_large", page_size=3)
        assert page.total == 5
        assert [row.id for row in page.rows] == ["q24", "q18", "q12"]
        largest = list_quarantine(session, sort=QuarantineSort.SIZE, page=1, page_size=1).rows
        assert [row.size for row in largest] == [100]
        last = list_quarantine(session, page=5, page_size=7)
        assert (len(last.rows), last.total) == (2, 30)
