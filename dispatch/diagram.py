"""The workflow as a page to read: a Mermaid diagram and a table, made from ``workflow.TABLE``.

``python -m dispatch.diagram > docs/workflow.md`` writes it anew; a test holds the two together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from dispatch.guards import Guard
from dispatch.model import State
from dispatch.workflow import TABLE, Step

_HEAD = """# The life of a repair

Made from `dispatch/workflow.py` by `python -m dispatch.diagram > docs/workflow.md`; a test fails
when the two differ. A step without a new state (it stays where it is) is in the table only.

```mermaid
stateDiagram-v2
"""


def page() -> str:
    """Return the whole page, in Markdown."""
    return _HEAD + "\n".join(_arrows()) + "\n```\n\n" + "\n".join(_lines()) + "\n"


def _arrows() -> Iterator[str]:
    for step in TABLE:
        for source in step.sources:
            if step.to is not None and step.to is not source:
                start = "[*]" if source is State.NEW else source.value
                yield f"    {start} --> {step.to.value}: {step.command}"
    yield f"    {State.ARCHIVED.value} --> [*]"


def _lines() -> Iterator[str]:
    yield "| from | command | to | who | on condition that | why |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for step in TABLE:
        cells = (
            ", ".join(step.sources),
            step.command,
            step.to.value if step.to else "(stays)",
            _who(step),
            ", ".join(_name(guard) for guard in step.guards) or "–",
            step.cites,
        )
        yield "| " + " | ".join(cells) + " |"


def _who(step: Step) -> str:
    return ", ".join(f"{who.post}{' (named)' if who.named else ''}" for who in step.who)


def _name(guard: Guard) -> str:
    return str(getattr(guard, "__name__", guard)).replace("_", " ")


if __name__ == "__main__":
    sys.stdout.write(page())
