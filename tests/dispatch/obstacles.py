"""Every obstacle that the rooms of a repair name."""

from __future__ import annotations

import importlib
import pkgutil

import dispatch.repair
from kit.step import Obstacle


def obstacles() -> list[Obstacle]:
    found: dict[int, Obstacle] = {}
    for module in pkgutil.iter_modules(dispatch.repair.__path__, "dispatch.repair."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Obstacle):
                found[id(value)] = value
    return list(found.values())
