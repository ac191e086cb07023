"""The whole life of a call-out on one screen (R-19). Pure."""

from __future__ import annotations

from dispatch.roster import call_out_steps as call_out
from dispatch.roster.call_out import CallOutState as S
from dispatch.roster.call_out_steps import Line
from kit.actors import STAFF_POSTS, Post
from kit.rights import Grant
from kit.workflow import Opening, Workflow

HEADS = tuple(Grant(post) for post in (Post.TEAM_LEADER, Post.DIRECTOR, Post.MANAGER))
OFFICE = (*HEADS, Grant(Post.RECEPTIONIST))  # who telephones enters what they heard
PROGRAM = (Grant(Post.SYSTEM),)
CALLED = (
    *OFFICE,
    *(Grant(post, own=True) for post in STAFF_POSTS if Grant(post) not in OFFICE and post is not Post.ADMIN),
)  # fmt: skip
OPEN = (S.CALLING, S.UNANSWERED)
STAYS, ASIDE = None, True

# ruff: noqa: E501 - a row of the table stays one line, so that the whole life is on one screen
# fmt: off
CALL_OUT = Workflow("call_out", S.NEW, Opening("call_out", S.CALLING, (*HEADS, *PROGRAM), "R-19, R-18"), (
    #    from             step                   to            who                 why     on condition that   off the usual way
    Line(OPEN,            call_out.ACCEPT,       S.ACCEPTED,   CALLED,             "R-19"),
    Line((S.CALLING,),    call_out.DECLINE,      STAYS,        CALLED,             "R-19"),
    Line((S.CALLING,),    call_out.NO_ANSWER,    STAYS,        OFFICE,             "R-19"),
    Line((S.CALLING,),    call_out.NOT_REACHED,  STAYS,        OFFICE,             "R-19"),
    Line((S.CALLING,),    call_out.CALL_NEXT,    STAYS,        PROGRAM,            "R-19"),
    Line((S.CALLING,),    call_out.RUN_OUT,      S.UNANSWERED, PROGRAM,            "R-19", (),                ASIDE),
    Line((S.UNANSWERED,), call_out.CALL_AGAIN,   S.CALLING,    HEADS,              "R-19", (),                ASIDE),
    Line(OPEN,            call_out.STOP,         S.STOPPED,    (*HEADS, *PROGRAM), "R-19", (),                ASIDE),
))
# fmt: on
