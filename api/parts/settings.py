"""Every setting of the program: typed, described, read from ``SANLAI_…`` variables.

A variable's name is the field's name in capitals behind ``SANLAI_``. A secret can also come from
a file (``SANLAI_INFLUX_TOKEN_FILE=/run/secrets/influx_token``), as container platforms hand it.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kit.db import MigrationLimits

PREFIX = "SANLAI_"
FILE_SUFFIX = "_FILE"
_OTHERS = ("SANLAI_TEST_", "SANLAI_SIM_")
"""Variables of the tests and simulators share the prefix, but are not settings."""

_DATABASES = ("sqlite", "postgresql+psycopg")


class SettingsError(Exception):
    """Settings that the program can't start with; carries every fault, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """The settings of one process; frozen, so that what was checked stays what is used."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(Path("var"), description="Folder for all data on disk.")
    database_url: SecretStr | None = Field(
        None,
        description="Database: sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME. "
        "Unset: SQLite in the data folder.",
    )
    database_password: SecretStr | None = Field(
        None, description="Password of the database, so that SANLAI_DATABASE_URL need not hold it."
    )
    migration_lock_s: float = Field(
        5, gt=0, description="Seconds that a migration waits for a table before it gives up."
    )
    migration_statement_s: float = Field(
        600, gt=0, description="Seconds that one statement of a migration may run (PostgreSQL)."
    )

    store: Literal["embedded", "influx"] = Field(
        "embedded", description="Where points are kept: embedded (a file) or influx (InfluxDB 2)."
    )
    influx_url: str = Field("http://127.0.0.1:8086", description="Address of InfluxDB.")
    influx_token: SecretStr | None = Field(None, description="Token for the bucket: read, write.")
    influx_org: str = Field("sanlai", description="Organisation in InfluxDB.")
    influx_bucket: str = Field("sanlai", description="Bucket in InfluxDB.")
    points_keep_days: int = Field(
        0, ge=0, description="Points older than this many days are deleted once a day; 0: never."
    )

    mqtt_host: str = Field("127.0.0.1", min_length=1, description="Host of the MQTT broker.")
    mqtt_port: int = Field(1883, ge=1, le=65535, description="Port of the MQTT broker.")
    mqtt_protocol: Literal["5", "311"] = Field(
        "5", description="MQTT version: 5, or 311 for a broker without MQTT 5."
    )
    mqtt_username: str | None = Field(None, description="User at the broker.")
    mqtt_password: SecretStr | None = Field(None, description="Password at the broker.")
    mqtt_client_id: str = Field(
        "sanlai-ingest",
        min_length=1,
        max_length=64,
        description="Fixed client id: the broker keeps this client's queue while it is away.",
    )
    mqtt_share_group: str | None = Field(
        None, description="Shared subscription group, for several ingest workers on one broker."
    )
    mqtt_tls: bool = Field(False, description="Use TLS to the broker.")
    mqtt_tls_ca: Path | None = Field(None, description="CA certificate file for the broker.")

    http_host: str = Field("127.0.0.1", min_length=1, description="Address the web listens on.")
    http_port: int = Field(8000, ge=1, le=65535, description="Port the web listens on.")
    public_url: str | None = Field(
        None, description="Base address of customers' links. Unset: that of the request."
    )
    secure_cookies: bool = Field(
        False, description="Send cookies over HTTPS only; set to true behind a TLS proxy."
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Trusted proxies (X-Forwarded headers), separated by commas."
    )
    session_idle_minutes: int = Field(
        720, ge=1, description="Minutes without a request after which a log-in ends."
    )
    session_max_hours: int = Field(
        168, ge=1, description="Hours after which a log-in ends, used or not."
    )

    timezone: str = Field("Asia/Shanghai", description="Time zone of the company (IANA name).")
    language: Literal["zh", "en"] = Field("zh", description="Default language of the pages.")
    company_name: str = Field(
        "三来供水公司", min_length=1, max_length=80, description="Company's name on pages."
    )
    quantities_file: Path | None = Field(
        None, description="TOML file with the company's own quantities."
    )
    service_office_lat: float = Field(
        31.2990, ge=-90, le=90, description="Latitude of the service office, WGS-84 degrees."
    )
    service_office_lon: float = Field(
        120.5853, ge=-180, le=180, description="Longitude of the service office, WGS-84 degrees."
    )
    secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="Key of customers' links. Unset: made at the first start, in the data folder.",
    )

    alarm_late_after_s: float = Field(
        900, gt=0, description="Readings older than this many seconds at receipt raise no alarm."
    )
    spool_max_mb: int = Field(
        512, ge=1, description="Megabytes of readings kept on disk while the store is away."
    )
    quarantine_max_rows: int = Field(
        100_000, ge=1, description="Quarantined rows kept; older ones are deleted."
    )
    demo_broker: Literal["auto", "mosquitto", "nats"] = Field(
        "auto", description="Broker that `sanlai demo` starts; auto: Mosquitto or else NATS."
    )
    demo_interval_s: float = Field(
        1.0, ge=0.2, le=600, description="Seconds between messages of each station of the demo."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level of messages that are logged."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic gives the signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments first, then variables, then files of secrets; read no ``.env``."""
        return init_settings, env_settings, _SecretFiles(settings_cls)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{value!r} is not an IANA time zone such as Asia/Shanghai") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        # The text may hold a password, so no message repeats it.
        try:
            url = make_url(value.get_secret_value())
        except ArgumentError:
            raise ValueError("is not a database URL") from None
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername not in _DATABASES:
            raise ValueError(f"begins with {url.drivername}: use one of {', '.join(_DATABASES)}")
        return SecretStr(url.render_as_string(hide_password=False))

    @model_validator(mode="after")
    def _whole(self) -> Settings:
        if self.store == "influx" and self.influx_token is None:
            raise ValueError("SANLAI_STORE is influx, so SANLAI_INFLUX_TOKEN is needed")
        if self.mqtt_password is not None and self.mqtt_username is None:
            raise ValueError("SANLAI_MQTT_PASSWORD is set, so SANLAI_MQTT_USERNAME is needed")
        return self

    @property
    def effective_database_url(self) -> str:
        """The URL of the records, with its password: SQLite in the data folder unless set."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir.absolute() / 'sanlai.db'}"
        url = make_url(self.database_url.get_secret_value())
        if self.database_password is not None:
            url = url.set(password=self.database_password.get_secret_value())
        return url.render_as_string(hide_password=False)

    @property
    def migration_limits(self) -> MigrationLimits:
        """How long a migration waits, and works."""
        return MigrationLimits(self.migration_lock_s, self.migration_statement_s)

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def points_path(self) -> Path:
        """File of the embedded store."""
        return self.data_dir / "points.db"

    @property
    def spool_path(self) -> Path:
        """Place of the spool: what is kept while the store is away."""
        return self.data_dir / "spool"


class _SecretFiles(PydanticBaseSettingsSource):
    """Secrets named by ``SANLAI_…_FILE`` variables."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the content of the field's file, without the newline at its end."""
        path = os.environ.get(file_variable(field_name)) if is_secret(field) else None
        if path is None:
            return None, field_name, False
        if os.environ.get(variable(field_name)) is not None:
            raise SettingsError(
                [f"{variable(field_name)} and {file_variable(field_name)} are both set: keep one"]
            )
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                [f"{file_variable(field_name)}: {path} can't be read ({error})"]
            ) from error

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


def variable(field_name: str) -> str:
    """Return the name of the environment variable of a field."""
    return PREFIX + field_name.upper()


def file_variable(field_name: str) -> str:
    """Return the name of the variable that names a secret's file."""
    return variable(field_name) + FILE_SUFFIX


def is_secret(field: FieldInfo) -> bool:
    """Whether a field holds a secret: shown masked, and readable from a file."""
    return "SecretStr" in str(field.annotation)


def load_settings(**overrides: Any) -> Settings:
    """Return the settings of this process; raise ``SettingsError`` with every fault."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError([_sentence(dict(fault)) for fault in error.errors()]) from None


def _sentence(fault: dict[str, Any]) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:
        return message
    name = str(fault["loc"][0])
    field = Settings.model_fields.get(name)
    given = "" if field is None or is_secret(field) else f" (it is {fault['input']!r})"
    return f"{variable(name)}: {message}{given}"


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Return one sentence for each unknown ``SANLAI_`` variable, with the nearest known one."""
    known = {variable(name) for name in Settings.model_fields}
    known |= {file_variable(n) for n, field in Settings.model_fields.items() if is_secret(field)}
    sentences = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name.startswith(_OTHERS) or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        sentences.append(f"{name} is not a setting of this program{hint}")
    return sentences
