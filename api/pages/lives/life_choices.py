"""What the forms of each life offer to choose from, beside words of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from api.accounts.held_posts import active_colleagues
from api.accounts.users import who_may
from api.pages.lives.life_context import Choices
from dispatch.cases.required_papers import About
from dispatch.materials.material_store import all_materials
from dispatch.repair.crew_wanted import waiting_for_crew
from dispatch.roster.duty_book import stand_ins
from dispatch.slips.material_slips import open_jobs
from kit.actors import Actor
from kit.rights import grants_of

ChoicesOf = Callable[[Session, Actor], Choices]


def _stand_ins(session: Session, actor: Actor) -> Choices:
    """Return who can stand in for the actor: the named stand-in, and who holds the same post."""
    mine = (actor.id, actor.post)
    named = {one.stand_in_id for one in stand_ins(session) if (one.person_id, one.post) == mine}
    found = (
        one for one in active_colleagues(session) if actor.post in one.posts or one.id in named
    )
    return {"stand_in": tuple((one.id, one.name) for one in found if one.id != actor.id)}


def _receivers(session: Session, actor: Actor) -> Choices:
    """Return who can be given a case, and what a case can be about."""
    people = (one for one in active_colleagues(session) if one.id != actor.id)
    return {
        "receiver": tuple((one.id, one.name) for one in people),
        "receiver_post": tuple((one.post, one.post) for one in grants_of("cases.see")),
        "about": tuple((about, about) for about in About),
    }


def _tickets(session: Session, actor: Actor) -> Choices:
    """Return the tickets for which people can be called out."""
    return {"ticket": waiting_for_crew(session, actor)}


def no_choices(_session: Session, _actor: Actor) -> Choices:
    """Return nothing: for a life whose forms offer no more than words."""
    return {}


def _for_slips(session: Session, actor: Actor) -> Choices:
    """Return the jobs that material can be asked for, who can fetch it, and the catalogue."""
    return {
        "ticket_id": tuple(open_jobs(session, actor)),
        "fetched_by": _technicians(session),
        "code": _catalogue(session),
    }


def _for_stock(session: Session, _actor: Actor) -> Choices:
    """Return whose van it can be, and the catalogue."""
    return {
        "technician": _technicians(session),
        "code": _catalogue(session),
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
}
"""What can be chosen, by the name of the life; a life that is not here needs nothing."""
