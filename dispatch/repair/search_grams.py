"""What a text is found by: pairs of characters, and fours of digits. Pure.

Chinese has no blanks between its words, and callers say parts: two characters of a street, the
last four digits of a number. So a text is cut into all such parts, and a search looks up the parts
of what was typed. A part may stand elsewhere in the text than the others, so a hit is compared
with the text itself afterwards.
"""

from __future__ import annotations

import re

PAIR, DIGITS = 2, 4
"""How many characters, or digits, make a part."""

_RUNS = re.compile(r"\d+|[^\W\d_]+")


def grams_of(text: str) -> frozenset[str]:
    """Return the parts of a text; none for a text too short to be found by."""
    found = set()
    for run in _RUNS.findall(text.lower()):
        size = DIGITS if run[0].isdecimal() else PAIR
        found |= {run[n : n + size] for n in range(len(run) - size + 1)}
    return frozenset(found)
