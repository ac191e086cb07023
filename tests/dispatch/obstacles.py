"""Every obstacle, and every fault of a field, that the rooms of dispatch name."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import dispatch
from kit.fields import FaultKind
from kit.step import Obstacle


def obstacles() -> list[Obstacle]:
    return [value for value in _named() if isinstance(value, Obstacle)]


def fault_kinds() -> list[FaultKind]:
    return [value for value in _named() if isinstance(value, FaultKind)]


def _named() -> list[Any]:
    modules = pkgutil.walk_packages(dispatch.__path__, "dispatch.")
    values = (
        value for one in modules for value in vars(importlib.import_module(one.name)).values()
    )
    return list({id(value): value for value in values}.values())
