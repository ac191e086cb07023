"""``sanlai site …`` as it is typed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import main
from api.site.read_site import read_site
from api.site.toml_source import open_toml
from kit.errors import Invalid
from tests.site.town import QUANTITIES, TOWN, line, read


class Shell:
    """Runs the program, in this process, with a data folder of its own."""

    def __init__(
        self,
        folder: Path,
        patch: pytest.MonkeyPatch,
        capture: pytest.CaptureFixture[str],
    ) -> None:
        self.folder, self.patch, self.capture = folder, patch, capture
        for name in [name for name in os.environ if name.startswith("SANLAI_")]:
            patch.delenv(name)
        patch.setenv("SANLAI_DATA_DIR", str(folder / "var"))

    def __call__(self, *words: str, code: int = 0) -> str:
        self.patch.setattr(sys, "argv", ["sanlai", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capture.readouterr()
        assert (ended.value.code or 0) == code, out + err
        return out + err

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return str(self.folder / name)


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


def test_check_load_and_export_go_round(shell: Shell) -> None:
    town = shell.write("town.toml", TOWN)
    assert "there is no database to compare it with" in shell("site", "check", town)
    shell("migrate")
    said = shell("site", "check", town)
    assert "station: 1 added" in said
    assert "nothing was loaded" in said
    said = shell("site", "load", town)
    assert "point: 5 added, 0 changed, 0 removed" in said
    assert "  + booster-2 p1.current.l1" in said
    for name in ("out.toml", "out.xlsx"):
        out = str(shell.folder / name)
        assert "wrote" in shell("site", "export", out)
        assert "added" in shell("site", "check", out)
        said = shell("site", "load", out, "--prune")
        assert said.count("0 added, 0 changed, 0 removed") == 6, said
    assert read(shell("site", "export")) == read(TOWN)


def test_faults_are_told_with_their_lines_and_nothing_is_loaded(shell: Shell) -> None:
    shell("migrate")
    bad = TOWN.replace('kind = "meter"', 'kind = "metre"').replace("road_km = 3.2", "road_km = 0")
    said = shell("site", "load", shell.write("bad.toml", bad), code=2)
    assert f"error: bad.toml:{line(bad, 'metre')}: station booster-2, equipment meter-1" in said
    assert f"error: bad.toml:{line(bad, 'road_km = 0')}: area rml: road_km" in said
    assert said.startswith("nothing was loaded")
    lines = [int(number) for number in re.findall(r"bad\.toml:(\d+)", said)]
    assert lines == sorted(lines)
    assert "office" not in shell("site", "export")


def test_a_place_out_of_its_territory_is_doubted(shell: Shell) -> None:
    shell("migrate")
    astray = TOWN.replace("lon = 120.63\n", "lon = 120.59\n")
    assert "warning: office east stands outside of its own territory" in shell(
        "site", "load", shell.write("town.toml", astray)
    )


def test_a_form_is_written_once(shell: Shell) -> None:
    form = str(shell.folder / "form.xlsx")
    shell("site", "template", form)
    assert "is there already" in shell("site", "template", form, code=2)
    assert "ends in .xlsx" in shell("site", "template", form + ".csv", code=2)


def test_a_quantity_of_the_company_is_known_and_a_bad_one_stops_the_start(shell: Shell) -> None:
    shell("migrate")
    own = (
        '[quantity.radar]\nunit = "mm"\nlowest = 0\nhighest = 9000\ndecimals = 0\nkind = "gauge"\n'
        'name = "雷达液位"\nname_en = "radar level"\n'
    )
    shell.patch.setenv("SANLAI_QUANTITIES_FILE", shell.write("own.toml", own))
    town = TOWN.replace('{ key = "pressure" },', '{ key = "pressure" }, { key = "radar" },')
    assert "+ booster-2 radar" in shell("site", "load", shell.write("town.toml", town))
    shell.write("own.toml", own.replace('"mm"', '"mmm"').replace("decimals = 0", ""))
    said = shell("site", "export", code=2)
    assert "quantity.radar: decimals: is missing" in said


KILLED_AT_A_RULE = """
import os, signal, api.site.site_store as site_store
from api.cli import main
site_store.save_rule = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main()
"""


def test_a_load_that_is_killed_in_its_middle_leaves_nothing(shell: Shell) -> None:
    shell("migrate")
    town = shell.write("town.toml", TOWN)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT_A_RULE, "site", "load", town],
        capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    assert killed.returncode == -9
    assert "office" not in shell("site", "export")
    assert "station: 1 added" in shell("site", "load", town)


SQUARE = [[120.6, 31.2], [120.8, 31.2], [120.8, 31.4], [120.6, 31.4], [120.6, 31.2]]
FEATURE = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}],
}


def with_a_file(folder: Path, name: str, content: str) -> Path:
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / "east.geojson").write_text(content, encoding="utf-8")
    (folder / "outside.geojson").write_text(content, encoding="utf-8")
    begin, end = TOWN.index("  [office.territory]"), TOWN.index('[[office]]\nid = "west"')
    site = folder / "in" / "site.toml"
    site.write_text(TOWN[:begin] + f'territory.file = "{name}"\n' + TOWN[end:], encoding="utf-8")
    return site


def test_a_territory_may_stand_in_a_file_beside(tmp_path: Path) -> None:
    site = read_site(
        open_toml(with_a_file(tmp_path, "east.geojson", json.dumps(FEATURE))), QUANTITIES
    )
    assert site.offices[0].territory == read(TOWN).offices[0].territory


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("../outside.geojson", json.dumps(FEATURE), "lies outside of the site file's folder"),
        ("/etc/passwd", "", "lies outside of the site file's folder"),
        ("gone.geojson", "", "can't be read"),
        ("east.geojson", "{", "is not GeoJSON"),
        ("east.geojson", "[" * 100_000, "is not GeoJSON"),
        ("east.geojson", "3", "must be one of Polygon"),
        ("east.geojson", json.dumps(FEATURE).replace("120.8, 31.2", "31.2, 120.8"), "swapped?"),
    ],
)
def test_a_file_of_a_territory_that_is_no_good_is_told(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    file = with_a_file(tmp_path, name, content)
    with pytest.raises(Invalid) as caught:
        read_site(open_toml(file), QUANTITIES)
    (fault,) = caught.value.errors
    assert fault.field.startswith("site.toml:9: office east")
    assert said in fault.message


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(TOWN.encode("gb18030"))
    with pytest.raises(Invalid, match="site.toml:5: is not UTF-8"):
        open_toml(tmp_path / "site.toml")
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf" + TOWN.encode())
    assert read_site(open_toml(tmp_path / "bom.toml"), QUANTITIES) == read(TOWN)
