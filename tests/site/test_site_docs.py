"""The pages on the site file and the station protocol say what the program does."""

import json
import re
from pathlib import Path

from api.site.read_site import read_site
from api.site.toml_source import toml_source
from stations.assets.bare_keys import BARE_KEYS
from stations.assets.equipment import EquipmentKind
from stations.assets.quantities import Quantity, QuantityKind, load_quantities

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "site-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
GEOJSON = {
    "type": "Polygon",
    "coordinates": [[[120.6, 31.2], [120.8, 31.2], [120.8, 31.4], [120.6, 31.2]]],
}


def test_the_example_is_a_site_file() -> None:
    source = toml_source(
        EXAMPLES[0], "site.toml", {"east.geojson": json.dumps(GEOJSON)}.__getitem__
    )
    site = read_site(source, load_quantities())
    assert site.offices[0].territory
    assert len(site.stations[0].station.points) == 6


def test_the_example_of_a_quantity_is_one() -> None:
    assert "radar_level" in load_quantities(("own.toml", EXAMPLES[1]))


def test_kinds_and_bare_keys_are_all_there() -> None:
    for kind in EquipmentKind:
        assert f"`{kind}`" in PAGE
    for key, equipment in BARE_KEYS.items():
        assert re.search(
            rf"^\| `{equipment.id}` \| {equipment.kind} \|.*`{key}`", PAGE, re.MULTILINE
        )


def row(one: Quantity) -> str:
    """Return the row of a quantity in the table of the station protocol."""
    states = ", ".join(f"{n} {word}" for n, word in enumerate(one.states_en))
    kind = f"{one.kind}: {states}" if one.kind is QuantityKind.STATE else str(one.kind)
    lowest, highest = (f"{edge:.0f}" if edge == int(edge) else f"{edge:g}" for edge in
                       (one.lowest, one.highest))  # fmt: skip
    lowest = lowest.replace("-", "−")
    return (
        f"| `{one.key}` | `{one.unit}` | {lowest} | {highest} | {kind} | {one.name_en} {one.name} |"
    )


def test_the_station_protocol_lists_every_quantity_and_no_other() -> None:
    page = (DOCS / "station-protocol.md").read_text(encoding="utf-8")
    head = "| quantity | unit | from | to | kind | |\n| --- | --- | --- | --- | --- | --- |\n"
    table = page[page.index(head) + len(head) :].split("\n\n")[0]
    assert table.splitlines() == [row(one) for one in load_quantities().values()]
