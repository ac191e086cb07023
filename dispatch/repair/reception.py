"""The reception: the promise, told before the call ends, and logging the matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dispatch.clocks.commitment import Promise, promise
from dispatch.repair import tickets
from dispatch.repair.desk import RepairDesk, fingerprint
from dispatch.repair.intake import read_intake, read_receipt
from dispatch.repair.matter import Intake
from dispatch.repair.priority import priority_of
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.way import read_way
from kit.actors import Actor
from kit.step import Stamp
from kit.where import NOWHERE, Where


def preview_promise(desk: RepairDesk, raw: Mapping[str, Any]) -> Promise:
    """Return the commitment for what is known so far, to be told before the call ends (R-11).

    Takes ``place_id``, or ``distance_km`` and ``zone``, or ``station_id``; and ``received_at``.
    Raises ``Invalid``.
    """
    now = desk.clock.now()
    rules, form = desk.rules(now), desk.fields(raw)
    with desk.db.read() as session:
        way = read_way(form, desk.ground(session), rules)
    received = read_receipt(form, now, rules)
    form.done()
    return promise(received, way.distance, way.zone, rules)


def log_matter(
    desk: RepairDesk, raw: Mapping[str, Any], actor: Actor, key: str, where: Where = NOWHERE
) -> Ticket:
    """Log one matter in the 三来 register (R-01); the same ``key`` again changes nothing.

    Raises ``Invalid`` with every fault at once, ``Forbidden`` for the wrong post.
    """
    now = desk.clock.now()

    def do(session: Session) -> Ticket:
        intake = read_intake(
            desk.fields(raw),
            actor=actor,
            now=now,
            rules=desk.rules(now),
            ground=desk.ground(session),
        )
        return open_ticket(desk, session, intake, Stamp(actor, now), where)

    with desk.recording_refusals(None, desk.workflow.opening.name, actor, where, now):
        return desk.once(key, actor, ["log", fingerprint(raw)], now, do)


def open_ticket(
    desk: RepairDesk,
    session: Session,
    intake: Intake,
    stamp: Stamp,
    where: Where,
    dedupe_key: str | None = None,
) -> Ticket:
    """Open the ticket of a matter; durable when the session commits. Raises ``Forbidden``."""

    def make() -> Ticket:
        rules = desk.rules(stamp.at)
        return Ticket(
            id=desk.new_ticket_id(stamp.at),
            number=tickets.next_number(session, _day(desk, stamp.at)),
            version=1,
            state=State.LOGGED,
            intake=intake,
            logged=stamp,
            promise=promise(intake.received_at, intake.distance, intake.zone, rules),
            priority=priority_of(intake.job_type, vulnerable=intake.vulnerable, rules=rules),
            dedupe_key=dedupe_key,
        )

    decision = desk.workflow.begin(intake, stamp.by, make)
    tickets.save(session, decision, stamp, where)
    return decision.after


def _day(desk: RepairDesk, at: datetime) -> str:
    return at.astimezone(desk.zone).strftime("%Y%m%d")
