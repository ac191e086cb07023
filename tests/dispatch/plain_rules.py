"""A second, independent account of the rules of a repair, in plain words.

``Model`` was written from R-03 and R-11 to R-17 by hand and reads nothing of the table of
``dispatch.repair.workflow``: so they can't share a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.clocks.limits import CaseType
from dispatch.repair.ticket import Outcome, Ticket
from kit.actors import Actor
from tests.dispatch.world import (
    DIRECTOR,
    LEADER,
    MANAGER,
    OPERATOR,
    RECEPTIONIST,
    STAFF,
    TECHNICIAN,
    ZONE,
)

CUSTOMER = Actor("customer", "用户", LEADER.post)  # stands for the ticket's own customer
# What the crew does, the leader can enter afterwards for them.
CREW, HAND = {TECHNICIAN, LEADER}, {CUSTOMER, TECHNICIAN, LEADER}
OFFICE = {RECEPTIONIST, MANAGER}
BEFORE = ("logged", "issued", "assigned", "en_route")
AT_SITE = ("on_site", "working")
WITHOUT_CREW = ("waiting", "work_done", "unsigned")
IN_HAND = ("assigned", "en_route", *AT_SITE)
NO_REPAIR = ("declined", "no_fault_found", "transferred", "waived")
UNTIL_LEADER = (
    *(*BEFORE, *AT_SITE, "waiting", "work_done", "unsigned", "customer_signed"),
    *NO_REPAIR,
)
UNANSWERED = (*BEFORE, *AT_SITE, *WITHOUT_CREW)

ARROWS: dict[str, list[tuple[str, str, set[Actor]]]] = {
    "issue": [("logged", "issued", {MANAGER}), ("waiting", "waiting", {MANAGER})],
    "assign": [
        ("issued", "assigned", {LEADER}),
        ("assigned", "assigned", {LEADER}),
        ("en_route", "assigned", {LEADER}),
        ("on_site", "on_site", {LEADER}),
        ("working", "working", {LEADER}),
        ("waiting", "waiting", {LEADER}),
    ],
    "state_arrival": [(state, state, {RECEPTIONIST, MANAGER}) for state in BEFORE],
    "correct_facility": [
        *((state, state, {LEADER, MANAGER}) for state in (*BEFORE, *WITHOUT_CREW)),
        *((state, state, {LEADER, MANAGER, TECHNICIAN}) for state in ("on_site", "working")),
        ("customer_signed", "work_done", {LEADER, MANAGER}),
    ],
    "depart": [("assigned", "en_route", CREW)],
    "arrive": [("en_route", "on_site", CREW)],
    "quote_fee": [("on_site", "on_site", CREW), ("working", "working", CREW)],
    "consent": [("on_site", "on_site", HAND), ("working", "working", HAND)],
    "decline": [(state, "declined", HAND) for state in AT_SITE],
    "start_work": [("on_site", "working", CREW)],
    "classify_work": [("working", "working", CREW)],
    "report_flow_test": [("working", "working", CREW)],
    "finish_work": [("working", "work_done", CREW)],
    "customer_sign": [
        ("work_done", "customer_signed", {*HAND, OPERATOR}),
        ("unsigned", "customer_signed", {*HAND, OPERATOR}),
    ],
    "leader_sign": [
        (state, "leader_signed", {LEADER})
        for state in ("customer_signed", "unsigned", "work_done", *NO_REPAIR)
    ],
    "director_sign": [("leader_signed", "director_signed", {DIRECTOR})],
    "archive": [
        ("director_signed", "archived", {RECEPTIONIST}),
        ("withdrawn", "archived", {RECEPTIONIST}),
    ],
    "customer_absent": [(state, "waiting", CREW) for state in AT_SITE],
    "await_part": [(state, "waiting", CREW) for state in IN_HAND],
    "no_access": [(state, "waiting", CREW) for state in IN_HAND],
    "customer_defers": [
        *((state, "waiting", {*HAND, RECEPTIONIST}) for state in BEFORE),
        *((state, "waiting", HAND) for state in AT_SITE),
    ],
    "resume": [("waiting", "assigned", CREW)],
    "no_fault_found": [(state, "no_fault_found", CREW) for state in AT_SITE],
    "transfer": [
        (state, "transferred", {*OFFICE, LEADER}) for state in (*BEFORE, *AT_SITE, "waiting")
    ],
    "waive": [("waiting", "waived", OFFICE)],
    "record_unsigned": [("work_done", "unsigned", CREW)],
    "call_back": [(state, state, OFFICE) for state in ("unsigned", "no_fault_found")],
    "send_back": [
        ("work_done", "working", {LEADER}),
        ("unsigned", "working", {LEADER}),
        ("customer_signed", "working", {LEADER}),
        ("leader_signed", "working", {DIRECTOR}),
    ],
    "classify": [(state, state, OFFICE) for state in UNANSWERED],
    "take_up_again": [
        *((state, "issued", {LEADER}) for state in NO_REPAIR),
        ("leader_signed", "issued", {DIRECTOR}),
    ],
    "withdraw": [(state, "withdrawn", OFFICE) for state in (*BEFORE, "waiting")],
}
COMMANDS = sorted(ARROWS)
ACTORS = [*STAFF, CUSTOMER]
PARTS = [
    (command, actor)
    for command in COMMANDS
    for actor in ACTORS
    if any(actor in who for *_, who in ARROWS[command])
    and command not in ("withdraw", "transfer", "classify")
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
TOWARDS = ("quote_fee", "consent", "report_flow_test", "call_back", "resume", "waive")
ASIDE = (
    *("decline", "send_back", "take_up_again", "customer_absent", "await_part", "no_access"),
    *("customer_defers", "no_fault_found", "transfer", "waive", "record_unsigned"),
)


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
    pump: bool = False
    ended_by: str = ""
    ordered: bool = False
    crew: bool = False
    arrived: bool = False
    begun: bool = False
    waits_for: str = ""
    signed: bool = False
    called_back: bool = False
    steps: int = 1

    def target(self, command: str, actor: Actor) -> str | None:
        """Return the state that the rules give, or None where they refuse."""
        if actor == TECHNICIAN and not self.crew:
            return None
        for source, target, who in ARROWS[command]:
            if source == self.state and actor in who:
                return target if self.condition(command, actor) else None
        return None

    def condition(self, command: str, actor: Actor) -> bool:
        waits = self.quote_stands and self.consented_to != self.quotes
        agreed = self.own or (self.quote_stands and not waits)
        nobody_else_signs = self.own and not self.station
        quiet = not self.station or self.telemetry_back
        asked = not self.own
        return {
            "state_arrival": not self.promised,
            "issue": not self.ordered,
            "assign": self.ordered,
            "resume": self.crew,
            "quote_fee": asked,
            "consent": asked and waits,
            "decline": asked,
            "classify": not self.station,
            "start_work": agreed,
            "classify_work": not self.pump,
            "finish_work": agreed and (self.pump or self.flow_test is True),
            "customer_sign": not nobody_else_signs and self.own == (actor == OPERATOR),
            "customer_absent": asked,
            "customer_defers": asked,
            "record_unsigned": asked,
            "call_back": asked,
            "waive": asked and self.waits_for != "await_part",
            "leader_sign": quiet
            and self.customer_heard()
            and (self.state != "work_done" or nobody_else_signs),
            "withdraw": quiet and not self.begun,
            "send_back": not self.ended_by,
            "take_up_again": self.ordered and self.ended_by != "",
        }.get(command, True)

    def customer_heard(self) -> bool:
        """Nothing is signed off without the customer's word, or what stands in its place."""
        if self.own or self.state in ("work_done", "declined", "transferred", "waived"):
            return True
        return self.signed or self.called_back

    def take(self, command: str, target: str, *, passed: bool) -> None:
        done = self.state in ("work_done", "unsigned", "customer_signed")
        self.state = target
        self.steps += 1
        self.promised = self.promised or command == "state_arrival"
        self.ordered = self.ordered or command == "issue"
        self.crew = self.crew or command == "assign"
        self.arrived = self.arrived or command == "arrive"
        self.begun = self.begun or command == "start_work"
        self.signed = self.signed or command == "customer_sign"
        self.called_back = self.called_back or command == "call_back"
        self.pump = self.pump or command == "classify_work"
        if command in ("decline", "no_fault_found", "transfer", "waive"):
            self.ended_by = command
        if target == "waiting" and command in ASIDE:
            self.waits_for = command
        if command == "correct_facility":
            self.correct(done=done)
        if command == "quote_fee":
            self.quotes += 1
            self.quote_stands = True
        if command == "consent":
            self.consented_to = self.quotes
        if command == "report_flow_test":
            self.flow_test = passed
        if command in ("send_back", "take_up_again"):
            self.flow_test, self.ended_by = None, ""
            self.signed = self.called_back = False

    def correct(self, *, done: bool) -> None:
        self.own = not self.own
        self.consented_to = 0
        # Nobody pays for the company's own; and after the work nobody can be asked any more.
        self.quote_stands = self.quote_stands and not self.own and not done
        if self.signed:  # what was signed for is no longer what it is
            self.signed = self.called_back = False


def has_the_customers_word(ticket: Ticket) -> bool:
    signed, ending = ticket.signatures, ticket.ending
    assert ending is not None
    if ending.outcome is Outcome.REPAIRED:
        return bool(signed.customer or (signed.missing and signed.calls))
    if ending.outcome is Outcome.NO_FAULT_FOUND:
        return bool(signed.calls)
    if ending.outcome is Outcome.TRANSFERRED:
        return ending.transfer is not None
    if ending.outcome is Outcome.WAIVED:
        return len(ending.attempts) >= 3
    if ending.outcome is Outcome.WITHDRAWN:
        return ticket.work.started_at is None
    return True  # they declined, by their link or on the crew's phone


def answer_due(ticket: Ticket) -> datetime:
    """Return the time limit of the case type: the day's end, or three days."""
    start = ticket.intake.received_at.astimezone(ZONE)
    if ticket.answer.case_type is CaseType.PROMISED:
        return start + timedelta(days=3)
    return start.replace(hour=17, minute=30)  # every call comes in on a Monday afternoon
