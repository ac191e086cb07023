"""What the JSON API shows of the steps taken in a life, and whether the record is whole."""

from __future__ import annotations

from api.json.ticket_views import EventView
from api.json.views import View


class PlaceOfFault(View):
    """A place where a record is not what was written: at which event, and how."""

    n: int
    code: str
    message: str


class HistoryView(View):
    """Every step taken, and whether the record is as it was written (R-39)."""

    events: list[EventView]
    sound: bool
    faults: list[PlaceOfFault]
