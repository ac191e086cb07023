"""The reception: the promise, told before the call ends, and logging the matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dispatch.clocks.commitment import Promise, promise
from dispatch.repair import tickets
from dispatch.repair.answer import first_answer
from dispatch.repair.desk import RepairDesk
from dispatch.repair.intake import read_intake, read_reading, read_receipt
from dispatch.repair.matter import Channel, Intake
from dispatch.repair.priority import priority_of
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.way import read_way
from kit.actors import Actor
from kit.idempotency import claim, fingerprint
from kit.refusals import recording_refusals
from kit.step import Stamp
from kit.where import NOWHERE, Where


def preview_promise(desk: RepairDesk, raw: Mapping[str, Any]) -> Promise:
    """Return the commitment for what is known so far, to be told before the call ends (R-11).

    Takes ``place_id``, or ``distance_km`` and ``zone``, or ``station_id``, or ``way_unknown``; and
    ``received_at``, with ``channel`` and ``read_at`` for a letter. Raises ``Invalid``.
    """
    now = desk.clock.now()
    rules, form = desk.rules(now), desk.fields(raw)
    with desk.db.read() as session:
        way = read_way(form, desk.ground(session), rules)
    received = read_receipt(form, now, rules)
    channel = form.choice("channel", Channel, Channel.CALL, needed=False)
    read = read_reading(form, channel, received, now, rules)
    form.done()
    return promise(received, way.distance, way.zone, rules, read)


def log_matter(
    desk: RepairDesk, raw: Mapping[str, Any], actor: Actor, key: str, where: Where = NOWHERE
) -> Ticket:
    """Log one matter in the 三来 register (R-01); the same ``key`` again changes nothing.

    Raises ``Invalid`` with every fault at once, ``Forbidden`` for the wrong post.
    """
    now, name = desk.clock.now(), desk.workflow.opening.name
    new_id, request = desk.new_ticket_id(now), ["log", fingerprint(raw)]
    with (
        recording_refusals(desk.db, None, name, actor, where, now),
        desk.db.write() as session,
    ):
        logged = claim(session, key=key, actor_id=actor.id, request=request, answer=new_id, now=now)
        if logged:
            return tickets.load(session, logged)
        form, rules, ground = desk.fields(raw), desk.rules(now), desk.ground(session)
        intake = read_intake(form, actor=actor, now=now, rules=rules, ground=ground)
        return open_ticket(desk, session, new_id, intake, Stamp(actor, now), where)


def open_ticket(
    desk: RepairDesk,
    session: Session,
    ticket_id: str,
    intake: Intake,
    stamp: Stamp,
    where: Where,
    dedupe_key: str | None = None,
) -> Ticket:
    """Open the ticket of a matter; durable when the session commits. Raises ``Forbidden``."""
    rules = desk.rules(stamp.at)
    ticket = Ticket(
        id=ticket_id,
        number=tickets.next_number(session, _day(desk, stamp.at)),
        version=1,
        state=State.LOGGED,
        intake=intake,
        logged=stamp,
        promise=promise(intake.received_at, intake.distance, intake.zone, rules, intake.read_at),
        priority=priority_of(intake.job_type, vulnerable=intake.vulnerable, rules=rules),
        answer=first_answer(intake, stamp.at, rules, desk.office(stamp.at)),
        dedupe_key=dedupe_key,
    )
    # A number that was taken for a matter that is then refused is given back by the rollback.
    tickets.save(session, desk.workflow.begin(intake, stamp.by, ticket), stamp, where)
    desk.followed_up(session, ticket, stamp, where)
    return ticket


def _day(desk: RepairDesk, at: datetime) -> str:
    return at.astimezone(desk.zone).strftime("%Y%m%d")
