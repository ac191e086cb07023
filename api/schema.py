"""The whole schema: importing this module has imported the tables of every package."""

from __future__ import annotations

import api.heartbeat
import api.tables
import dispatch.tables
import kit.idempotency
import stations.tables
import telemetry.tables  # noqa: F401 - these six are imported for the tables they define
from kit.db import Base

METADATA = Base.metadata
"""What the migrations must arrive at."""
