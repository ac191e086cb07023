"""The whole life of a repair on one screen (R-15). Pure.

``kit.workflow`` reads this table; nothing else changes a ticket's state, and every button on every
screen comes from it. Each step is defined in the module of its phase.
"""

from __future__ import annotations

from dispatch.repair import (
    answer,
    arrival,
    crew,
    facility,
    fee,
    material_use,
    order,
    signoff,
    telemetry,
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
CREW = (Grant(Post.TECHNICIAN, own=True),)
AT_HAND = HEADS + CREW
CUSTOMER = (Grant(Post.CUSTOMER, own=True), *CREW)  # by their link, or on the technician's phone
SIGNER = (*CUSTOMER, Grant(Post.OPERATOR))
PROGRAM = (Grant(Post.SYSTEM),)

CREW_OPEN = (S.ISSUED, S.ASSIGNED, S.EN_ROUTE)
BEFORE_SITE = (S.LOGGED, *CREW_OPEN)
AT_SITE = (S.ON_SITE, S.WORKING)
WITHOUT_CREW = (*BEFORE_SITE, S.WORK_DONE)
REPORTED = (S.WORK_DONE, S.CUSTOMER_SIGNED)
TO_LEADER = (S.CUSTOMER_SIGNED, S.DECLINED)
TO_ARCHIVE = (S.DIRECTOR_SIGNED, S.WITHDRAWN)
UNANSWERED = (*BEFORE_SITE, *AT_SITE, S.WORK_DONE)
UNSIGNED = (*BEFORE_SITE, *AT_SITE, *REPORTED)  # by the leader: it can still wait for telemetry
OPEN = tuple(state for state in S if state not in (S.NEW, S.ARCHIVED))
STAYS, ASIDE = None, True

# ruff: noqa: E501 - a row of the table stays one line, so that the whole life is on one screen
# fmt: off
REPAIR = Workflow("repair", S.NEW, Opening("log", S.LOGGED, ANYONE, "R-01", (own_channel,)), (
    #    from                step                          to                 who        why           on condition that                                        off the usual way
    Line((S.LOGGED,),        order.ISSUE,                  S.ISSUED,          MANAGER,   "R-15, R-02"),
    Line(BEFORE_SITE,        arrival.STATE_ARRIVAL,        STAYS,             OFFICE,    "R-11",       (arrival.no_time_yet,)),
    Line(CREW_OPEN,          crew.ASSIGN,                  S.ASSIGNED,        LEADER,    "R-15"),
    Line((S.ASSIGNED,),      crew.DEPART,                  S.EN_ROUTE,        CREW,      "R-15"),
    Line((S.EN_ROUTE,),      arrival.ARRIVE,               S.ON_SITE,         CREW,      "R-11"),
    Line(AT_SITE,            crew.ASSIGN,                  STAYS,             LEADER,    "R-20"),
    Line(AT_SITE,            fee.QUOTE_FEE,                STAYS,             CREW,      "R-14",       (fee.has_customer,)),
    Line(AT_SITE,            fee.CONSENT,                  STAYS,             CUSTOMER,  "R-14",       (fee.has_customer, fee.quoted, fee.not_agreed_yet)),
    Line((S.ON_SITE,),       fee.DECLINE,                  S.DECLINED,        CUSTOMER,  "R-14",       (fee.has_customer,),                                     ASIDE),
    Line((S.ON_SITE,),       work.START_WORK,              S.WORKING,         CREW,      "R-14",       (fee.fee_agreed,)),
    Line((S.WORKING,),       work.REPORT_FLOW_TEST,        STAYS,             CREW,      "R-16"),
    Line((S.WORKING,),       work.FINISH_WORK,             S.WORK_DONE,       CREW,      "R-16, R-24", (fee.fee_agreed, work.flow_test_passed)),
    Line((S.WORK_DONE,),     signoff.CUSTOMER_SIGN,        S.CUSTOMER_SIGNED, SIGNER,    "R-16",       (signoff.right_signer,)),
    Line(TO_LEADER,          signoff.LEADER_SIGN,          S.LEADER_SIGNED,   LEADER,    "R-15, R-23", (telemetry.telemetry_back, material_use.material_accounted)),
    Line((S.WORK_DONE,),     signoff.LEADER_SIGN,          S.LEADER_SIGNED,   LEADER,    "R-15, R-23", (signoff.nobody_before_leader, telemetry.telemetry_back, material_use.material_accounted)),
    Line((S.LEADER_SIGNED,), signoff.DIRECTOR_SIGN,        S.DIRECTOR_SIGNED, DIRECTOR,  "R-15"),
    Line(TO_ARCHIVE,         order.ARCHIVE,                S.ARCHIVED,        RECEPTION, "R-15, R-23", (material_use.material_accounted,)),
    Line(AT_SITE,            facility.CORRECT_FACILITY,    STAYS,             AT_HAND,   "R-14, R-16", (),                                                      ASIDE),
    Line(WITHOUT_CREW,       facility.CORRECT_FACILITY,    STAYS,             HEADS,     "R-14, R-16", (),                                                      ASIDE),
    Line((S.CUSTOMER_SIGNED,), facility.CORRECT_FACILITY,  S.WORK_DONE,       HEADS,     "R-14, R-16", (),                                                      ASIDE),
    Line(REPORTED,           work.SEND_BACK,               S.WORKING,         LEADER,    "R-16",       (),                                                      ASIDE),
    Line((S.LEADER_SIGNED,), work.SEND_BACK,               S.WORKING,         DIRECTOR,  "R-16",       (work.was_worked_on,),                                   ASIDE),
    Line(BEFORE_SITE,        order.WITHDRAW,               S.WITHDRAWN,       OFFICE,    "R-03, R-33", (telemetry.telemetry_back,),                             ASIDE),
    Line(BEFORE_SITE,        arrival.MISS_ARRIVAL,         STAYS,             PROGRAM,   "R-11",       (arrival.not_yet_missed,)),
    Line(UNANSWERED,         answer.CLASSIFY,              STAYS,             OFFICE,    "R-05, R-06", (answer.waits_for_answer,),                              ASIDE),
    Line(UNANSWERED,         answer.MISS_ANSWER,           STAYS,             PROGRAM,   "R-06",       (answer.not_yet_missed,)),
    Line(OPEN,               material_use.MATERIAL_MOVED,  STAYS,             PROGRAM,   "R-22, R-23"),
    Line(UNSIGNED,           telemetry.TELEMETRY_RETURNED, STAYS,             PROGRAM,   "R-33",       (telemetry.from_alarm, telemetry.waits_for_telemetry)),
    Line(UNSIGNED,           telemetry.TELEMETRY_RELAPSED, STAYS,             PROGRAM,   "R-33",       (telemetry.from_alarm,)),
))
# fmt: on
