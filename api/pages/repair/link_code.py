"""A link as a QR code, for a phone to read from another's screen."""

from __future__ import annotations

import segno
from markupsafe import Markup

_MODULE = 5
"""Pixels of one square: readable from an arm's length on a telephone."""


def link_code(url: str) -> Markup:
    """Return the picture as SVG, dark on white in both colour schemes."""
    picture = segno.make(url, error="m", micro=False).svg_inline(scale=_MODULE, light="#fff")
    return Markup(picture)  # noqa: S704 - drawn by segno: paths and numbers, no text of anybody
