"""Reads docker-compose.yml as docker compose would: variables put in, secrets resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE_FILE = ROOT / "docker-compose.yml"

_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>[A-Z_]+):-(?P<default>[^}]*)\}|(?P<odd>\$)")


def interpolate(value: Any, variables: Mapping[str, str]) -> Any:
    """Put variables into every text; raise ``ValueError`` for a ``$`` of any other form."""
    if isinstance(value, dict):
        return {key: interpolate(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolate(item, variables) for item in value]
    if not isinstance(value, str):
        return value

    def put(match: re.Match[str]) -> str:
        if match["odd"]:
            raise ValueError(f"{value!r}: write $$ for a dollar, ${{NAME:-default}} for a variable")
        return "$" if match[0] == "$$" else variables.get(match["name"]) or match["default"]

    return _VARIABLE.sub(put, value)


def load_compose(variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the compose file, its variables taken from ``variables`` or their defaults."""
    loaded = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
    return dict(interpolate(loaded, variables or {}))


def variables_of_compose() -> dict[str, str]:
    """Return every variable that the compose file reads, with its default."""
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    return {m["name"]: m["default"] for m in _VARIABLE.finditer(text) if m["name"]}


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    """Return a service's environment as the process gets it."""
    return {name: str(value) for name, value in service.get("environment", {}).items()}


def our_services(compose: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the services that run this program."""
    return {n: s for n, s in compose["services"].items() if s["image"].startswith("sanlai:")}


def read_env_file(path: Path) -> dict[str, str]:
    """Return the variables of a file of NAME=value lines."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    parted = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in parted}
