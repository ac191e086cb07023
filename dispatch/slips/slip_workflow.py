"""The whole life of a material slip on one screen (R-22, R-23). Pure."""

from __future__ import annotations

from dispatch.slips import slip_steps as slip
from dispatch.slips.slip import Line
from dispatch.slips.slip import SlipState as S
from kit.actors import Post
from kit.rights import Grant
from kit.workflow import Opening, Workflow

ASKERS = (Grant(Post.TECHNICIAN), Grant(Post.TEAM_LEADER))
OWN = tuple(Grant(grant.post, own=True) for grant in ASKERS)
MANAGER, CLERK = (Grant(Post.MANAGER),), (Grant(Post.MATERIALS_CLERK),)
COMPANY, STORE = (Grant(Post.COMPANY_MANAGER),), (Grant(Post.MATERIALS_DEPARTMENT),)
NOT_ISSUED = (S.ASKED, S.SIGNED, S.REPORTED, S.APPROVED, S.SENT_BACK)
GIVEN_OUT = (S.ISSUED, S.CLOSED)  # closed: the work was sent back, and used less than before
ASIDE = True

# ruff: noqa: E501 - a row of the table stays one line, so that the whole life is on one screen
# fmt: off
SLIP = Workflow("material_slip", S.NEW, Opening("ask_material", S.ASKED, ASKERS, "R-22"), (
    #    from            step               to            who      why    on condition that  off the usual way
    Line((S.ASKED,),     slip.SIGN,         S.SIGNED,     MANAGER, "R-22"),
    Line((S.SIGNED,),    slip.REPORT,       S.REPORTED,   CLERK,   "R-22"),
    Line((S.REPORTED,),  slip.APPROVE,      S.APPROVED,   COMPANY, "R-22"),
    Line((S.APPROVED,),  slip.ISSUE,        S.ISSUED,     STORE,   "R-22"),
    Line(GIVEN_OUT,      slip.COUNT,        S.COUNTED,    CLERK,   "R-23"),
    Line((S.COUNTED,),   slip.CLOSE,        S.CLOSED,     STORE,   "R-23"),
    Line((S.COUNTED,),   slip.REFUSE_COUNT, S.ISSUED,     STORE,   "R-23", (),                ASIDE),
    Line((S.ASKED,),     slip.SEND_BACK,    S.SENT_BACK,  MANAGER, "R-22", (),                ASIDE),
    Line((S.SIGNED,),    slip.SEND_BACK,    S.SENT_BACK,  CLERK,   "R-22", (),                ASIDE),
    Line((S.REPORTED,),  slip.SEND_BACK,    S.SENT_BACK,  COMPANY, "R-22", (),                ASIDE),
    Line((S.APPROVED,),  slip.SEND_BACK,    S.SENT_BACK,  STORE,   "R-22", (),                ASIDE),
    Line((S.SENT_BACK,), slip.CORRECT,      S.ASKED,      OWN,     "R-22", (),                ASIDE),
    Line(NOT_ISSUED,     slip.WITHDRAW,     S.WITHDRAWN,  OWN,     "R-22", (),                ASIDE),
))
# fmt: on
