"""The one place where the parts are put together: settings in, a working program out."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.accounts.users import active_technicians
from api.compose.settings import Settings, SettingsError
from dispatch.repair.context import Workflow
from dispatch.repair.desk import RepairDesk
from dispatch.repair.workflow import REPAIR
from dispatch.rule_file import load_rule_book
from kit.clock import Clock, SystemClock
from kit.db import Database
from kit.errors import Invalid
from kit.geo import Position
from stations.assets.quantities import Quantities, load_quantities
from telemetry.stores.embedded import EmbeddedStore
from telemetry.stores.port import Store

SECRET_FILE = "secret"  # noqa: S105 - the name of a file, not a secret


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a process of the program works with; ``close()`` gives it back."""

    settings: Settings
    clock: Clock
    db: Database
    store: Store
    quantities: Quantities
    desk: RepairDesk
    secret: bytes

    def close(self) -> None:
        """Close the store and the database."""
        self.store.close()
        self.db.close()


def build(
    settings: Settings,
    clock: Clock | None = None,
    *,
    writes_points: bool = False,
    workflow: Workflow = REPAIR,
) -> Parts:
    """Put the parts together.

    Only the process that ingests has ``writes_points``: everyone else opens the embedded store
    for reading. ``workflow`` is the table of a repair. Raises ``SettingsError`` when the data
    folder can't be used.
    """
    clock = clock or SystemClock()
    prepare_data_dir(settings.data_dir)
    secret = load_secret(settings)
    db = Database(settings.effective_database_url)
    desk = RepairDesk(
        db=db,
        clock=clock,
        rule_book=load_rule_book(),
        zone=settings.zone,
        service_office=Position(settings.service_office_lat, settings.service_office_lon),
        link_secret=derive_key(secret, "customer-link"),
        technicians=active_technicians,
        workflow=workflow,
    )
    return Parts(
        settings=settings,
        clock=clock,
        db=db,
        store=open_store(settings, writes_points=writes_points),
        quantities=open_quantities(settings),
        desk=desk,
        secret=secret,
    )


@contextmanager
def built(
    settings: Settings, clock: Clock | None = None, *, writes_points: bool = False
) -> Iterator[Parts]:
    """Give the parts, and close them at the end."""
    parts = build(settings, clock, writes_points=writes_points)
    try:
        yield parts
    finally:
        parts.close()


def open_store(settings: Settings, *, writes_points: bool) -> Store:
    """Return the store that the settings name; neither of them is asked anything yet."""
    if settings.store == "influx":
        if settings.influx_token is None:  # Settings refuses this; the type does not know
            raise SettingsError(["SANLAI_INFLUX_TOKEN is needed"])
        # Its client brings NumPy with it: only who uses it waits for that and carries it.
        from telemetry.stores.influx import InfluxStore

        return InfluxStore(
            settings.influx_url,
            settings.influx_token.get_secret_value(),
            settings.influx_org,
            settings.influx_bucket,
        )
    return EmbeddedStore(settings.points_path, read_only=not writes_points)


def open_quantities(settings: Settings) -> Quantities:
    """Return the catalogue of quantities, with the company's own; raise ``SettingsError``."""
    path = settings.quantities_file
    if path is None:
        return load_quantities()
    try:
        return load_quantities((str(path), path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"SANLAI_QUANTITIES_FILE: {path} can't be read ({error})"]) from error
    except Invalid as error:
        raise SettingsError([f"{one.field}: {one.message}" for one in error.errors]) from error


def prepare_data_dir(path: Path) -> None:
    """Make the data folder, readable by its owner alone; raise ``SettingsError`` if it can't be."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError([f"SANLAI_DATA_DIR: {path} can't be made ({error})"]) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise SettingsError([f"SANLAI_DATA_DIR: {path} can't be written"])


def load_secret(settings: Settings) -> bytes:
    """Return the program's secret: the setting, or that of the data folder, made when missing.

    Several processes may start at once: each writes a file of its own and links it into place,
    which succeeds for one of them; all read what stands then.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = settings.data_dir / SECRET_FILE
    if not path.exists():
        mine = path.with_name(f".{SECRET_FILE}-{os.getpid()}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())  # a link already given to a customer must outlast a crash
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    text = path.read_text(encoding="ascii").strip()
    if len(text) < 32:
        raise SettingsError([f"{path} is damaged: restore it, or set SANLAI_SECRET"])
    return text.encode()


def derive_key(secret: bytes, purpose: str) -> bytes:
    """Return the key for one purpose, so that no two uses of the secret share a key."""
    return hmac.digest(secret, f"sanlai/{purpose}".encode(), hashlib.sha256)
