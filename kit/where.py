"""Where a step was taken: in the office, at a device's position, or unknown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kit.fields import Fields
from kit.geo import Position

LONGEST_NOTE = 500
"""Longest note about a place, in characters."""


class WhereKind(StrEnum):
    """How the place of a step is known."""

    OFFICE = "office"
    DEVICE = "device"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a step; ``position`` is in WGS-84."""

    kind: WhereKind = WhereKind.NONE
    position: Position | None = None
    note: str = ""


NOWHERE = Where()


def read_where(raw: Mapping[str, Any] | None) -> Where:
    """Return where a step was taken, of ``kind``, ``lat``, ``lon`` (WGS-84 degrees) and ``note``.

    If nothing is given, the place is unknown. Raises ``Invalid`` for an impossible position.
    """
    form = Fields(raw or {}, prefix="where.")
    position = None
    if form.given("lat") or form.given("lon"):
        lat = form.number("lat", least=-90, most=90, unit="°")
        position = Position(lat, form.number("lon", least=-180, most=180, unit="°"))
    stated = WhereKind.DEVICE if position else WhereKind.NONE
    kind = form.choice("kind", WhereKind, stated, needed=False)
    where = Where(kind, position, form.text("note", longest=LONGEST_NOTE, needed=False))
    form.done()
    return where
