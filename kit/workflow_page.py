"""Draws a workflow as a page: a Mermaid diagram and a table, made from its lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kit.rights import Grant
from kit.workflow import Workflow


def draw(workflow: Workflow[Any, Any], head: str) -> str:
    """Return the page in Markdown: ``head``, the diagram, the table.

    A step without a new state (it stays where it is) is in the table only.
    """
    diagram = "\n".join(_arrows(workflow))
    table = "\n".join(_table(workflow))
    return f"{head}\n```mermaid\nstateDiagram-v2\n{diagram}\n```\n\n{table}\n"


def _arrows(workflow: Workflow[Any, Any]) -> Iterator[str]:
    yield f"    [*] --> {workflow.opening.to.value}: {workflow.opening.name}"
    left = set()
    for line in workflow.lines:
        for source in line.sources:
            if line.to is not None and line.to is not source:
                left.add(source)
                yield f"    {source.value} --> {line.to.value}: {line.step.name}"
    reached = dict.fromkeys(line.to for line in workflow.lines if line.to is not None)
    yield from (f"    {state.value} --> [*]" for state in reached if state not in left)


def _table(workflow: Workflow[Any, Any]) -> Iterator[str]:
    yield "| from | step | to | who | on condition that | why |"
    yield "| --- | --- | --- | --- | --- | --- |"
    opening = workflow.opening
    yield _row("–", opening.name, opening.to.value, opening.who, opening.conditions, opening.cites)
    for line in workflow.lines:
        sources = ", ".join(line.sources)
        to = line.to.value if line.to else "(stays)"
        yield _row(sources, line.step.name, to, line.who, line.conditions, line.cites)


def _row(
    sources: str, name: str, to: str, who: tuple[Grant, ...], conditions: tuple[Any, ...], why: str
) -> str:
    people = ", ".join(f"{grant.post}{' (own)' if grant.own else ''}" for grant in who)
    met = ", ".join(_words(one) for one in conditions) or "–"
    return "| " + " | ".join((sources, name, to, people, met, why)) + " |"


def _words(condition: Any) -> str:
    return str(getattr(condition, "__name__", condition)).replace("_", " ")
