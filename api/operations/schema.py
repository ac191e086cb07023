"""The whole schema: importing this module has imported the tables of every package."""

from __future__ import annotations

import api.accounts.account_tables
import api.operations.heartbeat
import dispatch.appointments.appointments
import dispatch.appointments.slot_store
import dispatch.archive.archive_tables
import dispatch.cases.cases
import dispatch.clocks.deadlines
import dispatch.fees.fee_store
import dispatch.knowledge.knowledge_tables
import dispatch.materials.material_tables
import dispatch.queue.waiters
import dispatch.repair.repair_tables
import dispatch.roster.call_outs
import dispatch.roster.duty_tables
import dispatch.roster.leaves
import dispatch.slips.material_slips
import dispatch.slips.stock_notes
import kit.idempotency
import kit.numbers
import kit.refusals
import stations.assets.asset_tables
import telemetry.alarms.alarm_tables
import telemetry.ingest.ingest_tables
from kit.db import Base

TABLE_MODULES = (
    kit.idempotency,
    stations.assets.asset_tables,
    telemetry.alarms.alarm_tables,
    telemetry.ingest.ingest_tables,
    dispatch.repair.repair_tables,
    dispatch.clocks.deadlines,
    kit.refusals,
    kit.numbers,
    dispatch.roster.leaves,
    dispatch.roster.duty_tables,
    dispatch.knowledge.knowledge_tables,
    dispatch.queue.waiters,
    dispatch.cases.cases,
    dispatch.roster.call_outs,
    dispatch.fees.fee_store,
    dispatch.materials.material_tables,
    dispatch.slips.material_slips,
    dispatch.slips.stock_notes,
    dispatch.appointments.slot_store,
    dispatch.appointments.appointments,
    dispatch.archive.archive_tables,
    api.accounts.account_tables,
    api.operations.heartbeat,
)
"""Every module that defines tables: each has put them into the metadata by being imported."""

METADATA = Base.metadata
"""The schema that the migrations must produce."""
