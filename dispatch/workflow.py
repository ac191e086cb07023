"""The whole life of a repair: one table of steps (R-15), and the one function that reads it.

Nothing else changes a ticket's state, and every button on every screen comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch import effects as then
from dispatch import guards as g
from dispatch.commands import Command, Content, Given, read_content
from dispatch.guards import Guard, Refusal
from dispatch.model import State as S  # noqa: N817 - a column of the table, not of words
from dispatch.model import Ticket
from dispatch.rules import DispatchRules
from kit.actors import STAFF_POSTS, Actor, Post
from kit.errors import Forbidden, NotFound, OutOfOrder


@dataclass(frozen=True, slots=True)
class Who:
    """Who may take a step: a post, and whether it must be this ticket's own person."""

    post: Post
    named: bool = False

    def admits(self, actor: Actor, ticket: Ticket) -> bool:
        """Whether this actor may take the step on this ticket."""
        return actor.post is self.post and (not self.named or ticket.names(actor))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table; ``to`` None: the state stays. ``cites`` is what asks for the step."""

    sources: tuple[S, ...]
    command: str
    to: S | None
    who: tuple[Who, ...]
    then: then.Effect
    cites: str
    guards: tuple[Guard, ...]


ANYONE = tuple(
    Who(post) for post in (*STAFF_POSTS, Post.CUSTOMER, Post.SYSTEM) if post is not Post.ADMIN
)
RECEPTION, MANAGER = (Who(Post.RECEPTIONIST),), (Who(Post.MANAGER),)
LEADER, DIRECTOR = (Who(Post.TEAM_LEADER),), (Who(Post.DIRECTOR),)
OFFICE = RECEPTION + MANAGER
CREW = (Who(Post.TECHNICIAN, named=True),)
CUSTOMER = (Who(Post.CUSTOMER, named=True), *CREW)  # by their link, or on the technician's phone
SIGNER = (*CUSTOMER, Who(Post.OPERATOR))
PROGRAM = (Who(Post.SYSTEM),)

CREW_OPEN = (S.ISSUED, S.ASSIGNED, S.EN_ROUTE)
BEFORE_SITE = (S.LOGGED, *CREW_OPEN)
AT_SITE = (S.ON_SITE, S.WORKING)
REPORTED = (S.WORK_DONE, S.CUSTOMER_SIGNED)
TO_LEADER = (S.CUSTOMER_SIGNED, S.DECLINED)
TO_ARCHIVE = (S.DIRECTOR_SIGNED, S.WITHDRAWN)
UNSIGNED = (*BEFORE_SITE, *AT_SITE, *REPORTED)  # by the leader: it can still wait for telemetry
STAYS = None

# ruff: noqa: E501 - a row of the table stays one line, so that the whole life is on one screen
# fmt: off
TABLE: tuple[Step, ...] = (
    #    from                command               to                 who        what follows             why           on condition that
    Step((S.NEW,),           "log",                S.LOGGED,          ANYONE,    then.nothing,            "R-01",       (g.own_channel,)),
    Step((S.LOGGED,),        "issue",              S.ISSUED,          MANAGER,   then.issue,              "R-15, R-02", ()),
    Step(CREW_OPEN,          "assign",             S.ASSIGNED,        LEADER,    then.assign,             "R-15",       ()),
    Step((S.ASSIGNED,),      "depart",             S.EN_ROUTE,        CREW,      then.depart,             "R-15",       ()),
    Step((S.EN_ROUTE,),      "arrive",             S.ON_SITE,         CREW,      then.arrive,             "R-11",       ()),
    Step(AT_SITE,            "assign",             STAYS,             LEADER,    then.relieve,            "R-20",       ()),
    Step(AT_SITE,            "quote_fee",          STAYS,             CREW,      then.quote_fee,          "R-14",       (g.has_customer,)),
    Step(AT_SITE,            "consent",            STAYS,             CUSTOMER,  then.consent,            "R-14",       (g.has_customer, g.quoted, g.not_agreed_yet)),
    Step((S.ON_SITE,),       "decline",            S.DECLINED,        CUSTOMER,  then.decline,            "R-14",       (g.has_customer,)),
    Step((S.ON_SITE,),       "start_work",         S.WORKING,         CREW,      then.start_work,         "R-14",       (g.fee_agreed,)),
    Step((S.WORKING,),       "report_flow_test",   STAYS,             CREW,      then.flow_test,          "R-16",       ()),
    Step((S.WORKING,),       "finish_work",        S.WORK_DONE,       CREW,      then.finish_work,        "R-16, R-24", (g.fee_agreed, g.flow_test_passed)),
    Step((S.WORK_DONE,),     "customer_sign",      S.CUSTOMER_SIGNED, SIGNER,    then.customer_sign,      "R-16",       (g.right_signer,)),
    Step(TO_LEADER,          "leader_sign",        S.LEADER_SIGNED,   LEADER,    then.leader_sign,        "R-15",       (g.telemetry_back,)),
    Step((S.LEADER_SIGNED,), "director_sign",      S.DIRECTOR_SIGNED, DIRECTOR,  then.director_sign,      "R-15",       ()),
    Step(TO_ARCHIVE,         "archive",            S.ARCHIVED,        RECEPTION, then.archive,            "R-15",       ()),
    Step(REPORTED,           "send_back",          S.WORKING,         LEADER,    then.send_back,          "R-16",       ()),
    Step((S.LEADER_SIGNED,), "send_back",          S.WORKING,         DIRECTOR,  then.send_back,          "R-16",       (g.was_worked_on,)),
    Step(BEFORE_SITE,        "withdraw",           S.WITHDRAWN,       OFFICE,    then.withdraw,           "R-03, R-33", (g.telemetry_back,)),
    Step(BEFORE_SITE,        "miss_arrival",       STAYS,             PROGRAM,   then.miss_arrival,       "R-11",       (g.not_yet_missed,)),
    Step(UNSIGNED,           "telemetry_returned", STAYS,             PROGRAM,   then.telemetry_returned, "R-33",       (g.from_alarm, g.waits_for_telemetry)),
    Step(UNSIGNED,           "telemetry_relapsed", STAYS,             PROGRAM,   then.telemetry_relapsed, "R-33",       (g.from_alarm,)),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command does: the ticket as it will stand, the step taken, and what was said."""

    before: Ticket
    after: Ticket
    step: Step
    content: Content


@dataclass(frozen=True, slots=True)
class Blocked:
    """A step that is this actor's to take, and the reasons that stand in its way."""

    step: Step
    reasons: tuple[Refusal, ...]


def decide(
    ticket: Ticket, command: Command, actor: Actor, now: datetime, rules: DispatchRules
) -> Decision:
    """Return what the command does to the ticket; change nothing.

    Raises ``NotFound`` for an unknown command, ``Forbidden`` for the wrong person, ``OutOfOrder``
    in the wrong state or while a condition is not met (with what is allowed now), and ``Invalid``
    with every fault of what was typed.
    """
    step = _find_step(ticket, command.name, actor)
    if reasons := _reasons(step, ticket, actor):
        raise _refused(reasons, step, ticket, actor)
    content = read_content(command, Given(ticket, actor, now, rules))
    after = step.then(ticket, content, actor, now)
    after = replace(after, state=step.to or ticket.state, version=ticket.version + 1)
    return Decision(ticket, after, step, content)


def allowed(ticket: Ticket, actor: Actor) -> list[Step]:
    """Return the steps that this actor can take now: the buttons, in the order of the table."""
    return [step for step in _theirs_now(ticket, actor) if not _reasons(step, ticket, actor)]


def blocked(ticket: Ticket, actor: Actor) -> list[Blocked]:
    """Return the steps that would be this actor's now, but for conditions not met yet.

    A step that is moot (no fee at the company's own station, say) is not one of them.
    """
    found = [(step, _reasons(step, ticket, actor)) for step in _theirs_now(ticket, actor)]
    return [
        Blocked(step, reasons)
        for step, reasons in found
        if reasons and not any(reason.moot for reason in reasons)
    ]


def expected(ticket: Ticket) -> list[Step]:
    """Return every step of people that the table gives in this state, whoever may take it."""
    return [s for s in TABLE if ticket.state in s.sources and s.who != PROGRAM]


def _theirs_now(ticket: Ticket, actor: Actor) -> list[Step]:
    return [step for step in TABLE if ticket.state in step.sources and _admits(step, ticket, actor)]


def _admits(step: Step, ticket: Ticket, actor: Actor) -> bool:
    return any(who.admits(actor, ticket) for who in step.who)


def _reasons(step: Step, ticket: Ticket, actor: Actor) -> tuple[Refusal, ...]:
    return tuple(found for guard in step.guards if (found := guard(ticket, actor)))


def _find_step(ticket: Ticket, name: str, actor: Actor) -> Step:
    steps = [step for step in TABLE if step.command == name]
    if not steps:
        raise NotFound("unknown_command", f"there is no step {name!r}", command=name)
    theirs = [step for step in steps if _admits(step, ticket, actor)]
    if not theirs:
        raise Forbidden(
            "not_your_step",
            f"{name} is not for {actor.post} to do on this ticket (R-40)",
            command=name,
            post=str(actor.post),
        )
    for step in theirs:
        if ticket.state in step.sources:
            return step
    raise _out_of_order(
        "not_in_this_state",
        f"{name} is not possible while the ticket is {ticket.state}",
        ticket,
        actor,
    )


def _refused(
    reasons: tuple[Refusal, ...], step: Step, ticket: Ticket, actor: Actor
) -> Forbidden | OutOfOrder:
    for reason in reasons:
        if reason.forbids:
            return Forbidden(reason.code, reason.message, command=step.command, post=actor.post)
    return _out_of_order(
        reasons[0].code, "; ".join(reason.message for reason in reasons), ticket, actor
    )


def _out_of_order(code: str, message: str, ticket: Ticket, actor: Actor) -> OutOfOrder:
    return OutOfOrder(
        code,
        message,
        allowed=[step.command for step in allowed(ticket, actor)],
        state=str(ticket.state),
        expected=[
            {"command": step.command, "who": [str(who.post) for who in step.who]}
            for step in expected(ticket)
        ],
    )
