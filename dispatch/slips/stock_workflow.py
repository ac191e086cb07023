"""The whole life of a stock note: booked, and perhaps reversed. Pure."""

from __future__ import annotations

from dispatch.slips.stock_note import REVERSE, Line
from dispatch.slips.stock_note import StockState as S
from kit.actors import Post
from kit.rights import Grant
from kit.workflow import Opening, Workflow

STORE = (Grant(Post.MATERIALS_DEPARTMENT),)

STOCK = Workflow(
    "stock_note",
    S.NEW,
    Opening("book_stock", S.BOOKED, STORE, "R-22"),
    (Line((S.BOOKED,), REVERSE, S.REVERSED, STORE, "R-23"),),
)
