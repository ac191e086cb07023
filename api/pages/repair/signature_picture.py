"""A drawn signature as lines of an SVG picture."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.repair.sheets import Signature

_MARGIN = 4.0


@dataclass(frozen=True, slots=True)
class SignaturePicture:
    """What the template draws: the box around the strokes, and each stroke's points."""

    drawn: bool
    typed: str
    box: str
    width: str
    lines: tuple[str, ...]


def picture(signature: Signature | None) -> SignaturePicture | None:
    """Return the signature as a picture, cut to the strokes; None when there is none."""
    if signature is None:
        return None
    points = [point for stroke in signature.strokes for point in stroke]
    if not points:
        return SignaturePicture(False, signature.typed_name, "", "", ())
    left, top = (min(point[axis] for point in points) - _MARGIN for axis in (0, 1))
    right, bottom = (max(point[axis] for point in points) + _MARGIN for axis in (0, 1))
    # A stroke that is a single point is a dot: drawn as a line of no length with a round cap.
    strokes = [stroke if len(stroke) > 1 else (*stroke, *stroke) for stroke in signature.strokes]
    return SignaturePicture(
        drawn=True,
        typed=signature.typed_name,
        box=f"{left:g} {top:g} {right - left:g} {bottom - top:g}",
        width=f"{max(2.0, (right - left) / 100):g}",
        lines=tuple(" ".join(f"{x:g},{y:g}" for x, y in stroke) for stroke in strokes if stroke),
    )
