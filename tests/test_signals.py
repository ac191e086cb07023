"""A signal interrupts anything, another handler too: so a handler may only set a flag."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "benchmarks", "deploy", "dispatch", "kit", "simulators", "stations", "telemetry")


def handlers(tree: ast.Module) -> list[str]:
    """Names of what is handed to ``signal.signal``, without those that are put back."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "signal.signal":
            name = ast.unparse(node.args[1]).rpartition(".")[2]
            if name not in ("handler", "SIG_IGN", "SIG_DFL"):
                found.append(name)
    return found


def calls(tree: ast.Module, name: str) -> list[str]:
    made = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name]
    assert len(made) == 1, f"{name} is not one function of the module that sets it"
    inner = ast.walk(ast.Module(made[0].body, []))
    return [ast.unparse(node) for node in inner if isinstance(node, ast.Call | ast.With)]


def test_a_signal_handler_calls_nothing_that_may_wait_for_a_lock() -> None:
    seen = 0
    for path in (p for package in PACKAGES for p in (ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name in handlers(tree):
            seen += 1
            assert calls(tree, name) == [], f"{path.relative_to(ROOT)}: {name}"
    assert seen >= 3


@pytest.mark.parametrize("text", ["stop.set()", "with lock:\n        pass"])
def test_a_handler_that_could_wait_would_be_found(text: str) -> None:
    tree = ast.parse(f"def on(n, f):\n    {text}\nsignal.signal(signal.SIGTERM, on)\n")
    assert handlers(tree) == ["on"]
    assert calls(tree, "on") != []
