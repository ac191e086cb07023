"""Slots that can be booked: weekly templates of each office's crews, and their places. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class SlotTemplate:
    """What one crew of an office offers every week: ``capacity`` visits that begin at one time.

    ``weekday`` is 1 for Monday to 7 for Sunday, ``begins`` the company's own time of day. A slot
    that ends after midnight belongs to the day on which it begins.
    """

    id: str
    office_id: str
    office_name: str
    crew: str
    weekday: int
    begins: time
    minutes: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Slot:
    """One template on one day: its beginning is the time that is agreed with a customer."""

    template_id: str
    day: date
    office_id: str
    office_name: str
    crew: str
    begins_at: datetime
    ends_at: datetime

    @property
    def key(self) -> str:
        """The text by which a form names this slot."""
        return f"{self.template_id}@{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A slot, how many visits it takes and how many are booked.

    ``taken`` may be above ``capacity``: what was booked before the capacity was reduced stays.
    """

    slot: Slot
    capacity: int
    taken: int

    @property
    def free(self) -> int:
        """How many more can be booked."""
        return max(self.capacity - self.taken, 0)


def read_key(key: str) -> tuple[str, date] | None:
    """Return the template's id and the day that a slot's key names; None for any other text."""
    template_id, at, day = key.strip().rpartition("@")
    try:
        return (template_id, date.fromisoformat(day)) if at and template_id else None
    except ValueError:
        return None


def slot_on(template: SlotTemplate, day: date, zone: tzinfo) -> Slot | None:
    """Return the template's slot on this day; None on another weekday than its own."""
    if day.isoweekday() != template.weekday:
        return None
    begins = datetime.combine(day, template.begins, tzinfo=zone).astimezone(UTC)
    return Slot(
        template_id=template.id,
        day=day,
        office_id=template.office_id,
        office_name=template.office_name,
        crew=template.crew,
        begins_at=begins,
        ends_at=begins + timedelta(minutes=template.minutes),
    )


def slots_of(
    templates: Iterable[SlotTemplate], first: date, days: int, zone: tzinfo
) -> Iterator[Slot]:
    """Yield every slot of these days, the earliest first."""
    found = (
        slot_on(template, first + timedelta(days=n), zone)
        for template in templates
        for n in range(days)
    )
    yield from sorted((one for one in found if one), key=lambda s: (s.begins_at, s.template_id))


def next_place(capacity: int, taken: Collection[int]) -> int | None:
    """Return the number of a free place, from 1 up; None when the slot is full.

    Whoever books at the same moment is given the same number, so that only one can have it. Places
    beyond a capacity that was reduced count, and are not given again.
    """
    fits = (n for n in range(capacity, 0, -1) if n + sum(one > n for one in taken) <= capacity)
    last = next(fits, 0)
    return next((n for n in range(1, last + 1) if n not in taken), None)
