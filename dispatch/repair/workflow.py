"""The whole life of a repair on one screen (R-15). Pure.

``kit.workflow`` reads this table; nothing else changes a ticket's state, and every button on every
screen comes from it. Each step is defined in the module of its phase.
"""

from __future__ import annotations

from dispatch.repair import (
    answer,
    arrival,
    attempts,
    completion,
    crew,
    facility,
    fee,
    material_use,
    order,
    other_ends,
    signoff,
    telemetry,
    unsigned,
    waiting,
    work,
)
from dispatch.repair.context import Line, Workflow
from dispatch.repair.intake import own_channel
from dispatch.repair.ticket import State as S  # noqa: N817 - a column of the table, not of words
from kit.actors import STAFF_POSTS, Post
from kit.rights import Grant
from kit.workflow import Opening

ANYONE = tuple(
    Grant(post) for post in (*STAFF_POSTS, Post.CUSTOMER, Post.SYSTEM) if post is not Post.ADMIN
)
RECEPTION, MANAGER = (Grant(Post.RECEPTIONIST),), (Grant(Post.MANAGER),)
LEADER, DIRECTOR = (Grant(Post.TEAM_LEADER),), (Grant(Post.DIRECTOR),)
HEADS = LEADER + MANAGER
OFFICE = RECEPTION + MANAGER
TECHNICIAN = Grant(Post.TECHNICIAN, own=True)
CREW = (TECHNICIAN, *LEADER)  # the leader enters for them afterwards, and says so
AT_HAND = (*HEADS, TECHNICIAN)
CUSTOMER = (Grant(Post.CUSTOMER, own=True), *CREW)  # by their link, or on the technician's phone
SIGNER = (*CUSTOMER, Grant(Post.OPERATOR))
CALLER = (*OFFICE, Grant(Post.COMPLAINTS_OFFICER))
PROGRAM = (Grant(Post.SYSTEM),)

CREW_OPEN = (S.ISSUED, S.ASSIGNED, S.EN_ROUTE)
BEFORE_SITE = (S.LOGGED, *CREW_OPEN)
AT_SITE = (S.ON_SITE, S.WORKING)
IN_HAND = (S.ASSIGNED, S.EN_ROUTE, *AT_SITE)
NOT_DONE = (*BEFORE_SITE, *AT_SITE, S.WAITING)
NO_ONE_THERE = (*BEFORE_SITE, S.WAITING)
DONE, HEARD = (S.WORK_DONE, S.UNSIGNED), (S.UNSIGNED, S.NO_FAULT_FOUND)
REPORTED = (*DONE, S.CUSTOMER_SIGNED)
NO_REPAIR = (S.DECLINED, S.NO_FAULT_FOUND, S.TRANSFERRED, S.WAIVED)
TO_LEADER = (S.CUSTOMER_SIGNED, S.UNSIGNED, *NO_REPAIR)
WITHOUT_CREW = (*NO_ONE_THERE, *DONE)
TO_ARCHIVE = (S.DIRECTOR_SIGNED, S.WITHDRAWN)
UNANSWERED = (*NOT_DONE, *DONE)
BEFORE_LEADER = (*NOT_DONE, *REPORTED, *NO_REPAIR)  # it can still wait for telemetry
OPEN = tuple(state for state in S if state not in (S.NEW, S.ARCHIVED))
STAYS, ASIDE = None, True
CALLED_BACK = (fee.has_customer, attempts.not_of_the_crew)

# ruff: noqa: E501 - a row of the table stays one line, so that the whole life is on one screen
# fmt: off
REPAIR = Workflow("repair", S.NEW, Opening("log", S.LOGGED, ANYONE, "R-01", (own_channel,)), (
    #    from                step                           to                 who        why           on condition that                                        off the usual way
    Line((S.LOGGED,),        order.ISSUE,                   S.ISSUED,          MANAGER,   "R-15, R-02"),
    Line(CREW_OPEN,          crew.ASSIGN,                   S.ASSIGNED,        LEADER,    "R-15"),
    Line((S.ASSIGNED,),      crew.DEPART,                   S.EN_ROUTE,        CREW,      "R-15"),
    Line((S.EN_ROUTE,),      arrival.ARRIVE,                S.ON_SITE,         CREW,      "R-11"),
    Line(AT_SITE,            crew.ASSIGN,                   STAYS,             LEADER,    "R-20"),
    Line(AT_SITE,            fee.QUOTE_FEE,                 STAYS,             CREW,      "R-14",       (fee.has_customer,)),
    Line(AT_SITE,            fee.CONSENT,                   STAYS,             CUSTOMER,  "R-14",       (fee.has_customer, fee.quoted, fee.not_agreed_yet)),
    Line(AT_SITE,            fee.DECLINE,                   S.DECLINED,        CUSTOMER,  "R-14",       (fee.has_customer,),                                     ASIDE),
    Line((S.ON_SITE,),       work.START_WORK,               S.WORKING,         CREW,      "R-14, R-16", (fee.fee_agreed,)),
    Line((S.WORKING,),       work.CLASSIFY_WORK,            STAYS,             CREW,      "R-16, R-17", (),                                                      ASIDE),
    Line((S.WORKING,),       completion.REPORT_FLOW_TEST,   STAYS,             CREW,      "R-16"),
    Line((S.WORKING,),       completion.FINISH_WORK,        S.WORK_DONE,       CREW,      "R-16, R-17, R-24", (fee.fee_agreed, completion.flow_test_passed)),
    Line(DONE,               signoff.CUSTOMER_SIGN,         S.CUSTOMER_SIGNED, SIGNER,    "R-16",       (signoff.right_signer,)),
    Line(TO_LEADER,          signoff.LEADER_SIGN,           S.LEADER_SIGNED,   LEADER,    "R-15, R-23", (unsigned.customer_heard, telemetry.telemetry_back, material_use.material_accounted)),
    Line((S.WORK_DONE,),     signoff.LEADER_SIGN,           S.LEADER_SIGNED,   LEADER,    "R-15, R-23", (signoff.nobody_before_leader, telemetry.telemetry_back, material_use.material_accounted)),
    Line((S.LEADER_SIGNED,), signoff.DIRECTOR_SIGN,         S.DIRECTOR_SIGNED, DIRECTOR,  "R-15"),
    Line(TO_ARCHIVE,         order.ARCHIVE,                 S.ARCHIVED,        RECEPTION, "R-15, R-23", (material_use.material_accounted,)),
    # whose it is, and by when somebody comes, when it was not known before
    Line(BEFORE_SITE,        arrival.STATE_ARRIVAL,         STAYS,             OFFICE,    "R-11",       (arrival.no_time_yet,)),
    Line(AT_SITE,            facility.CORRECT_FACILITY,     STAYS,             AT_HAND,   "R-14, R-16", (),                                                      ASIDE),
    Line(WITHOUT_CREW,       facility.CORRECT_FACILITY,     STAYS,             HEADS,     "R-14, R-16", (),                                                      ASIDE),
    Line((S.CUSTOMER_SIGNED,), facility.CORRECT_FACILITY,   S.WORK_DONE,       HEADS,     "R-14, R-16", (),                                                      ASIDE),
    Line(UNANSWERED,         answer.CLASSIFY,               STAYS,             OFFICE,    "R-05, R-06", (answer.waits_for_answer,),                              ASIDE),
    # what stops it for a while
    Line(AT_SITE,            waiting.CUSTOMER_ABSENT,       S.WAITING,         CREW,      "R-12",       (fee.has_customer,),                                     ASIDE),
    Line(IN_HAND,            waiting.AWAIT_PART,            S.WAITING,         CREW,      "R-22",       (),                                                      ASIDE),
    Line(IN_HAND,            waiting.NO_ACCESS,             S.WAITING,         CREW,      "R-11",       (),                                                      ASIDE),
    Line(BEFORE_SITE,        waiting.CUSTOMER_DEFERS,       S.WAITING,         CUSTOMER + RECEPTION, "R-12", (fee.has_customer,),                                ASIDE),
    Line(AT_SITE,            waiting.CUSTOMER_DEFERS,       S.WAITING,         CUSTOMER,  "R-12",       (fee.has_customer,),                                     ASIDE),
    Line((S.WAITING,),       waiting.RESUME,                S.ASSIGNED,        CREW,      "R-12",       (order.issued, crew.crew_named)),
    Line((S.WAITING,),       order.ISSUE,                   STAYS,             MANAGER,   "R-02",       (order.not_issued_yet,)),
    Line((S.WAITING,),       crew.ASSIGN,                   STAYS,             LEADER,    "R-20",       (order.issued,)),
    Line((S.WAITING,),       waiting.OVERRUN,               STAYS,             PROGRAM,   "R-12",       (waiting.not_yet_overran,)),
    # other ends, and who speaks for a customer who does not sign
    Line(AT_SITE,            other_ends.NO_FAULT_FOUND,     S.NO_FAULT_FOUND,  CREW,      "R-16",       (),                                                      ASIDE),
    Line(NOT_DONE,           other_ends.TRANSFER,           S.TRANSFERRED,     OFFICE + LEADER, "R-03", (),                                                      ASIDE),
    Line((S.WAITING,),       other_ends.WAIVE,              S.WAIVED,          CALLER,    "R-12",       (*CALLED_BACK, other_ends.waits_for_customer),           ASIDE),
    Line((S.WORK_DONE,),     unsigned.RECORD_UNSIGNED,      S.UNSIGNED,        CREW,      "R-16",       (fee.has_customer,),                                     ASIDE),
    Line(HEARD,              unsigned.CALL_BACK,            STAYS,             CALLER,    "R-16",       CALLED_BACK),
    Line(REPORTED,           work.SEND_BACK,                S.WORKING,         LEADER,    "R-16",       (),                                                      ASIDE),
    Line((S.LEADER_SIGNED,), work.SEND_BACK,                S.WORKING,         DIRECTOR,  "R-16",       (work.was_worked_on,),                                   ASIDE),
    Line(NO_REPAIR,          other_ends.TAKE_UP_AGAIN,      S.ISSUED,          LEADER,    "R-03",       (order.issued,),                                         ASIDE),
    Line((S.LEADER_SIGNED,), other_ends.TAKE_UP_AGAIN,      S.ISSUED,          DIRECTOR,  "R-03",       (order.issued, other_ends.ended_otherwise),              ASIDE),
    Line(NO_ONE_THERE,       order.WITHDRAW,                S.WITHDRAWN,       OFFICE,    "R-03, R-33", (order.not_begun, telemetry.telemetry_back),             ASIDE),
    # what the program sees by itself
    Line(NO_ONE_THERE,       arrival.MISS_ARRIVAL,          STAYS,             PROGRAM,   "R-11",       (arrival.not_yet_missed,)),
    Line(UNANSWERED,         answer.MISS_ANSWER,            STAYS,             PROGRAM,   "R-06",       (answer.not_yet_missed,)),
    Line(OPEN,               material_use.MATERIAL_MOVED,   STAYS,             PROGRAM,   "R-22, R-23"),
    Line(BEFORE_LEADER,      telemetry.TELEMETRY_RETURNED,  STAYS,             PROGRAM,   "R-33",       (telemetry.from_alarm, telemetry.waits_for_telemetry)),
    Line(BEFORE_LEADER,      telemetry.TELEMETRY_RELAPSED,  STAYS,             PROGRAM,   "R-33",       (telemetry.from_alarm,)),
))
# fmt: on
