"""What every service of the repair desk works with: records, clock, rules, and the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dispatch.clocks.office_time import OfficeTime, office_time
from dispatch.fees.fee_store import fee_in_force
from dispatch.materials.material_store import find_material
from dispatch.repair.context import RepairContext, Workflow
from dispatch.repair.ticket import Ticket
from dispatch.repair.way import Gazetteer
from dispatch.repair.work import kind_of
from dispatch.repair.workflow import REPAIR
from dispatch.repair.workmanship import CheckItem, Workmanship
from dispatch.rulebook import DispatchRuleBook, DispatchRules
from kit.clock import Clock
from kit.db import Database
from kit.fields import Fields
from kit.geo import Position
from kit.ids import RandomBits, new_id
from kit.step import Stamp
from kit.where import Where
from stations.assets.area_store import find_area
from stations.assets.areas import ResidentialArea
from stations.assets.office_store import serving_office
from stations.assets.offices import ServiceOffice
from stations.assets.station_store import find_station

MIN_SECRET_BYTES = 16
Technicians = Callable[[Session, datetime], Mapping[str, str]]
"""Returns the names by id of technicians who can be named now; accounts belong to ``api``."""
FollowedUp = Callable[[Session, Ticket, Stamp, Where], None]
"""Relayed of a ticket that is opened, in its transaction; passed in by the room above."""


def nobody_follows_up(_session: Session, _ticket: Ticket, _stamp: Stamp, _where: Where) -> None:
    """Open nothing beside the ticket."""


@dataclass(frozen=True, slots=True)
class RepairDesk:
    """The parts that every service of a repair works with; it has no state of its own.

    ``service_office`` is the position of the office that serves while none is entered.
    ``link_secret`` is the key of the customers' links, of at least 16 bytes.
    """

    db: Database
    clock: Clock
    rule_book: DispatchRuleBook
    workmanship: Workmanship
    zone: ZoneInfo
    service_office: Position
    link_secret: bytes = field(repr=False)
    technicians: Technicians
    followed_up: FollowedUp = nobody_follows_up
    workflow: Workflow = REPAIR
    bits: RandomBits | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a secret that could be guessed."""
        if len(self.link_secret) < MIN_SECRET_BYTES:
            raise ValueError(
                f"the secret of the customers' links needs at least {MIN_SECRET_BYTES} bytes"
            )

    def rules(self, now: datetime) -> DispatchRules:
        """Return the rules in force at an instant, by the company's calendar."""
        return self.rule_book.on(now.astimezone(self.zone).date())

    def office(self, now: datetime) -> OfficeTime:
        """Return when the office works, by the rules in force at an instant."""
        return office_time(self.rules(now), self.zone.key)

    def fields(self, raw: Mapping[str, Any]) -> Fields:
        """Return a reader of what was typed; a time without offset is in the company's zone."""
        return Fields(raw, self.zone)

    def ground(self, session: Session) -> Gazetteer:
        """Return how an intake finds areas, stations and the office that serves them."""
        return Gazetteer(
            lambda area: self._office_of(session, area),
            lambda named: find_area(session, named),
            lambda station_id: find_station(session, station_id),
        )

    def _office_of(self, session: Session, area: ResidentialArea) -> ServiceOffice:
        main, named = self.service_office, area.office_id
        return serving_office(session, area.position, main, named).office

    def context(self, session: Session, now: datetime) -> RepairContext:
        """Return what the steps of a repair are given besides the ticket."""
        return RepairContext(
            self.rules(now),
            self.office(now),
            self.workmanship,
            lambda person_id: self.technicians(session, now).get(person_id),
            lambda code: find_material(session, code),
            lambda code: fee_in_force(session, code, now.astimezone(self.zone).date()),
        )

    def checklist(self, ticket: Ticket) -> tuple[CheckItem, ...]:
        """Return what good work on this ticket has to show (R-17)."""
        return self.workmanship.checklist(kind_of(ticket, self.workmanship))

    def new_ticket_id(self, now: datetime) -> str:
        """Return the id of a ticket that is opened now."""
        return new_id(now, self.bits) if self.bits else new_id(now)
