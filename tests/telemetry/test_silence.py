from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from kit.clock import ManualClock
from kit.db import Database
from telemetry.alarms.alarm_search import Alarm, list_alarms
from telemetry.alarms.rule_store import save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.alarms.silence import check_silence
from telemetry.ingest.ingest_tables import StationStatusRow
from telemetry.ingest.liveness import hearing_at
from telemetry.ingest.pulse import Counters, Heartbeat, Situation
from telemetry.ingest.recorder import _new_status


@pytest.fixture
def beat(database: Database, clock: ManualClock) -> Callable[..., None]:
    """Give a function that writes the heartbeat of one ingest, which listens unless told."""
    heart = Heartbeat(database, clock, "ingest")

    def beat(listening: bool = True) -> None:
        heart.beat(Situation(listening, True, True, (0, 0, 0), False, 0, ""), Counters())

    return beat


@pytest.fixture
def pass_time(
    database: Database, clock: ManualClock, beat: Callable[..., None]
) -> Callable[..., None]:
    """Give a function that lets seconds pass, with a heartbeat and a check in each."""
    with database.write() as session:
        rule = AlarmRule("quiet", "pump-01", AlarmKind.SILENT, after_s=30, needs_hands=True)
        save_rule(session, rule, clock.now())

    def pass_time(seconds: int, listening: bool = True) -> None:
        for _ in range(seconds):
            clock.advance(timedelta(seconds=1))
            beat(listening)
            check_silence(database, clock.now(), hearing_at)

    return pass_time


def hear(database: Database, clock: ManualClock) -> None:
    with database.write() as session:
        if session.get(StationStatusRow, "pump-01") is None:
            session.add(StationStatusRow(**_new_status("pump-01")))
            session.flush()
        session.execute(update(StationStatusRow).values(last_seen_at=clock.now()))


def alarms(database: Database) -> list[Alarm]:
    with database.read() as session:
        return list(list_alarms(session).rows)


def test_a_station_that_falls_silent_raises_one_alarm_which_returns_when_it_speaks(
    database: Database, clock: ManualClock, pass_time: Callable[..., None]
) -> None:
    hear(database, clock)
    pass_time(31)
    assert alarms(database) == []
    pass_time(20)
    (alarm,) = alarms(database)
    assert (alarm.kind, alarm.limit, alarm.unit, alarm.returned_at) == (
        AlarmKind.SILENT,
        30,
        "s",
        None,
    )
    hear(database, clock)
    pass_time(2)
    assert alarms(database)[0].returned_at is not None


def test_a_station_never_heard_is_silent_since_we_listen(
    database: Database, pass_time: Callable[..., None]
) -> None:
    pass_time(33)
    assert len(alarms(database)) == 1


def test_silence_while_we_did_not_listen_is_ours(
    database: Database, clock: ManualClock, pass_time: Callable[..., None]
) -> None:
    hear(database, clock)
    pass_time(5)
    pass_time(100, listening=False)
    pass_time(25)
    assert alarms(database) == []
    pass_time(10)
    assert len(alarms(database)) == 1


def test_an_ingest_that_has_died_does_not_make_stations_silent(
    database: Database,
    clock: ManualClock,
    beat: Callable[..., None],
    pass_time: Callable[..., None],
) -> None:
    hear(database, clock)
    pass_time(5)
    clock.advance(timedelta(minutes=10))
    assert check_silence(database, clock.now(), hearing_at) == 0
    assert alarms(database) == []
