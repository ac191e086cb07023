"""The whole life of one who waits, on one screen (R-09). Pure."""

from __future__ import annotations

from dispatch.queue import waiter
from dispatch.queue.waiter import Line
from dispatch.queue.waiter import WaiterState as S
from kit.actors import Post
from kit.rights import Grant
from kit.workflow import Opening, Workflow

DESK = (Grant(Post.RECEPTIONIST),)
HERE = (S.WAITING, S.CALLED)
ASIDE = True

# fmt: off
WAITER = Workflow("waiter", S.NEW, Opening("join_queue", S.WAITING, DESK, "R-09"), (
    #    from           step                   to        who   why     on condition that  aside
    Line((S.WAITING,),  waiter.CALL_UP,        S.CALLED, DESK, "R-09"),
    Line((S.CALLED,),   waiter.FINISH_SERVING, S.SERVED, DESK, "R-09"),
    Line(HERE,          waiter.LEAVE_QUEUE,    S.LEFT,   DESK, "R-09", (),                ASIDE),
))
# fmt: on
