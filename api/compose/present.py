"""Who can be named on a ticket this minute: technicians and their stand-ins who are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from api.accounts.held_posts import active_colleague
from api.accounts.users import who_may
from dispatch.roster.standing_in import absences
from kit.rights import grants_of

_ACTION = "tickets.see_jobs"


def present_technicians(session: Session, now: datetime) -> Mapping[str, str]:
    """Return the names by id of those who hold or fill the post now; nobody on leave (R-20)."""
    posts = {grant.post for grant in grants_of(_ACTION)}
    found = {one.id: one.name for one in who_may(session, _ACTION)}
    away = absences(session, now)
    for stand_in in (leave.asked.stand_in for leave in away if leave.asked.post in posts):
        if active_colleague(session, stand_in.id):
            found[stand_in.id] = stand_in.name
    absent = {leave.asker.by.id for leave in away}
    return {person_id: name for person_id, name in found.items() if person_id not in absent}
