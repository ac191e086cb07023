"""The whole life of an appointment, and of a service at home, on one screen (R-12, R-13). Pure."""

from __future__ import annotations

from dispatch.appointments import answer, keeping
from dispatch.appointments.appointment import AppointmentState as S
from dispatch.appointments.booking import Line
from kit.actors import Post
from kit.rights import Grant
from kit.workflow import Opening, Workflow

RECEPTION, LEADER = (Grant(Post.RECEPTIONIST),), (Grant(Post.TEAM_LEADER),)
OFFICE = (*RECEPTION, Grant(Post.MANAGER), *LEADER)
HEADS = (Grant(Post.MANAGER), *LEADER)
FIELD = (Grant(Post.TECHNICIAN, own=True), *LEADER)  # the leader for a phone that is dead
CUSTOMER = (Grant(Post.CUSTOMER, own=True),)
PROGRAM = (Grant(Post.SYSTEM),)

ASKED = (S.REGISTERED,)
AGREED = (S.CONFIRMED,)
OPEN = (S.CONFIRMED, S.CANNOT_KEEP)
STAYS, ASIDE = None, True

# ruff: noqa: E501 - a row of the table stays one line, so that the whole life is on one screen
# fmt: off
KEPT = (
    #    from           step             to              who                   why           on condition that           off the usual way
    Line(AGREED,        keeping.SEND,    STAYS,          LEADER,               "R-12, R-13"),
    Line(AGREED,        keeping.ARRIVE,  S.ARRIVED,      FIELD,                "R-12, R-13"),
    Line((S.ARRIVED,),  keeping.RESULT,  S.DONE,         FIELD,                "R-12, R-13"),
    Line((S.ARRIVED,),  keeping.NO_SHOW, S.WAIVED,       FIELD,                "R-12, R-13", (),                         ASIDE),
    Line(AGREED,        keeping.TELL,    S.CANNOT_KEEP,  OFFICE,               "R-12, R-13", (),                         ASIDE),
    Line(OPEN,          keeping.MOVE,    S.CONFIRMED,    (*OFFICE, *CUSTOMER), "R-12, R-13", (),                         ASIDE),
    Line(OPEN,          keeping.CANCEL,  S.CANCELLED,    (*OFFICE, *CUSTOMER), "R-12, R-13", (),                         ASIDE),
)
APPOINTMENT = Workflow("appointment", S.NEW, Opening("book_appointment", S.CONFIRMED, RECEPTION, "R-12"), KEPT)
HOME_SERVICE = Workflow("home_service", S.NEW, Opening("register_home_service", S.REGISTERED, RECEPTION, "R-13, R-07"), (
    Line(ASKED,         answer.AGREE,    S.CONFIRMED,    OFFICE,               "R-13"),
    Line(ASKED,         answer.DECLINE,  S.DECLINED,     HEADS,                "R-13",       (),                         ASIDE),
    Line(ASKED,         keeping.CANCEL,  S.CANCELLED,    (*OFFICE, *CUSTOMER), "R-13",       (),                         ASIDE),
    Line(ASKED,         answer.MISS_HOME_ANSWER, STAYS,       PROGRAM,              "R-13",       (answer.not_missed_yet,)),
    *KEPT,
))
# fmt: on
