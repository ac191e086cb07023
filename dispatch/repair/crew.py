"""The crew: technicians are named, set out, and relieve each other (R-15, R-20). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.context import TECHNICIANS, Given, Step
from dispatch.repair.sheets import Technician
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.words import TEXT, CrewNote, read_crew_note
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

NAMED_MEANWHILE = FaultKind(
    "named_meanwhile", "{by} has named {who} since you looked: name the crew again to confirm"
)
UNKNOWN_TECHNICIAN = FaultKind("unknown_technician", "is not the account of an active technician")

MOST_TECHNICIANS = 12

NO_CREW = Obstacle("no_crew", "no technician has been named yet (R-15)")


@dataclass(frozen=True, slots=True)
class Assign:
    """The team leader's choice of who goes."""

    technicians: tuple[Technician, ...]
    note: str = ""


def crew_named(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-15: nobody sets out before the leader has named them."""
    return None if ticket.crew.technicians else NO_CREW


def _read_assign(form: Fields, given: Given) -> Assign:
    people = form.items(
        "technicians", lambda one: _read_technician(one, given), least=1, most=MOST_TECHNICIANS
    )
    if len({person.id for person in people}) < len(people):
        form.fault("technicians", "twice")
    _require_seen(form, given)
    return Assign(people, form.text("note", longest=TEXT, needed=False))


def _require_seen(form: Fields, given: Given) -> None:
    """Note a fault where somebody named others after ``seen_version``, what this person saw."""
    if not form.given("seen_version"):
        return
    crew = given.subject.crew
    seen = form.whole("seen_version", least=0, most=given.subject.version)
    if not form.errors and crew.named and seen < crew.named_n:
        who = "、".join(person.name for person in crew.technicians)
        form.fault("technicians", NAMED_MEANWHILE, by=crew.named.by.name, who=who)


def _read_technician(form: Fields, given: Given) -> Technician:
    """Read one person's ``id``; the name is the one of their account."""
    person_id = form.text("id", longest=64, lines=False)
    name = given.context.technician_name(person_id) if not form.errors else ""
    if name is None:
        form.fault("id", UNKNOWN_TECHNICIAN)
    return Technician(person_id, name or "")


def _write_assign(ticket: Ticket, said: Assign, stamp: Stamp) -> Ticket:
    before = (*ticket.crew.relieved, *ticket.crew.technicians)
    crew = replace(
        ticket.crew,
        technicians=said.technicians,
        named=stamp,
        named_n=ticket.version + 1,
        relieved=tuple(dict.fromkeys(one for one in before if one not in said.technicians)),
    )
    if ticket.state in (State.ISSUED, State.ASSIGNED, State.EN_ROUTE):
        # With a new crew, setting out starts over.
        crew = replace(crew, departed_at=None)
    return replace(ticket, crew=crew)


def _write_departure(ticket: Ticket, _said: CrewNote, stamp: Stamp) -> Ticket:
    return replace(ticket, crew=replace(ticket.crew, departed_at=stamp.at))


ASSIGN = Step[Assign](
    "assign",
    _read_assign,
    _write_assign,
    "The team leader names the technicians, by account.",
    {"technicians": [{"id": "…"}], "seen_version": 2},
    shows=(TECHNICIANS,),
)
DEPART = also_afterwards(
    Step[CrewNote]("depart", read_crew_note, _write_departure, "A named technician sets out.")
)
