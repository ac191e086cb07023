"""The package's own ``rules.toml``, read when the program is put together."""

from __future__ import annotations

from importlib import resources

from telemetry.rulebook import TelemetryRuleBook, read_rule_book


def load_rule_book() -> TelemetryRuleBook:
    """Return the rules that the package carries; raise ``RuleFileError``."""
    text = resources.files("telemetry").joinpath("rules.toml").read_text(encoding="utf-8")
    return read_rule_book(text)
