"""The whole schema: importing this module has imported the tables of every package."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from kit.db import Base

TABLE_MODULES = (
    "kit.idempotency",
    "stations.tables",
    "telemetry.tables",
    "dispatch.tables",
    "api.tables",
    "api.heartbeat",
)
"""Every module that defines tables."""

for _module in TABLE_MODULES:
    if find_spec(_module):
        import_module(_module)

METADATA = Base.metadata
"""What the migrations must arrive at."""
