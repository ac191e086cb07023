"""What is installed from the wheel is the whole program: pages, texts, rules, schema, scripts."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from api.web.assets import FILES

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "dispatch", "kit", "simulators", "stations", "telemetry")
MADE_BY_MACHINES = {"__pycache__", "node_modules"}
WITHIN_S = 300


def uv(*arguments: str | Path) -> None:
    program = Path(sysconfig.get_path("scripts")) / "uv"
    if not program.exists():
        pytest.skip("uv is not in this environment: use make test")
    done = subprocess.run(
        [program, *arguments, "--quiet"],
        env=os.environ | {"UV_PYTHON_DOWNLOADS": "never"},
        capture_output=True, text=True, timeout=WITHIN_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--python", sys.executable, "--out-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    wanted = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not MADE_BY_MACHINES & set(path.parts)
    }
    assert {f"api/web/static/vendor/{name}" for name in FILES} <= wanted
    held = set(zipfile.ZipFile(wheel).namelist())
    assert wanted - held == set()
    assert {name for name in held if name.startswith("tests/")} == set()


def test_the_program_runs_from_the_wheel_and_writes_in_its_data_folder_alone(
    wheel: Path, tmp_path: Path
) -> None:
    room, elsewhere = tmp_path / "room", tmp_path / "elsewhere"
    elsewhere.mkdir()
    uv("venv", "--python", sys.executable, room)
    uv("pip", "install", "--no-deps", "--offline", "--python", room / "bin" / "python", wheel)
    # The libraries are those of this environment; the program is the wheel's.
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SANLAI_")} | {
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SANLAI_DATA_DIR": str(tmp_path / "data"),
    }
    before = set(room.rglob("*"))
    for command in ("settings", "migrate"):
        done = subprocess.run(
            [room / "bin" / "sanlai", command],
            env=environ, cwd=elsewhere, capture_output=True, text=True, timeout=WITHIN_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "sanlai.db").exists()
    assert list(elsewhere.iterdir()) == []
    assert set(room.rglob("*")) == before
