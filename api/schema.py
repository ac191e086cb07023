"""The whole schema: importing this module has imported the tables of every package."""

from __future__ import annotations

import api.heartbeat
import api.tables
import dispatch.tables
import kit.idempotency
import stations.tables
import telemetry.tables
from kit.db import Base

TABLE_MODULES = (
    kit.idempotency,
    stations.tables,
    telemetry.tables,
    dispatch.tables,
    api.tables,
    api.heartbeat,
)
"""Every module that defines tables: each has put them into the metadata by being imported."""

METADATA = Base.metadata
"""What the migrations must arrive at."""
