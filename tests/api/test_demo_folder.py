"""A demo takes a folder of its own, and what is somebody's real work stays out of its reach."""

import json
from pathlib import Path

import pytest

from api.demo import demo_logins
from api.demo import folder as demo_folder
from api.parts.settings import SettingsError
from kit.actors import Post


def test_asking_for_a_demo_does_not_make_a_demos_folder_of_real_records(tmp_path: Path) -> None:
    (tmp_path / "sanlai.db").write_text("real records")
    assert demo_folder.running(tmp_path) is None
    assert [path.name for path in tmp_path.iterdir()] == ["sanlai.db"]
    assert demo_folder.reset(tmp_path) is False
    assert (tmp_path / "sanlai.db").read_text() == "real records"


def test_a_demo_refuses_a_folder_with_records_of_others(tmp_path: Path) -> None:
    (tmp_path / "sanlai.db").write_text("real records")
    with (
        pytest.raises(SettingsError, match="SANLAI_DATA_DIR"),
        demo_folder.holding(tmp_path),
    ):
        pass
    assert demo_folder.reset(tmp_path) is False


def test_a_demo_goes_on_in_its_own_folder_and_is_found_while_it_holds_it(tmp_path: Path) -> None:
    runtime = demo_folder.Runtime(1, "http://127.0.0.1:1", "127.0.0.1", 2, "5")
    with demo_folder.holding(tmp_path):
        (tmp_path / "sanlai.db").write_text("a demo's records")
        demo_folder.write_runtime(tmp_path, runtime)
        assert demo_folder.running(tmp_path) == runtime
    assert demo_folder.running(tmp_path) is None
    with demo_folder.holding(tmp_path):
        pass
    assert demo_folder.reset(tmp_path) is True
    assert not tmp_path.exists()


def test_passwords_are_drawn_once_and_people_who_came_since_get_theirs(tmp_path: Path) -> None:
    first = demo_logins.logins(tmp_path)
    path = tmp_path / "demo-logins.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert demo_logins.logins(tmp_path) == first
    old = [{**one, "role": one.pop("post")} for one in kept if one["login"] != "complaints"]
    path.write_text(json.dumps(old), encoding="utf-8")
    again = {one.login: one for one in demo_logins.logins(tmp_path)}
    assert again["complaints"].posts == (Post.COMPLAINTS_OFFICER, Post.INSPECTOR)
    assert {**again, "complaints": None} == {one.login: one for one in first} | {"complaints": None}
    assert path.stat().st_mode & 0o077 == 0
