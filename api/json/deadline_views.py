"""What the JSON API shows of a deadline: when, by which rule, and why, minute by minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import AliasPath, Field

from api.json.views import View
from dispatch.clocks.course import DeadlineKind, DeadlineStatus, Standing
from dispatch.clocks.office_time import TimeKind


def _why(name: str) -> Any:
    return Field(validation_alias=AliasPath("why", name))


def _from(*path: str) -> Any:
    return Field(validation_alias=AliasPath("standing", *path))


class SegmentView(View):
    """A stretch of time, whether it counts and why; ``total`` is what has counted by its end.

    ``name`` is that of a holiday; ``reasons`` are those of a pause, and ``until`` is null while it
    has no end.
    """

    since: datetime
    until: datetime | None
    counted: bool
    why: TimeKind = _why("kind")
    name: str = _why("name")
    name_en: str = _why("name_en")
    reasons: tuple[str, ...] = _why("reasons")
    total: timedelta


@dataclass(frozen=True, slots=True)
class _ShownDeadline:
    kind: DeadlineKind
    standing: Standing


class DeadlineView(View):
    """One deadline of a ticket; ``due_at`` is null while a pause holds it.

    ``limit`` is how much time is allowed by ``rule``. ``breaches`` are the times that passed before
    it was done. ``unpublished`` are years whose holidays were not known when it was promised, so
    that only weekends are off.
    """

    kind: DeadlineKind
    status: DeadlineStatus = _from("status")
    start: datetime = _from("explanation", "start")
    due_at: datetime | None = _from("due_at")
    limit: timedelta = _from("explanation", "limit", "amount")
    value: float = _from("explanation", "limit", "rule", "value")
    unit: str = _from("explanation", "limit", "rule", "unit")
    rule: str = _from("explanation", "limit", "rule", "rule")
    source: str = _from("explanation", "limit", "rule", "source")
    quote: str = _from("explanation", "limit", "rule", "quote")
    breaches: tuple[datetime, ...] = _from("breaches")
    unpublished: tuple[int, ...] = _from("explanation", "unpublished")
    segments: tuple[SegmentView, ...] = _from("explanation", "segments")

    @classmethod
    def of(cls, kind: DeadlineKind, standing: Standing) -> DeadlineView:
        """Return the view of one deadline as it stands."""
        return cls.model_validate(_ShownDeadline(kind, standing))
