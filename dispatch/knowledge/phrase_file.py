"""The room's own ``phrases.toml``, read when the program is put together."""

from __future__ import annotations

from importlib import resources

from dispatch.knowledge.phrases import Phrase, read_phrases


def load_phrases() -> tuple[Phrase, ...]:
    """Return the standard phrases that the package carries; raise ``ValueError``."""
    text = resources.files("dispatch.knowledge").joinpath("phrases.toml").read_text("utf-8")
    return read_phrases(text)
