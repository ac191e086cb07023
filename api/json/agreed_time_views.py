"""What the JSON API shows of a time that was agreed, and of what came between."""

from __future__ import annotations

from datetime import datetime

from pydantic import AliasPath, Field

from api.json.views import CitedView, View
from dispatch.appointments.appointment import ToldBy


class AgreedTimeView(View):
    """A time that was agreed, counted by ``n``, and until when it is told that it can't be kept."""

    n: int
    slot: str = Field(validation_alias=AliasPath("slot", "key"))
    begins_at: datetime
    crew: str = Field(validation_alias=AliasPath("slot", "crew"))
    tell_by: datetime
    notice: CitedView
    wait: CitedView


class CannotKeepView(View):
    """The customer was told that a time can't be kept; ``late`` is a breach of the rule."""

    begins_at: datetime
    tell_by: datetime
    told_at: datetime
    told_by: ToldBy
    reason: str
    late: bool


class AttemptView(View):
    """One attempt to reach the customer."""

    at: datetime
    number: str
