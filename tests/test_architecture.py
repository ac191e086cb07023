"""The house stands as drawn: imports point down, cores are pure, nothing happens at import."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.import_graph import PACKAGES, ROOT, graph, imports_of, modules_of, package

FLOORS = {"api": 3, "dispatch": 2, "telemetry": 2, "stations": 1, "kit": 0}

WORLD = {
    "sqlalchemy", "alembic", "psycopg", "sqlite3", "paho", "influxdb_client", "fastapi",
    "starlette", "uvicorn", "httpx", "urllib3", "requests", "socket", "ssl", "select", "selectors",
    "subprocess", "threading", "multiprocessing", "asyncio", "apscheduler", "secrets", "random",
    "time", "os", "shutil", "tempfile", "kit.clock", "kit.ids",
}  # fmt: skip
"""What a pure module may not touch: databases, networks, processes, files, clocks, chance."""


def users_of(library: str) -> set[str]:
    if library not in graph().modules:
        return set()
    return set(graph().find_modules_that_directly_import(library))


def test_the_graph_sees_the_whole_program() -> None:
    files = {p for name in PACKAGES for p in (ROOT / name).rglob("*.py")}
    assert len(modules_of(*PACKAGES)) >= len(files) * 0.9 > 20


def test_imports_point_down_only() -> None:
    wrong = [
        f"{module} imports {other}"
        for module in modules_of(*FLOORS)
        for other in imports_of(module)
        if package(other) in FLOORS
        and package(other) != package(module)
        and FLOORS[package(other)] >= FLOORS[package(module)]
    ]
    assert wrong == []


def test_simulators_and_the_program_know_nothing_of_each_other() -> None:
    wrong = [
        f"{module} imports {other}"
        for module in modules_of(*PACKAGES)
        for other in imports_of(module)
        if package(other) in PACKAGES
        and (package(module) == "simulators") != (package(other) == "simulators")
    ]
    assert wrong == []


def test_no_package_imports_the_tests() -> None:
    wrong = [m for m in modules_of(*PACKAGES) if any(package(o) == "tests" for o in imports_of(m))]
    assert wrong == []


def test_nothing_imports_in_a_circle() -> None:
    inside = modules_of(*PACKAGES)
    order = graphlib.TopologicalSorter({m: imports_of(m) & set(inside) - {m} for m in inside})
    try:
        order.prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])), pytrace=False)


def test_paho_is_spoken_in_one_place_of_the_program() -> None:
    assert {m for m in users_of("paho") if package(m) != "simulators"} == {"telemetry.ingest.mqtt"}


def test_the_clients_of_a_store_are_known_to_the_stores_alone() -> None:
    rooms = ("telemetry.stores.", "telemetry.ingest.spool", "simulators.")
    for library in ("influxdb_client", "sqlite3"):
        assert {m for m in users_of(library) if not m.startswith(rooms)} == set(), library


def test_web_and_scheduler_libraries_stay_on_the_top_floor() -> None:
    for library in ("fastapi", "starlette", "uvicorn", "jinja2", "apscheduler", "click", "alembic"):
        assert {package(m) for m in users_of(library)} <= {"api", "simulators"}, library


def test_only_one_file_knows_the_dialect() -> None:
    knowing = [
        str(path.relative_to(ROOT))
        for name in FLOORS
        for path in (ROOT / name).rglob("*.py")
        if _speaks_of_the_dialect(path) and "migrations" not in path.parts
    ]
    assert knowing == ["kit/db.py"]


def _speaks_of_the_dialect(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    asked = any(isinstance(n, ast.Attribute) and n.attr == "dialect" for n in ast.walk(tree))
    return asked or "sqlalchemy.dialects" in _named_imports(path)


def says_it_is_pure(path: Path) -> bool:
    """Whether the first paragraph of the module's docstring ends with "Pure."."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.split("\n\n")[0].endswith("Pure.")


def pure_modules() -> list[str]:
    return [m for m in modules_of(*PACKAGES) if says_it_is_pure(file_of(m))]


def file_of(module: str) -> Path:
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def test_every_floor_has_modules_that_say_they_are_pure() -> None:
    assert {package(module) for module in pure_modules()} >= set(FLOORS) - {"api"}


def test_a_module_that_says_it_is_pure_reaches_nothing_of_the_world_however_far_down() -> None:
    chains = [
        " -> ".join(graph().find_shortest_chain(module, other) or ())
        for module in pure_modules()
        for other in sorted(graph().find_upstream_modules(module) & WORLD)
    ]
    assert chains == []


@pytest.mark.parametrize("name", [n for n in FLOORS if n not in ("api", "kit")])
def test_no_core_reads_the_wall_clock(name: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / name).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    ]
    assert wrong == [], "take the time as an argument, or from a kit.clock.Clock"


AT_IMPORT = """
import importlib, pkgutil, sys, threading
refused = {"open", "socket.connect", "socket.bind", "subprocess.Popen", "sqlite3.connect",
           "os.mkdir", "os.remove", "os.rename", "os.putenv", "_thread.start_new_thread",
           "os.fork", "os.exec", "os.posix_spawn", "urllib.Request"}
root, found, watching = sys.argv[1], [], False

def ours():
    # What a module of ours does at import counts, also by way of a library; what a library does
    # at its own import does not: the importer's frame stands between it and us.
    frame = sys._getframe(2)
    while frame is not None and not frame.f_code.co_filename.startswith("<frozen importlib"):
        name = frame.f_code.co_filename
        if name.startswith(root) and ".venv" not in name:
            return name
        frame = frame.f_back
    return None

def hook(event, args):
    if watching and event in refused and (where := ours()):
        found.append(f"{where}: {event} {args[:2]!r}")

sys.addaudithook(hook)
for name in sys.argv[2:]:
    package = importlib.import_module(name)
    watching = True
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if module.name.endswith("__main__") or ".migrations." in module.name:
            continue  # these are scripts: they are run, and never imported by the program
        importlib.import_module(module.name)
    watching = False
threads = [t.name for t in threading.enumerate() if t is not threading.main_thread()]
print("\\n".join(found + threads))
"""


def what_happens_at_import(root: Path, *packages: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", AT_IMPORT, str(root), *packages],
        capture_output=True, text=True, check=False, cwd=root,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_every_module_opens_nothing_and_starts_nothing() -> None:
    assert what_happens_at_import(ROOT, *PACKAGES) == ""


@pytest.mark.parametrize(
    "line",
    [
        "from pathlib import Path; TEXT = Path(__file__).read_text()",
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
        "import sqlite3; DB = sqlite3.connect(':memory:')",
    ],
)
def test_a_module_that_does_something_at_import_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "eager").mkdir()
    (tmp_path / "eager" / "__init__.py").touch()
    (tmp_path / "eager" / "module.py").write_text(line + "\n")
    assert what_happens_at_import(tmp_path, "eager") != ""


def _named_imports(path: Path) -> set[str]:
    """Return what a file imports, by the names it writes: ``a.b`` gives ``a`` and ``a.b``."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            named |= {".".join(parts[: n + 1]) for n in range(len(parts))}
    return named
