"""A signature: drawn with a finger as strokes, or typed where nobody can draw. Pure."""

from __future__ import annotations

from typing import Any

from dispatch.repair.sheets import Signature
from kit.fields import FaultKind, Fields

SIGNATURE_MISSING = FaultKind("signature_missing", "must be drawn, or the name typed")
SIGNATURE_TOO_LARGE = FaultKind("signature_too_large", "is too complex: please sign again")

MOST_STROKES = 200
MOST_POINTS = 5_000
FARTHEST = 10_000
"""Largest coordinate, in pixels of the drawing area."""
SMALLEST_EXTENT = 8.0
"""A drawing smaller than this in both directions, in pixels, is an accidental touch."""


def read_signature(form: Fields, *, needed: bool) -> Signature | None:
    """Read ``strokes`` ([[ [x, y], … ], …]) or ``typed_name``; None when neither is there."""
    strokes = form.sequence("strokes", most=MOST_STROKES)
    typed = form.text("typed_name", longest=80, needed=False, lines=False)
    if not strokes:
        if not typed and needed:
            form.fault("strokes", SIGNATURE_MISSING)
        return Signature(typed_name=typed) if typed else None
    # Counted before it is read: a drawing of a million points costs nothing.
    if sum(len(stroke) for stroke in strokes if isinstance(stroke, list | tuple)) > MOST_POINTS:
        form.fault("strokes", SIGNATURE_TOO_LARGE, max=MOST_POINTS)
        return None
    drawn = tuple(_stroke(stroke) for stroke in strokes)
    if not _is_a_name(drawn):
        form.fault("strokes", SIGNATURE_MISSING)
    return Signature(drawn, typed)


def _stroke(value: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple((float(point[0]), float(point[1])) for point in value if _is_point(point))


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) >= 2
        # The comparison refuses NaN and infinity as well.
        and all(isinstance(v, int | float) and 0 <= v <= FARTHEST for v in value[:2])
    )


def _is_a_name(strokes: tuple[tuple[tuple[float, float], ...], ...]) -> bool:
    points = [point for stroke in strokes for point in stroke]
    return any(
        max(values) - min(values) >= SMALLEST_EXTENT
        for values in ([p[0] for p in points], [p[1] for p in points])
        if values
    )
