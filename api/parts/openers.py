"""Opens what the settings name: the store, the quantities, the data folder and its secret."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from api.parts.settings import Settings, SettingsError
from kit.errors import Invalid
from stations.assets.quantities import Quantities, load_quantities
from telemetry.stores.embedded import EmbeddedStore
from telemetry.stores.port import Store

SECRET_FILE = "secret"  # noqa: S105 - the name of a file, not a secret


def open_store(settings: Settings, *, writes_points: bool) -> Store:
    """Return the store that the settings name; neither of them is asked anything yet."""
    if settings.store == "influx":
        if settings.influx_token is None:  # Settings refuses this; the type does not know
            raise SettingsError(["SANLAI_INFLUX_TOKEN is needed"])
        # Its client imports NumPy, so it is loaded only when it is used.
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
