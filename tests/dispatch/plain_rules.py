"""A second, independent account of the rules of a repair, in plain words.

``Model`` was written from R-14, R-15 and R-16 by hand and reads nothing of the table of
``dispatch.repair.workflow``: so they can't share a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

from kit.actors import Actor
from tests.dispatch.world import (
    DIRECTOR,
    LEADER,
    MANAGER,
    OPERATOR,
    RECEPTIONIST,
    STAFF,
    TECHNICIAN,
)

CUSTOMER = Actor("customer", "用户", LEADER.post)  # stands for the ticket's own customer
CREW, HAND = {TECHNICIAN}, {CUSTOMER, TECHNICIAN}
BEFORE = ("logged", "issued", "assigned", "en_route")
UNANSWERED = (*BEFORE, "on_site", "working", "work_done")
WAITING = (*BEFORE, "on_site", "working", "work_done", "customer_signed")

ARROWS: dict[str, list[tuple[str, str, set[Actor]]]] = {
    "issue": [("logged", "issued", {MANAGER})],
    "assign": [
        ("issued", "assigned", {LEADER}),
        ("assigned", "assigned", {LEADER}),
        ("en_route", "assigned", {LEADER}),
        ("on_site", "on_site", {LEADER}),
        ("working", "working", {LEADER}),
    ],
    "state_arrival": [(state, state, {RECEPTIONIST, MANAGER}) for state in BEFORE],
    "correct_facility": [
        *((state, state, {LEADER, MANAGER}) for state in (*BEFORE, "work_done")),
        *((state, state, {LEADER, MANAGER, TECHNICIAN}) for state in ("on_site", "working")),
        ("customer_signed", "work_done", {LEADER, MANAGER}),
    ],
    "depart": [("assigned", "en_route", CREW)],
    "arrive": [("en_route", "on_site", CREW)],
    "quote_fee": [("on_site", "on_site", CREW), ("working", "working", CREW)],
    "consent": [("on_site", "on_site", HAND), ("working", "working", HAND)],
    "decline": [("on_site", "declined", HAND)],
    "start_work": [("on_site", "working", CREW)],
    "report_flow_test": [("working", "working", CREW)],
    "finish_work": [("working", "work_done", CREW)],
    "customer_sign": [("work_done", "customer_signed", {*HAND, OPERATOR})],
    "leader_sign": [
        ("customer_signed", "leader_signed", {LEADER}),
        ("declined", "leader_signed", {LEADER}),
        ("work_done", "leader_signed", {LEADER}),
    ],
    "director_sign": [("leader_signed", "director_signed", {DIRECTOR})],
    "archive": [
        ("director_signed", "archived", {RECEPTIONIST}),
        ("withdrawn", "archived", {RECEPTIONIST}),
    ],
    "send_back": [
        ("work_done", "working", {LEADER}),
        ("customer_signed", "working", {LEADER}),
        ("leader_signed", "working", {DIRECTOR}),
    ],
    "classify": [(state, state, {RECEPTIONIST, MANAGER}) for state in UNANSWERED],
    "withdraw": [(state, "withdrawn", {RECEPTIONIST, MANAGER}) for state in BEFORE],
}
COMMANDS = sorted(ARROWS)
ACTORS = [*STAFF, CUSTOMER]
PARTS = [
    (command, actor)
    for command in COMMANDS
    for actor in ACTORS
    if any(actor in who for *_, who in ARROWS[command]) and command not in ("withdraw", "classify")
]
"""Every command of the work with the people whose part it is, at the right time."""
STRAIGHT = (
    "issue",
    "assign",
    "depart",
    "arrive",
    "start_work",
    "finish_work",
    "customer_sign",
    "leader_sign",
    "director_sign",
    "archive",
)
MOST_TICKETS = 3
TOWARDS = ("quote_fee", "consent", "report_flow_test")


@dataclass
class Model:
    """What is known of one ticket, in plain words."""

    state: str = "logged"
    station: bool = False
    own: bool = False
    promised: bool = True
    telemetry_back: bool = False
    quotes: int = 0
    quote_stands: bool = False
    consented_to: int = 0
    flow_test: bool | None = None
    declined: bool = False
    crew: bool = False
    steps: int = 1

    def target(self, command: str, actor: Actor) -> str | None:
        """Return the state that the rules give, or None where they refuse."""
        if actor in CREW and not self.crew:
            return None
        for source, target, who in ARROWS[command]:
            if source == self.state and actor in who:
                return target if self.condition(command, actor) else None
        return None

    def condition(self, command: str, actor: Actor) -> bool:
        waits = self.quote_stands and self.consented_to != self.quotes
        agreed = self.own or (self.quote_stands and not waits)
        nobody_else_signs = self.own and not self.station
        return {
            "state_arrival": not self.promised,
            "quote_fee": not self.own,
            "consent": not self.own and waits,
            "decline": not self.own,
            "classify": not self.station,
            "start_work": agreed,
            "finish_work": agreed and self.flow_test is True,
            "customer_sign": not nobody_else_signs and self.own == (actor == OPERATOR),
            "leader_sign": (not self.station or self.telemetry_back)
            and (self.state != "work_done" or nobody_else_signs),
            "withdraw": not self.station or self.telemetry_back,
            "send_back": not self.declined,
        }.get(command, True)

    def take(self, command: str, target: str, *, passed: bool) -> None:
        done = self.state in ("work_done", "customer_signed")
        self.state = target
        self.steps += 1
        self.promised = self.promised or command == "state_arrival"
        self.crew = self.crew or command == "assign"
        self.declined = self.declined or command == "decline"
        if command == "correct_facility":
            self.own = not self.own
            self.consented_to = 0
            # Nobody pays for the company's own; and after the work nobody can be asked any more.
            self.quote_stands = self.quote_stands and not self.own and not done
        if command == "quote_fee":
            self.quotes += 1
            self.quote_stands = True
        if command == "consent":
            self.consented_to = self.quotes
        if command == "report_flow_test":
            self.flow_test = passed
        if command == "send_back":
            self.flow_test = None
