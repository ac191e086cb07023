"""A demo takes a folder of its own, and what is somebody's real work stays out of its reach."""

from pathlib import Path

import pytest

from api.compose.settings import SettingsError
from api.demo import folder as demo_folder


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
