"""What the forms of each life offer to choose from, beside words of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from api.accounts.held_posts import active_colleagues
from api.accounts.users import who_may
from api.pages.lives.life_context import Choices
from api.parts.parts import Parts
from api.web.i18n import Catalogue
from dispatch.appointments.slot_store import offers
from dispatch.appointments.slots import SlotOffer
from dispatch.cases.required_papers import About
from dispatch.materials.material_store import all_materials
from dispatch.repair.crew_wanted import waiting_for_crew
from dispatch.roster.duty_book import stand_ins
from dispatch.slips.material_slips import open_jobs
from kit.actors import Actor
from kit.rights import grants_of
from stations.assets.office_store import all_offices


class Choosing(NamedTuple):
    """Who chooses, with what at hand; ``subject`` is what a step is taken on, if it has begun."""

    session: Session
    actor: Actor
    parts: Parts
    text: Catalogue
    subject: Any = None


ChoicesOf = Callable[[Choosing], Choices]


def _stand_ins(asked: Choosing) -> Choices:
    """Return who can stand in for the actor: the named stand-in, and who holds the same post."""
    session, actor = asked.session, asked.actor
    mine = (actor.id, actor.post)
    named = {one.stand_in_id for one in stand_ins(session) if (one.person_id, one.post) == mine}
    found = (
        one for one in active_colleagues(session) if actor.post in one.posts or one.id in named
    )
    return {"stand_in": tuple((one.id, one.name) for one in found if one.id != actor.id)}


def _receivers(asked: Choosing) -> Choices:
    """Return who can be given a case, and what a case can be about."""
    people = (one for one in active_colleagues(asked.session) if one.id != asked.actor.id)
    return {
        "receiver": tuple((one.id, one.name) for one in people),
        "receiver_post": tuple((one.post, one.post) for one in grants_of("cases.see")),
        "about": tuple((about, about) for about in About),
    }


def _tickets(asked: Choosing) -> Choices:
    """Return the tickets for which people can be called out."""
    return {"ticket": waiting_for_crew(asked.session, asked.actor)}


def of_appointments(asked: Choosing) -> Choices:
    """Return the free slots (of the office that serves, once that is known), crews and offices."""
    parts = asked.parts
    offices = all_offices(asked.session, parts.desk.service_office)
    served_by = asked.subject.asked.office_id if asked.subject else ""
    now, zone = parts.clock.now(), parts.settings.zone
    found = offers(asked.session, now, zone, office_id=served_by)
    technicians = parts.desk.technicians(asked.session, now)
    return {
        "slot": tuple(_slot_words(found, parts, asked.text, many=len(offices) > 1)),
        "office_id": tuple((one.id, one.name) for one in offices),
        "visited_by": tuple(technicians.items()),
    }


def _slot_words(
    found: Iterable[SlotOffer], parts: Parts, text: Catalogue, *, many: bool
) -> Iterable[tuple[str, str]]:
    for one in found:
        if one.free:
            slot, at = one.slot, one.slot.begins_at.astimezone(parts.settings.zone)
            day = text.label("weekday", str(slot.day.isoweekday()))
            office = f" {slot.office_name}" if many else ""
            left = text("{n} free", n=one.free)
            yield slot.key, f"{at:%m-%d} {day} {at:%H:%M}{office} {slot.crew} ({left})"


def no_choices(_asked: Choosing) -> Choices:
    """Return nothing: for a life whose forms offer no more than words."""
    return {}


def _for_slips(asked: Choosing) -> Choices:
    """Return the jobs that material can be asked for, who can fetch it, and the catalogue."""
    return {
        "ticket_id": tuple(open_jobs(asked.session, asked.actor)),
        "fetched_by": _technicians(asked.session),
        "code": _catalogue(asked.session),
    }


def _for_stock(asked: Choosing) -> Choices:
    """Return whose van it can be, and the catalogue."""
    return {
        "technician": _technicians(asked.session),
        "code": _catalogue(asked.session),
    }


def _technicians(session: Session) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.name) for one in who_may(session, "tickets.see_jobs"))


def _catalogue(session: Session) -> tuple[tuple[str, str], ...]:
    return tuple((one.code, f"{one.name} ({one.unit})") for one in all_materials(session))


CHOICES: Mapping[str, ChoicesOf] = {
    "leave": _stand_ins,
    "case": _receivers,
    "call_out": _tickets,
    "material_slip": _for_slips,
    "stock_note": _for_stock,
    "appointment": of_appointments,
    "home_service": of_appointments,
}
"""What can be chosen, by the name of the life; a life that is not here needs nothing."""
