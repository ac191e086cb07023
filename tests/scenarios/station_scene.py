"""A scenario of a station: its alarm rule, the station itself, and the ingest that hears it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.compose.ingest_parts import make_ingest
from telemetry.alarms.rule_store import save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from tests.api.company import Company
from tests.company.ground import STATION
from tests.real_parts import wait_until
from tests.scenarios.runner import Player
from tests.telemetry.peer import Peer


@contextmanager
def station_of(player: Player, mqtt_port: int) -> Iterator[None]:
    """Put the scenario's alarm rule in force, and let the station and the ingest meet."""
    company, rule = player.company, dict(player.scenario["报警规则"])
    assert rule.pop("泵站") == STATION.name
    with company.parts.db.write() as session:
        save_rule(
            session,
            AlarmRule(
                id=f"{STATION.id}-pressure-low",
                station_id=STATION.id,
                kind=AlarmKind.LOW,
                metric="pressure",
                limit=rule.pop("低于（MPa）"),
                deadband=rule.pop("回差（MPa）"),
                on_delay_s=rule.pop("报警延时（秒）"),
                off_delay_s=rule.pop("恢复延时（秒）"),
                needs_hands=True,
            ),
            company.clock.now(),
        )
    assert not rule, f"nobody has read {sorted(rule)}"
    ingest, stop = make_ingest(company.parts), threading.Event()
    thread = threading.Thread(target=ingest.run, args=(stop,))
    thread.start()
    peer = Peer(mqtt_port, STATION.id)
    try:
        # Before its first subscription the broker keeps nothing for the ingest.
        wait_until(lambda: _is_listening(company), "the ingest listens")
        player.station = peer
        yield
    finally:
        peer.close()
        stop.set()
        thread.join(60)
        assert not thread.is_alive(), "the ingest did not end"


def _is_listening(company: Company) -> bool:
    found = company.as_("sun").get("/ingest").json()
    return any(one["listening_since"] for one in found)
