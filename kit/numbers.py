"""Running numbers of a day, as they are said and printed: ``QJ20261123-0007``."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Integer, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kit.db import Base, insert_if_new


class RunningNumberRow(Base):
    """The last number given out in one series on one day of the company's calendar."""

    __tablename__ = "running_number"

    series: Mapped[str] = mapped_column(String(8), primary_key=True)
    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


def next_number(session: Session, series: str, day: str) -> str:
    """Return the next number of a series on a day (``20261123``); given for good at the commit."""
    insert_if_new(session, RunningNumberRow, {"series": series, "day": day, "last": 0})
    last = session.scalar(
        update(RunningNumberRow)
        .where(RunningNumberRow.series == series, RunningNumberRow.day == day)
        .values(last=RunningNumberRow.last + 1)
        .returning(RunningNumberRow.last)
    )
    return f"{series}{day}-{cast('int', last):04d}"
