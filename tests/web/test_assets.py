"""The third-party scripts come from npm by the lock file, and only those that are named."""

from __future__ import annotations

import json
import re

import pytest

from api.web import assets


def test_the_lock_file_pins_what_the_pages_use_with_digests() -> None:
    lock = json.loads((assets.HERE / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((assets.HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert set(packages) == {f"node_modules/{name}" for name in wanted}
    for name, entry in packages.items():
        assert entry["version"] == wanted[name.removeprefix("node_modules/")]
        assert entry["integrity"].startswith("sha512-")


def test_every_file_is_of_a_locked_package_and_keeps_its_licence() -> None:
    locked = json.loads((assets.HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {source.split("/")[0] for source in assets.FILES.values()}
    assert packages == set(locked)
    licences = [s for s in assets.FILES.values() if s.endswith("LICENSE")]
    assert len(licences) == len(packages)


def test_our_own_scripts_ask_for_no_other_site_and_run_no_text() -> None:
    for path in (assets.HERE / "static" / "js").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|\beval\(|new Function|innerHTML|document\.write", text), (
            path.name
        )


def test_npm_trusts_whom_the_machine_trusts_and_finds_its_own_node(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NODE_USE_SYSTEM_CA", raising=False)
    made = assets.npm_environment(["/wheel/bin/node", "npm-cli.js"])
    assert made["NODE_USE_SYSTEM_CA"] == "1"
    assert made["PATH"].startswith("/wheel/bin:")
    monkeypatch.setenv("NODE_USE_SYSTEM_CA", "0")
    assert assets.npm_environment(["node"])["NODE_USE_SYSTEM_CA"] == "0"
