from pathlib import Path

import pytest
from pydantic import SecretStr

from api.cli.inspect import list_settings
from api.parts.openers import derive_key, load_secret, prepare_data_dir
from api.parts.settings import (
    Settings,
    SettingsError,
    file_variable,
    is_secret,
    load_settings,
    unknown_variables,
    variable,
)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, field in Settings.model_fields.items():
        monkeypatch.delenv(variable(name), raising=False)
        if is_secret(field):
            monkeypatch.delenv(file_variable(name), raising=False)


def test_without_any_variable_the_program_can_start() -> None:
    settings = load_settings()
    assert settings.http_port == 8000
    assert settings.effective_database_url.startswith("sqlite:////")
    assert settings.effective_database_url.endswith("/var/sanlai.db")


def test_every_setting_says_what_it_means() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == []


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANLAI_HTTP_PORT", "eighty")
    monkeypatch.setenv("SANLAI_STORE", "paper")
    monkeypatch.setenv("SANLAI_TIMEZONE", "../../etc/passwd")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    named = sorted(fault.split(":")[0] for fault in caught.value.faults)
    assert named == ["SANLAI_HTTP_PORT", "SANLAI_STORE", "SANLAI_TIMEZONE"]


def test_a_wrong_secret_is_not_repeated_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANLAI_SECRET", "too-short-to-be-safe")
    monkeypatch.setenv("SANLAI_DATABASE_URL", "mysql://root:hunter2@db/x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(caught.value.faults) == 2
    assert "too-short" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_store_that_needs_a_token_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANLAI_STORE", "influx")
    with pytest.raises(SettingsError, match="SANLAI_INFLUX_TOKEN"):
        load_settings()


def test_a_secret_comes_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0ken\n")
    monkeypatch.setenv("SANLAI_STORE", "influx")
    monkeypatch.setenv("SANLAI_INFLUX_TOKEN_FILE", str(tmp_path / "token"))
    token = load_settings().influx_token
    assert token is not None
    assert token.get_secret_value() == "t0ken"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("one")
    monkeypatch.setenv("SANLAI_INFLUX_TOKEN", "two")
    monkeypatch.setenv("SANLAI_INFLUX_TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(SettingsError, match="both set"):
        load_settings()


def test_a_secret_file_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SANLAI_MQTT_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="SANLAI_MQTT_PASSWORD_FILE"):
        load_settings()


def test_the_password_of_the_database_is_put_into_its_url() -> None:
    settings = load_settings(
        database_url=SecretStr("postgresql://sanlai@db/sanlai"),
        database_password=SecretStr("p@ss/word"),
    )
    assert settings.effective_database_url == (
        "postgresql+psycopg://sanlai:p%40ss%2Fword@db/sanlai"
    )


def test_a_mistyped_variable_is_told_with_the_nearest_name() -> None:
    environ = {
        "SANLAI_HTTP_PRT": "1",
        "SANLAI_HTTP_PORT": "1",
        "SANLAI_SECRET_FILE": "x",
        "SANLAI_TEST_INFLUXD": "x",
        "PATH": "x",
    }
    assert unknown_variables(environ) == [
        "SANLAI_HTTP_PRT is not a setting of this program; did you mean SANLAI_HTTP_PORT?"
    ]


def test_the_list_of_settings_masks_secrets() -> None:
    rows = list_settings(load_settings(secret=SecretStr("s" * 32)))
    assert {row["name"] for row in rows} == {variable(name) for name in Settings.model_fields}
    assert next(row["value"] for row in rows if row["name"] == "SANLAI_SECRET") == "********"
    assert all("s" * 32 not in row["value"] for row in rows)


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    first = load_secret(settings)
    assert load_secret(settings) == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert len(first) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_damaged_secret_is_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    with pytest.raises(SettingsError, match="damaged"):
        load_secret(load_settings(data_dir=tmp_path))


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert derive_key(b"x" * 32, "a") != derive_key(b"x" * 32, "b")


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="SANLAI_DATA_DIR"):
        prepare_data_dir(tmp_path / "file" / "var")
