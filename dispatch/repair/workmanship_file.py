"""The package's own ``workmanship.toml``, read when the program is put together."""

from __future__ import annotations

from importlib import resources

from dispatch.repair.workmanship import Workmanship, read_workmanship


def load_workmanship() -> Workmanship:
    """Return the standard of good work that the package carries; raise ``RuleFileError``."""
    found = resources.files("dispatch.repair").joinpath("workmanship.toml")
    return read_workmanship(found.read_text(encoding="utf-8"))
