"""What the forms of each life offer to choose from, beside words of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from api.accounts.held_posts import active_colleagues
from api.pages.lives.life_context import Choices
from dispatch.cases.required_papers import About
from dispatch.repair.crew_wanted import waiting_for_crew
from dispatch.roster.duty_book import stand_ins
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


CHOICES: Mapping[str, ChoicesOf] = {"leave": _stand_ins, "case": _receivers, "call_out": _tickets}
"""What can be chosen, by the name of the life; a life that is not here needs nothing."""
