"""The parts of a running program, as routes, pages and commands get them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.parts.settings import Settings
from dispatch.knowledge.knowledge_desk import KnowledgeDesk
from dispatch.repair.desk import RepairDesk
from dispatch.roster.roster_desk import RosterDesk
from kit.clock import Clock
from kit.db import Database
from kit.life import LifeDesk
from stations.assets.quantities import Quantities
from telemetry.alarms.desk import AlarmDesk
from telemetry.stores.port import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a process of the program works with; ``close()`` gives it back.

    ``lives`` are the desks of every workflow but the repair's, which has a desk of its own.
    """

    settings: Settings
    clock: Clock
    db: Database
    store: Store
    quantities: Quantities
    desk: RepairDesk
    alarm_desk: AlarmDesk
    roster: RosterDesk
    knowledge: KnowledgeDesk
    secret: bytes
    lives: tuple[LifeDesk[Any, Any], ...] = ()

    def close(self) -> None:
        """Close the store and the database."""
        self.store.close()
        self.db.close()
