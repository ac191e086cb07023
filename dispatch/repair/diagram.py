"""Writes ``docs/workflow.md``: ``python -m dispatch.repair.diagram > docs/workflow.md``."""

from __future__ import annotations

import sys

from dispatch.repair.workflow import REPAIR
from kit.workflow_page import draw

HEAD = """# The life of a repair

Made from `dispatch/repair/workflow.py` by `python -m dispatch.repair.diagram > docs/workflow.md`; a
test fails when the two differ. A step without a new state (it stays where it is) is in the table
only.
"""


def page() -> str:
    """Return the whole page, in Markdown."""
    return draw(REPAIR, HEAD)


if __name__ == "__main__":
    sys.stdout.write(page())
