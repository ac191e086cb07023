"""Measuring points: what a station sends, and how it becomes a value of a quantity. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kit.units import UnitError, conversion
from stations.assets.quantities import Quantity, QuantityKind

POINT_KEY = re.compile(r"(?=.{1,32}\Z)[a-z][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)*")
"""The key of a point in a message: ``pressure``, ``p1.current.l1``, ``zone.low.pressure``."""

PHASES = ("l1", "l2", "l3", "l12", "l23", "l31", "n")
"""Phases of the supply, and between them, by the markings of IEC 60445."""


@dataclass(frozen=True, slots=True)
class MeasuringPoint:
    """One thing that a station measures, and how it sends it.

    A number ``x`` that comes in is ``x * scale + offset`` in ``unit``, the sender's (UCUM);
    '' where it is the quantity's own. ``lowest``, ``highest`` and ``decimals`` narrow those of the
    quantity; ``roll_over`` says where this counter begins at 0 again. These are in the quantity's
    unit.
    """

    key: str
    equipment_id: str
    quantity: str
    phase: str = ""
    position: str = ""
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0
    lowest: float | None = None
    highest: float | None = None
    decimals: int | None = None
    roll_over: float | None = None


@dataclass(frozen=True, slots=True)
class PointFormat:
    """How a point's values are read, checked and shown: ``sent * factor + offset`` in ``unit``."""

    key: str
    unit: str
    factor: float
    offset: float
    lowest: float
    highest: float
    decimals: int
    kind: QuantityKind
    roll_over: float | None
    fastest: float | None


def format_of(point: MeasuringPoint, quantity: Quantity) -> PointFormat:
    """Return the format that point and quantity give together; raise ``UnitError``."""
    factor, offset = point_conversion(point, quantity)
    return PointFormat(
        key=point.key,
        unit=quantity.unit,
        factor=factor,
        offset=offset,
        lowest=quantity.lowest if point.lowest is None else point.lowest,
        highest=quantity.highest if point.highest is None else point.highest,
        decimals=quantity.decimals if point.decimals is None else point.decimals,
        kind=quantity.kind,
        roll_over=point.roll_over or quantity.roll_over,
        fastest=quantity.fastest,
    )


def point_conversion(point: MeasuringPoint, quantity: Quantity) -> tuple[float, float]:
    """Return (factor, offset) from what is sent to the quantity's unit; raise ``UnitError``.

    (1.0, 0.0) unless something else is entered: then every number stays exactly as it was sent.
    """
    factor, offset = conversion(point.unit or quantity.unit, quantity.unit)
    return point.scale * factor, point.offset * factor + offset


def point_faults(point: MeasuringPoint, quantity: Quantity) -> list[tuple[str, str]]:
    """Return what is wrong with a point of this quantity, as (field, sentence)."""
    faults = []
    if not POINT_KEY.fullmatch(point.key):
        faults.append(("key", "takes 1 to 32 of a-z, 0-9, _, - and dots between words"))
    if point.phase and point.phase not in PHASES:
        faults.append(("phase", f"must be one of {', '.join(PHASES)}"))
    try:
        point_conversion(point, quantity)
    except UnitError:
        message = f"{point.unit!r} can't be converted to {quantity.unit} ({quantity.key})"
        faults.append(("unit", message))
    if point.scale == 0:
        faults.append(("scale", "must not be 0: every value would be the same"))
    if quantity.kind is QuantityKind.STATE and (point.scale != 1 or point.offset != 0):
        faults.append(("scale", "a state is sent as its number"))
    return faults + _narrowing_faults(point, quantity)


def _narrowing_faults(point: MeasuringPoint, quantity: Quantity) -> list[tuple[str, str]]:
    allowed = f"{quantity.lowest:g} to {quantity.highest:g} {quantity.unit} ({quantity.key})"
    faults = [
        (name, f"{value:g} is outside of {allowed}")
        for name, value in (("lowest", point.lowest), ("highest", point.highest))
        if value is not None and not quantity.lowest <= value <= quantity.highest
    ]
    lowest = quantity.lowest if point.lowest is None else point.lowest
    highest = quantity.highest if point.highest is None else point.highest
    if not faults and lowest >= highest:
        faults.append(("lowest", "is not below highest"))
    if point.decimals is not None and not 0 <= point.decimals <= quantity.decimals:
        faults.append(("decimals", f"must be 0 to {quantity.decimals} ({quantity.key})"))
    if point.roll_over is not None:
        if quantity.kind is not QuantityKind.COUNTER:
            faults.append(("roll_over", "only a counter has one"))
        elif not 0 < point.roll_over <= quantity.highest:
            faults.append(("roll_over", f"must be above 0 and at most {quantity.highest:g}"))
    return faults
