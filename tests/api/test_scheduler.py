import threading

import pytest

from api.compose.scheduler import Scanner, Scheduler
from tests.real_parts import wait_until


def test_a_scanner_that_fails_is_called_again_and_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failed, called = [], []

    def fail() -> None:
        failed.append(1)
        raise ZeroDivisionError("a bug")

    scheduler = Scheduler(
        [Scanner("bad", 0.05, fail), Scanner("good", 0.05, lambda: called.append(1))]
    )
    scheduler.start()
    try:
        wait_until(lambda: len(failed) >= 3 and len(called) >= 3, "both were called again")
    finally:
        scheduler.stop()
    said = [
        record.getMessage() for record in caplog.records if record.name == "api.compose.scheduler"
    ]
    assert said == ["scanner bad failed; it is called again"]


def test_recovery_is_said(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []

    def fail_once() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("a bug")

    scheduler = Scheduler([Scanner("shaky", 0.05, fail_once)])
    scheduler.start()
    try:
        wait_until(lambda: len(calls) >= 3, "it was called again")
    finally:
        scheduler.stop()
    assert [record.getMessage() for record in caplog.records if "works again" in record.message]


def test_a_scanner_never_runs_beside_itself() -> None:
    at_once, most, calls = 0, 0, 0
    lock = threading.Lock()
    gate = threading.Event()

    def scan() -> None:
        nonlocal at_once, most, calls
        with lock:
            at_once, calls = at_once + 1, calls + 1
            most = max(most, at_once)
        gate.wait(0.2)  # longer than its pace
        with lock:
            at_once -= 1

    scheduler = Scheduler([Scanner("slow", 0.02, scan)])
    scheduler.start()
    try:
        wait_until(lambda: calls >= 3, "it was called again")
    finally:
        gate.set()
        scheduler.stop()
    assert most == 1


def test_the_end_waits_for_the_scan_under_way() -> None:
    entered, leave, done = threading.Event(), threading.Event(), threading.Event()

    def scan() -> None:
        entered.set()
        leave.wait()
        done.set()

    scheduler = Scheduler([Scanner("long", 0.02, scan)])
    scheduler.start()
    assert entered.wait(60)
    ending = threading.Thread(target=scheduler.stop)
    ending.start()
    assert ending.is_alive()
    leave.set()
    ending.join(60)
    assert done.is_set()
    assert not ending.is_alive()
