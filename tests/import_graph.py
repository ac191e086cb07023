"""Which module of the program imports which, as the tests of the architecture read it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("api", "dispatch", "telemetry", "stations", "kit", "simulators")


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def package(module: str) -> str:
    return module.split(".", 1)[0]


def modules_of(*names: str) -> list[str]:
    return sorted(m for m in graph().modules if package(m) in names)


def imports_of(module: str) -> set[str]:
    return set(graph().find_modules_directly_imported_by(module))
