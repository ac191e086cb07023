"""Who may do what: one table of actions, each granted to posts, on any object or one's own. Pure.

Routes, pages, navigation and masking read this table; nothing else in the program lists posts.
The steps of a workflow are granted by the ``who`` column of its own table, and
``api.access.all_rights`` puts both together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from kit.actors import STAFF_POSTS, Actor, Post


@dataclass(frozen=True, slots=True)
class Grant:
    """One post that may take an action; ``own`` limits it to objects that are the actor's own."""

    post: Post
    own: bool = False


class UnknownAction(LookupError):
    """An action that no table names: a mistake in the program, granted to nobody."""


class Reach(IntEnum):
    """How far a right reaches."""

    NONE = 0
    OWN = 1
    ANY = 2


class Rights:
    """A table of rights; a post that it does not name for an action may not take it."""

    def __init__(self, table: Mapping[str, Iterable[Grant]]) -> None:
        """Keep the table; raise ``ValueError`` for an action that nobody may take."""
        self._table = {action: tuple(grants) for action, grants in table.items()}
        if empty := [action for action, grants in self._table.items() if not grants]:
            raise ValueError(f"granted to nobody: {', '.join(empty)}")

    def __iter__(self) -> Iterator[str]:
        """Iterate over the actions in the order of the table."""
        return iter(self._table)

    def grants_of(self, action: str) -> tuple[Grant, ...]:
        """Return who may take the action; raise ``UnknownAction``."""
        try:
            return self._table[action]
        except KeyError:
            raise UnknownAction(f"no table of rights names the action {action!r}") from None

    def reach(self, actor: Actor, action: str) -> Reach:
        """Return whether the actor may take it on any object, on their own, or not at all.

        Raises ``UnknownAction``.
        """
        reaches = (
            Reach.OWN if grant.own else Reach.ANY
            for grant in self.grants_of(action)
            if grant.post is actor.post
        )
        return max(reaches, default=Reach.NONE)

    def may(self, actor: Actor, action: str) -> bool:
        """Whether the actor may take the action on some object; raise ``UnknownAction``."""
        return self.reach(actor, action) is not Reach.NONE

    def joined(self, other: Rights) -> Rights:
        """Return both tables as one; raise ``ValueError`` for an action that stands in both."""
        if twice := set(self) & set(other):
            raise ValueError(f"named twice: {', '.join(sorted(twice))}")
        return Rights(self._table | other._table)


def _any(*posts: Post) -> tuple[Grant, ...]:
    return tuple(Grant(post) for post in posts)


def _own(*posts: Post) -> tuple[Grant, ...]:
    return tuple(Grant(post, own=True) for post in posts)


_P = Post
_OFFICE = (_P.RECEPTIONIST, _P.MANAGER, _P.TEAM_LEADER, _P.DIRECTOR)
_HEADS = (_P.MANAGER, _P.TEAM_LEADER, _P.DIRECTOR)
_WATCH = (_P.OPERATOR, *_HEADS, _P.ADMIN)
_READ = (_P.COMPANY_MANAGER, _P.MATERIALS_CLERK, _P.COMPLAINTS_OFFICER)
_MATERIALS = (_P.MATERIALS_CLERK, _P.MATERIALS_DEPARTMENT)
_REPORT = tuple(post for post in STAFF_POSTS if post is not _P.ADMIN)

_TABLE: Mapping[str, tuple[Grant, ...]] = MappingProxyType(
    {
        # tickets
        "tickets.see": _any(*_OFFICE, _P.OPERATOR, *_READ, _P.ADMIN)
        + _own(_P.TECHNICIAN, _P.CUSTOMER),
        "tickets.see_board": _any(*_OFFICE, _P.OPERATOR, *_READ, _P.ADMIN),
        "tickets.see_jobs": _own(_P.TECHNICIAN),
        "tickets.call_customer": _any(_P.RECEPTIONIST) + _own(_P.TECHNICIAN),
        "tickets.act_from_office": _any(*_OFFICE, *_READ),
        "register.see": _any(_P.RECEPTIONIST, _P.MANAGER, _P.DIRECTOR, _P.COMPANY_MANAGER),
        "sheets.print": _any(*_OFFICE),
        "archive.see": _any(*_OFFICE, _P.COMPANY_MANAGER, _P.COMPLAINTS_OFFICER, _P.ADMIN),
        "archive.verify": _any(*_OFFICE, _P.COMPANY_MANAGER, _P.ADMIN),
        # intake: the form of the hotline, and the channels by which a matter may be logged
        "intake.take": _any(_P.RECEPTIONIST),
        "intake.log": _any(*_REPORT),
        "intake.log.letter": _any(_P.RECEPTIONIST),
        "intake.log.call": _any(_P.RECEPTIONIST),
        "intake.log.visit": _any(_P.RECEPTIONIST),
        "intake.log.web": _any(_P.RECEPTIONIST, _P.CUSTOMER),
        "intake.log.staff": _any(*_REPORT),
        "intake.log.alarm": _any(_P.SYSTEM),
        # people
        "customer.see_person": _any(*_OFFICE, _P.TECHNICIAN, _P.COMPLAINTS_OFFICER, _P.SYSTEM),
        "customer.hand_link": _any(_P.RECEPTIONIST, _P.MANAGER),
        "customer.show_link": _own(_P.TECHNICIAN),
        "technicians.see": _any(*_HEADS),
        "accounts.manage": _any(_P.ADMIN),
        "appointments.see": _any(*_OFFICE, _P.COMPLAINTS_OFFICER)
        + _own(_P.TECHNICIAN, _P.CUSTOMER),
        "home_services.see": _any(*_OFFICE, _P.COMPLAINTS_OFFICER, _P.SYSTEM)
        + _own(_P.TECHNICIAN, _P.CUSTOMER),
        "slots.see": _any(*_OFFICE),
        "slots.set": _any(_P.MANAGER, _P.TEAM_LEADER),
        "leaves.see": _any(*_HEADS, _P.COMPANY_MANAGER)
        + _own(*(post for post in _REPORT if post not in (*_HEADS, _P.COMPANY_MANAGER))),
        "roster.see": _any(*_REPORT),
        "roster.manage": _any(*_HEADS),
        # what whoever answers knows at once
        "knowledge.see": _any(*_REPORT),
        "knowledge.write": _any(_P.RECEPTIONIST, _P.MANAGER),
        "knowledge.judge": _any(*_OFFICE, _P.COMPLAINTS_OFFICER),
        "waiters.see": _any(*_OFFICE, _P.COMPANY_MANAGER),
        "cases.see": _any(*_OFFICE) + _own(*(post for post in _REPORT if post not in _OFFICE)),
        "call_outs.see": _any(*_OFFICE, _P.COMPANY_MANAGER, _P.SYSTEM)
        + _own(*(post for post in _REPORT if post not in (*_OFFICE, _P.COMPANY_MANAGER))),
        # materials and prices
        "material_slips.see": _any(*_HEADS, _P.COMPANY_MANAGER, *_MATERIALS) + _own(_P.TECHNICIAN),
        "stock_notes.see": _any(_P.MANAGER, _P.DIRECTOR, _P.COMPANY_MANAGER, *_MATERIALS),
        "materials.see": _any(*_HEADS, _P.TECHNICIAN, _P.COMPANY_MANAGER, *_MATERIALS),
        "fees.see": _any(*_OFFICE, _P.TECHNICIAN, _P.COMPANY_MANAGER, _P.COMPLAINTS_OFFICER),
        # the field
        "stations.see": _any(*_WATCH, _P.INSPECTOR, _P.COMPANY_MANAGER),
        "stations.tend": _any(_P.OPERATOR),
        "alarms.see": _any(*_WATCH, _P.INSPECTOR, _P.COMPANY_MANAGER),
        "alarms.acknowledge": _any(_P.OPERATOR, *_HEADS),
        "alarms.shelve": _any(_P.OPERATOR, *_HEADS),
        "ingest.see": _any(*_WATCH),
        "quarantine.see": _any(*_WATCH),
    }
)

RIGHTS = Rights(_TABLE)
"""What is granted outside the workflows."""


def may(actor: Actor, action: str) -> bool:
    """Whether the actor may take the action on some object; raise ``UnknownAction``."""
    return RIGHTS.may(actor, action)


def reach(actor: Actor, action: str) -> Reach:
    """Return how far the actor's right to the action reaches; raise ``UnknownAction``."""
    return RIGHTS.reach(actor, action)


def grants_of(action: str) -> tuple[Grant, ...]:
    """Return who may take the action; raise ``UnknownAction``."""
    return RIGHTS.grants_of(action)
