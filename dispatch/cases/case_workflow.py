"""The whole life of a case on one screen (R-03, R-04, R-05). Pure."""

from __future__ import annotations

from dispatch.cases import answering as a
from dispatch.cases import notices as n
from dispatch.cases import ownership as o
from dispatch.cases.case import CaseState as S
from dispatch.cases.case import Line
from dispatch.cases.classifying import CLASSIFY, without_ticket
from kit.actors import STAFF_POSTS, Post
from kit.rights import Grant
from kit.workflow import Opening, Workflow

STAFF = tuple(Grant(post) for post in STAFF_POSTS if post is not Post.ADMIN)
OWN = tuple(Grant(grant.post, own=True) for grant in STAFF)
HEADS_IN_ORDER = (Post.MANAGER, Post.TEAM_LEADER, Post.DIRECTOR)
"""Who becomes the owner when the owner's account is closed: the first post that is filled."""
HEADS = tuple(Grant(post) for post in HEADS_IN_ORDER)
DESK = (Grant(Post.RECEPTIONIST), Grant(Post.MANAGER))
COUNTER = (Grant(Post.RECEPTIONIST), *OWN)
PROGRAM = (Grant(Post.SYSTEM),)
OPEN_STATES = (S.OPEN, S.ASKED, S.WAITING)
NOT_ASKED = (S.OPEN, S.WAITING)
ASIDE = True
OWNER = (o.is_owner,)
RECEIVER = (o.waits_for_receiver, o.is_receiver)

# ruff: noqa: E501 - a row of the table stays one line, so that the whole life is on one screen
# fmt: off
CASE = Workflow("case", S.NEW, Opening("open_case", S.OPEN, STAFF, "R-03"), (
    #    from          step            to            who      why     on condition that                   off the usual way
    Line(NOT_ASKED,    a.ANSWER,       S.ANSWERED,   OWN,     "R-03", OWNER),
    Line(OPEN_STATES,  o.ACCEPT,       None,         OWN,     "R-03", RECEIVER),
    Line(OPEN_STATES,  o.DECLINE,      None,         OWN,     "R-03", RECEIVER,                           ASIDE),
    Line(OPEN_STATES,  o.HAND_OVER,    None,         OWN,     "R-03", (*OWNER, o.waits_for_nobody),       ASIDE),
    Line(OPEN_STATES,  o.TAKE_BACK,    None,         OWN,     "R-03", (o.waits_for_receiver, *OWNER),     ASIDE),
    Line(OPEN_STATES,  o.BRING_BACK,   None,         PROGRAM, "R-03", (o.waits_for_receiver,),            ASIDE),
    Line((S.OPEN,),    a.ASK_LEADER,   S.ASKED,      OWN,     "R-03", OWNER,                              ASIDE),
    Line((S.ASKED,),   a.INSTRUCT,     S.OPEN,       HEADS,   "R-03", (a.asked_by_another,)),
    Line(OPEN_STATES,  a.REFER,        S.REFERRED,   OWN,     "R-03", OWNER,                              ASIDE),
    Line(NOT_ASKED,    n.NOTIFY,       S.WAITING,    OWN,     "R-04", OWNER,                              ASIDE),
    Line((S.WAITING,), n.SUPPLEMENT,   S.OPEN,       COUNTER, "R-04"),
    Line(NOT_ASKED,    n.REFUSE,       S.REFUSED,    OWN,     "R-04", OWNER,                              ASIDE),
    Line(OPEN_STATES,  CLASSIFY,       None,         DESK,    "R-05", (without_ticket,),                  ASIDE),
    Line(OPEN_STATES,  o.TAKE_CHARGE,  None,         HEADS,   "R-03", (o.not_the_owner_yet,),             ASIDE),
    Line(OPEN_STATES,  o.FALL_TO_HEAD, None,         PROGRAM, "R-03", (),                                 ASIDE),
))
# fmt: on
