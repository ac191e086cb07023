"""How a case begins: what is read of a matter that needs no repair, and who owns it then. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.cases.case import Case, CaseContext, CaseKind, CaseMatter, CaseState, KindChosen
from dispatch.cases.classifying import limit_of_kind, read_kind
from dispatch.cases.required_papers import About, Paper
from dispatch.clocks.limits import Limit
from dispatch.phones import read_phone
from dispatch.repair.intake import ADDRESS, CONTENT, read_receipt
from dispatch.repair.matter import Channel
from dispatch.repair.words import NAME
from kit.fields import FaultKind, Fields
from kit.step import Asked, Numbered, Stamp

UNREACHABLE = FaultKind(
    "unreachable", "is needed if there is no address: the answer must go somewhere"
)

FROM_OUTSIDE = (Channel.LETTER, Channel.CALL, Channel.VISIT, Channel.WEB)
"""The channels by which somebody outside of the company asks, and waits for an answer."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """What opens a case; ``required`` are the papers that its matter needs on this day."""

    matter: CaseMatter
    kind: CaseKind
    units: str = ""
    required: tuple[Paper, ...] = ()
    limit: Limit | None = None


def read_new_case(form: Fields, asked: Asked[CaseContext]) -> NewCase:
    """Read a matter that needs no repair: an enquiry, an application."""
    channel = form.choice("channel", Channel, Channel.VISIT)
    if channel not in FROM_OUTSIDE:
        form.fault("channel", "not_one_of", choices=", ".join(FROM_OUTSIDE))
    about = form.choice("about", About, About.OTHER)
    kind, units = read_kind(form)
    matter = CaseMatter(
        channel=channel,
        received_at=read_receipt(form, asked.now, asked.context.rules),
        name=form.text("name", longest=NAME, lines=False),
        phone=_read_phone(form),
        address=form.text("address", longest=ADDRESS, needed=False, lines=False),
        about=about,
        content=form.text("content", longest=CONTENT),
    )
    day = asked.now.astimezone(form.zone).date()
    papers = asked.context.papers.on(about, day)
    limit = limit_of_kind(kind, matter.received_at, asked.context)
    return NewCase(matter, kind, units, papers, limit)


def _read_phone(form: Fields) -> str:
    if not form.given("phone") and not form.given("address"):
        form.fault("phone", UNREACHABLE)
    return read_phone(form, "phone", needed=False)


def make_case(numbered: Numbered, said: NewCase, stamp: Stamp) -> Case:
    """Return the case that this opens: whoever received it owns it (R-03)."""
    return Case(
        id=numbered.id,
        number=numbered.number,
        version=1,
        state=CaseState.OPEN,
        matter=said.matter,
        first_contact=stamp,
        owner=stamp.by,
        owned_since=stamp.at,
        chosen=(KindChosen(said.kind, "", said.units, stamp, said.limit),),
        required=said.required,
    )
