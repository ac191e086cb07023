"""The whole life of a leave on one screen (R-20). Pure."""

from __future__ import annotations

from dispatch.roster import leave
from dispatch.roster.leave import LeaveState as S
from dispatch.roster.leave import Line
from kit.actors import STAFF_POSTS, Post
from kit.rights import Grant
from kit.workflow import Opening, Workflow

STAFF = tuple(Grant(post) for post in STAFF_POSTS if post is not Post.ADMIN)
OWN = tuple(Grant(grant.post, own=True) for grant in STAFF)
HEADS = tuple(Grant(post) for post in (Post.TEAM_LEADER, Post.DIRECTOR, Post.MANAGER))
OPEN = (S.ASKED, S.APPROVED)
ASIDE = True

# ruff: noqa: E501 - a row of the table stays one line, so that the whole life is on one screen
# fmt: off
LEAVE = Workflow("leave", S.NEW, Opening("ask_leave", S.ASKED, STAFF, "R-20"), (
    #    from              step             to             who    why     on condition that                           off the usual way
    Line((S.ASKED,),       leave.APPROVE,   S.APPROVED,    HEADS, "R-20", (leave.decided_by_another,)),
    Line((S.ASKED,),       leave.REFUSE,    S.REFUSED,     HEADS, "R-20", (leave.decided_by_another,),                ASIDE),
    Line(OPEN,             leave.CANCEL,    S.CANCELLED,   OWN,   "R-20", (leave.is_asker, leave.leaves_the_post),    ASIDE),
    Line((S.APPROVED,),    leave.TAKE_OVER, S.HANDED_OVER, OWN,   "R-20", (leave.is_stand_in, leave.leaves_the_post)),
    Line((S.HANDED_OVER,), leave.RETURN,    S.RETURNED,    OWN,   "R-20", (leave.is_asker,)),
))
# fmt: on
