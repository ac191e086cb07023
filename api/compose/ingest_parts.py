"""The ingest, put together from the settings: broker, spool, store, records."""

from __future__ import annotations

from api.parts.parts import Parts
from api.parts.settings import Settings
from telemetry.ingest.mqtt import MqttLink, MqttSettings
from telemetry.ingest.pipeline import Ingest, IngestSettings
from telemetry.ingest.recorder import RecorderSettings
from telemetry.ingest.spool import Spool

MEGABYTE = 1_000_000


def make_ingest(parts: Parts) -> Ingest:
    """Return an ingest ready to run; only one process at a time may have the spool."""
    settings = parts.settings
    return Ingest(
        db=parts.db,
        store=parts.store,
        spool=Spool(settings.spool_path, settings.spool_max_mb * MEGABYTE),
        broker=MqttLink(mqtt_settings(settings)),
        clock=parts.clock,
        quantities=parts.quantities,
        settings=IngestSettings(
            name=settings.mqtt_client_id,
            late_after_s=settings.alarm_late_after_s,
            recorder=RecorderSettings(quarantine_max_rows=settings.quarantine_max_rows),
        ),
    )


def mqtt_settings(settings: Settings) -> MqttSettings:
    """Return the broker's address and the account to log in with."""
    password = settings.mqtt_password
    return MqttSettings(
        host=settings.mqtt_host,
        port=settings.mqtt_port,
        protocol=settings.mqtt_protocol,
        client_id=settings.mqtt_client_id,
        username=settings.mqtt_username,
        password=None if password is None else password.get_secret_value(),
        tls=settings.mqtt_tls,
        tls_ca=settings.mqtt_tls_ca,
        share_group=settings.mqtt_share_group,
    )
