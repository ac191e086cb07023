"""The colour tone of a value; the words beside it say the same."""

from __future__ import annotations

from dispatch.clocks.course import DeadlineStatus
from dispatch.repair.ticket import State

_STATES = {
    State.LOGGED: "warn",
    State.ISSUED: "warn",
    State.WAITING: "warn",
    State.UNSIGNED: "warn",
    State.DECLINED: "bad",
    State.NO_FAULT_FOUND: "",
    State.TRANSFERRED: "",
    State.WAIVED: "bad",
    State.WITHDRAWN: "",
    State.ARCHIVED: "",
    State.WORK_DONE: "good",
    State.CUSTOMER_SIGNED: "good",
    State.LEADER_SIGNED: "good",
    State.DIRECTOR_SIGNED: "good",
}
_DEADLINES = {
    DeadlineStatus.PENDING: "info",
    DeadlineStatus.PAUSED: "warn",
    DeadlineStatus.OVERDUE: "bad",
    DeadlineStatus.MISSED: "bad",
    DeadlineStatus.MET: "good",
    DeadlineStatus.CLOSED: "",
    DeadlineStatus.UNPROMISED: "bad",
}


def state(value: State | str) -> str:
    """Return the tone of a ticket's state."""
    return _STATES.get(State(value), "info")


def deadline(value: DeadlineStatus | str) -> str:
    """Return the tone of how a deadline stands."""
    return _DEADLINES[DeadlineStatus(value)]


def severity(value: str) -> str:
    """Return the tone of an alarm's severity."""
    return "bad" if value == "critical" else "warn"
