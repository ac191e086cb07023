"""What the crews offer: a team leader enters or changes one slot of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, tzinfo
from typing import Any

from dispatch.appointments.slot_store import save_template, templates
from dispatch.appointments.slots import SlotTemplate
from kit.actors import Actor
from kit.clock import Clock
from kit.db import Database
from kit.fields import FaultKind, Fields
from kit.idempotency import claim, fingerprint
from kit.ids import new_id
from stations.assets.offices import ServiceOffice

CREW = 40
"""Longest name of a crew, in characters."""

LONGEST_MINUTES, MOST_PLACES = 12 * 60, 200

NOT_A_TIME_OF_DAY = FaultKind("not_a_time_of_day", "is not a time of day (write it as 09:00)")
OFFICE_NOT_FOUND = FaultKind("office_not_found", "is not a service office")


def offer_slot(
    db: Database,
    clock: Clock,
    zone: tzinfo,
    data: Mapping[str, Any],
    offices: Sequence[ServiceOffice],
    actor: Actor,
    key: str,
) -> SlotTemplate:
    """Enter a weekly slot, or change the one of this office, crew, weekday and time.

    Durable on return; the same ``key`` again changes nothing. A capacity of 0 offers no more
    places; what is booked stays booked. Raises ``Invalid`` with every fault at once.
    """
    now, form = clock.now(), Fields(data, zone)
    read = _read_template(form, offices)
    form.done()
    with db.write() as session:
        same = (one.id for one in templates(session, read.office_id) if _same(one, read))
        template_id = next(same, new_id(now))
        request = ["offer_slot", fingerprint(data)]
        known = claim(
            session, key=key, actor_id=actor.id, request=request, answer=template_id, now=now
        )
        made = _with_id(read, known or template_id)
        if not known:
            save_template(session, made, actor.id, now)
    return made


def _read_template(form: Fields, offices: Sequence[ServiceOffice]) -> SlotTemplate:
    named = form.plain("office_id")
    only = offices[0] if len(offices) == 1 and not named else None
    office = only or next((one for one in offices if one.id == named), None)
    if office is None:
        form.fault("office_id", OFFICE_NOT_FOUND if named else "required")
    return SlotTemplate(
        id="",
        office_id=office.id if office else "",
        office_name=office.name if office else "",
        crew=form.text("crew", longest=CREW, lines=False),
        weekday=form.whole("weekday", least=1, most=7),
        begins=_read_time_of_day(form),
        minutes=form.whole("minutes", least=10, most=LONGEST_MINUTES, unit="min"),
        capacity=form.whole("capacity", least=0, most=MOST_PLACES),
    )


def _read_time_of_day(form: Fields) -> time:
    text = form.plain("begins")
    try:
        found = time.fromisoformat(text) if text else time()
    except ValueError:
        found = None
    if not text:
        form.fault("begins", "required")
    elif found is None or found.tzinfo is not None or found.second or found.microsecond:
        form.fault("begins", NOT_A_TIME_OF_DAY)
    return found or time()


def _same(one: SlotTemplate, read: SlotTemplate) -> bool:
    return (one.crew, one.weekday, one.begins) == (read.crew, read.weekday, read.begins)


def _with_id(read: SlotTemplate, template_id: str) -> SlotTemplate:
    return SlotTemplate(
        template_id, read.office_id, read.office_name, read.crew, read.weekday, read.begins,
        read.minutes, read.capacity,
    )  # fmt: skip
