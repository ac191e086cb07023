"""The colour tone of a value; the words beside it say the same."""

from __future__ import annotations

from dispatch.clocks.commitment import ArrivalStatus
from dispatch.repair.ticket import State

_STATES = {
    State.LOGGED: "warn",
    State.ISSUED: "warn",
    State.DECLINED: "bad",
    State.WITHDRAWN: "",
    State.ARCHIVED: "",
    State.WORK_DONE: "good",
    State.CUSTOMER_SIGNED: "good",
    State.LEADER_SIGNED: "good",
    State.DIRECTOR_SIGNED: "good",
}
_ARRIVALS = {
    ArrivalStatus.PENDING: "info",
    ArrivalStatus.OVERDUE: "bad",
    ArrivalStatus.MISSED: "bad",
    ArrivalStatus.MET: "good",
    ArrivalStatus.CLOSED: "",
    ArrivalStatus.UNPROMISED: "bad",
}


def state(value: State | str) -> str:
    """Return the tone of a ticket's state."""
    return _STATES.get(State(value), "info")


def arrival(value: ArrivalStatus | str) -> str:
    """Return the tone of how an arrival commitment stands."""
    return _ARRIVALS[ArrivalStatus(value)]


def severity(value: str) -> str:
    """Return the tone of an alarm's severity."""
    return "bad" if value == "critical" else "warn"
