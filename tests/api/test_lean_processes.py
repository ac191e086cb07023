"""A process carries what it works with: libraries of a part that is not used stay on the disk."""

import subprocess
import sys

import pytest

HEAVY = ("influxdb_client", "numpy", "reactivex", "scipy", "wntr")
"""Each is hundreds of milliseconds at every start and tens of megabytes in every process."""


@pytest.mark.parametrize(
    "module", ["api.compose.bootstrap", "api.compose.app", "api.compose.worker", "api.demo.run"]
)
def test_a_process_that_does_not_use_influxdb_does_not_load_its_client(module: str) -> None:
    code = f"import sys, {module}; print(*(set({HEAVY!r}) & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == []
