"""Canonical bytes of plain data, so that it can be compared, hashed and chained. Pure."""

from __future__ import annotations

import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Return ``value`` as JSON in one fixed form; raise ``ValueError`` for NaN or infinity."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
