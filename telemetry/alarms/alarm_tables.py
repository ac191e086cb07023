"""Tables of the alarms: their rules, where the evaluation of each stands, what was raised."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, BigInt, UtcDateTime
from telemetry.alarms.shelving import REASON_LENGTH

ID = String(64)
STATION = String(32)
METRIC = String(32)


class AlarmRuleRow(Base):
    """One alarm rule of a station (R-33)."""

    __tablename__ = "alarm_rule"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    station_id: Mapped[str] = mapped_column(STATION, index=True)
    metric: Mapped[str] = mapped_column(METRIC)
    kind: Mapped[str] = mapped_column(String(8))
    setpoint: Mapped[float] = mapped_column(Float)
    deadband: Mapped[float] = mapped_column(Float)
    on_delay_s: Mapped[float] = mapped_column(Float)
    off_delay_s: Mapped[float] = mapped_column(Float)
    severity: Mapped[str] = mapped_column(String(16))
    needs_hands: Mapped[bool]
    latch: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AlarmStateRow(Base):
    """Where the evaluation of one rule stands: written with the readings that it has seen.

    Times are microseconds since 1970 UTC, as in a reading; 0 stands for never.
    """

    __tablename__ = "alarm_state"

    rule_id: Mapped[str] = mapped_column(ID, primary_key=True)
    last_us: Mapped[int] = mapped_column(BigInt)
    beyond: Mapped[bool]
    since_us: Mapped[int] = mapped_column(BigInt)
    active: Mapped[bool]
    alarm_id: Mapped[str] = mapped_column(ID)
    returned: Mapped[bool]
    acked: Mapped[bool]
    shelved_from_us: Mapped[int] = mapped_column(BigInt)
    shelved_until_us: Mapped[int] = mapped_column(BigInt)


class AlarmShelvingRow(Base):
    """One shelving of a rule by one of its alarms: who, when, until when and why.

    It is never deleted; ``ended_…`` is empty if nobody took it back before its time.
    """

    __tablename__ = "alarm_shelving"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    alarm_id: Mapped[str] = mapped_column(ID)
    rule_id: Mapped[str] = mapped_column(ID, index=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(80))
    by_post: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[str | None] = mapped_column(String(64))
    ended_by_name: Mapped[str | None] = mapped_column(String(80))
    ended_by_post: Mapped[str | None] = mapped_column(String(20))


class AlarmRow(Base):
    """One alarm, from its raising to its end; ``closed_at`` is empty while it is open.

    ``raised_again_at`` is when its latest occurrence began, if it has more than the first;
    ``forwarded`` is the number of the latest occurrence that has a ticket, 0 while none has.
    """

    __tablename__ = "alarm"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    station_id: Mapped[str] = mapped_column(STATION, index=True)
    rule_id: Mapped[str] = mapped_column(ID)
    metric: Mapped[str] = mapped_column(METRIC)
    kind: Mapped[str] = mapped_column(String(8))
    severity: Mapped[str] = mapped_column(String(16))
    needs_hands: Mapped[bool]
    value: Mapped[float] = mapped_column(Float)
    limit: Mapped[float] = mapped_column(Float)
    unit: Mapped[str] = mapped_column(String(16))
    occurrences: Mapped[int]
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    raised_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acked_by: Mapped[str | None] = mapped_column(String(64))
    acked_by_name: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    forwarded: Mapped[int] = mapped_column(default=0)
    forwarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ticket_ref: Mapped[str | None] = mapped_column(String(64))
    return_reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
