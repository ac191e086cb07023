"""Credentials of a deployment: made once, kept whole, hashed as Mosquitto does."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from stations.assets.station import STATION_ID
from tests.deployment.compose import DEPLOY, load_compose
from tests.real_parts import find_command

SCRIPT = DEPLOY / "credentials.py"


@pytest.fixture(scope="module")
def credentials() -> ModuleType:
    spec = importlib.util.spec_from_file_location("deploy_credentials", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(credentials: ModuleType, tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    credentials.make(made)
    return made


def _users(folder: Path) -> dict[str, str]:
    lines = (folder / "mosquitto_users").read_text().splitlines()
    return dict(line.split(":", 1) for line in lines)


def test_every_secret_of_the_compose_file_is_made(folder: Path) -> None:
    wanted = {Path(secret["file"]).name for secret in load_compose()["secrets"].values()}
    assert {path.name for path in folder.iterdir()} == wanted


def test_no_two_secrets_are_alike_and_each_is_long(credentials: ModuleType, folder: Path) -> None:
    values = {(folder / name).read_text().strip() for name in credentials.GENERATED}
    assert len(values) == len(credentials.GENERATED)
    assert all(len(value) == 64 for value in values)


def test_only_the_owner_can_enter_the_folder(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_is_there_is_never_overwritten(credentials: ModuleType, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(credentials.CredentialError, match="Nothing was changed"):
        credentials.make(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_one_secret_that_is_there_stops_the_making_of_the_others(
    credentials: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "influx_token").write_text("of a running system")
    with pytest.raises(credentials.CredentialError, match="influx_token"):
        credentials.make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["influx_token"]


def test_a_station_is_added_beside_the_others(credentials: ModuleType, folder: Path) -> None:
    before = _users(folder)
    password = credentials.add_station(folder, "pump-01")
    after = _users(folder)
    assert after.keys() == {*before, "pump-01"}
    assert {name: after[name] for name in before} == before
    assert password not in (folder / "mosquitto_users").read_text()


def test_a_station_added_again_has_a_new_password(credentials: ModuleType, folder: Path) -> None:
    first = credentials.add_station(folder, "pump-01")
    old = _users(folder)["pump-01"]
    assert credentials.add_station(folder, "pump-01") != first
    assert _users(folder)["pump-01"] != old


def test_a_removed_station_is_no_user_any_more(credentials: ModuleType, folder: Path) -> None:
    credentials.add_station(folder, "pump-01")
    credentials.remove_station(folder, "pump-01")
    assert "pump-01" not in _users(folder)
    with pytest.raises(credentials.CredentialError, match="no station"):
        credentials.remove_station(folder, "pump-01")


@pytest.mark.parametrize(
    "name", ["", "a", "Pump-01", "pump/01", "+", "#", "pump:01", "-a", "a" * 33, "sanlai-worker"]
)
def test_a_name_that_is_no_station_s_id_is_refused(
    credentials: ModuleType, folder: Path, name: str
) -> None:
    before = _users(folder)
    with pytest.raises(credentials.CredentialError, match="can't be a station's id"):
        credentials.add_station(folder, name)
    assert _users(folder) == before


def test_the_worker_can_not_be_removed(credentials: ModuleType, folder: Path) -> None:
    with pytest.raises(credentials.CredentialError):
        credentials.remove_station(folder, "sanlai-worker")
    assert "sanlai-worker" in _users(folder)


def test_ids_of_stations_are_those_of_the_program(credentials: ModuleType) -> None:
    assert credentials.STATION_ID.pattern == STATION_ID.pattern


@pytest.mark.needs("mosquitto")
def test_a_hash_made_here_is_the_hash_that_mosquitto_makes(
    credentials: ModuleType, tmp_path: Path
) -> None:
    import base64

    program = find_command("mosquitto_passwd")
    assert program is not None
    file = tmp_path / "users"
    subprocess.run([program, "-c", "-b", str(file), "pump-01", "p@ss 三"], check=True)
    theirs = file.read_text().strip().split(":", 1)[1]
    salt = base64.b64decode(theirs.split("$")[3])
    assert credentials.hash_password("p@ss 三", salt) == theirs


def test_the_command_says_what_it_did_and_what_went_wrong(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPT), "--folder", str(tmp_path / "s"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    missing = run("add-station", "pump-01")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "credentials.py make" in missing.stderr
    assert run("make").returncode == 0
    added = run("add-station", "pump-01")
    assert added.returncode == 0
    assert "docker compose kill -s HUP mosquitto" in added.stdout
