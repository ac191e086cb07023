"""How text is compared in a search, and what of the typed text is looked for. Pure."""

from __future__ import annotations

import unicodedata

SHORTEST = 2
"""The shortest piece of text that can be found, in characters."""


def folded(text: str) -> str:
    """Return text as it is compared: one width, small letters, single blanks, no hidden signs."""
    shown = (c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFKC", "".join(shown)).casefold().split())


def sought_words(typed: str) -> tuple[str, ...]:
    """Return the words that an entry must contain, each once.

    A single character finds too much, so it is passed over.
    """
    return tuple(dict.fromkeys(word for word in folded(typed).split() if len(word) >= SHORTEST))
