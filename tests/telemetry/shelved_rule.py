"""One rule, the desk of its alarms, and readings a second apart: for tests of shelving."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kit.actors import Actor, Post
from kit.clock import ManualClock
from kit.instants import to_micros
from telemetry.alarms.alarm_search import Alarm, list_alarms
from telemetry.alarms.desk import AlarmDesk, shelve, unshelve
from telemetry.alarms.evaluate import NORMAL, evaluate
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.alarms.shelf import shelved_alarms
from telemetry.alarms.state_store import lock_states, record, save_states

OPERATOR = Actor("u1", "运转工甲", Post.OPERATOR)
LEADER = Actor("u2", "队长乙", Post.TEAM_LEADER)
RULE = AlarmRule("p-high", "pump-01", AlarmKind.HIGH, "pressure", limit=0.6, deadband=0.1)
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Watch:
    """One rule, the desk of its alarms, and readings that come a second apart."""

    desk: AlarmDesk
    clock: ManualClock

    def see(self, value: float) -> None:
        at = to_micros(self.clock.advance(timedelta(seconds=1)))
        with self.desk.db.write() as session:
            before = lock_states(session, [RULE.id]).get(RULE.id, NORMAL)
            state, transition = evaluate(before, RULE, at, value)
            save_states(session, {RULE.id: state})
            if transition:
                record(session, RULE, transition, "MPa")

    def raised(self) -> Alarm:
        """Let the value pass its limit; return the alarm."""
        self.see(0.7)
        with self.desk.db.read() as session:
            return list_alarms(session).rows[0]

    def shelve(
        self, alarm: Alarm, *, key: str = "k1", actor: Actor = OPERATOR, **typed: Any
    ) -> str:
        """Shelve the alarm, for an hour unless said otherwise; return the shelving's id."""
        until = (self.clock.now() + HOUR).isoformat()
        raw = {"until": until, "reason": "检修压力表", **typed}
        return shelve(self.desk, alarm.id, raw, actor, key).id

    def unshelve(self, alarm: Alarm, key: str = "k9") -> None:
        unshelve(self.desk, alarm.id, LEADER, key)

    def shelved(self) -> list[str]:
        with self.desk.db.read() as session:
            return [one.alarm.id for one in shelved_alarms(session, self.clock.now())]

    def occurrences(self) -> int:
        """How often the rule has raised an alarm, over all its alarms."""
        with self.desk.db.read() as session:
            return sum(alarm.occurrences for alarm in list_alarms(session).rows)
