"""The package's own ``papers.toml``, read when the program is put together."""

from __future__ import annotations

from importlib import resources

from dispatch.cases.required_papers import RequiredPapers, parse_papers


def load_papers() -> RequiredPapers:
    """Return the papers that matters need; raise ``RuleFileError``."""
    text = resources.files("dispatch.cases").joinpath("papers.toml").read_text(encoding="utf-8")
    return parse_papers(text)
