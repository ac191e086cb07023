"""A small town as a site file, for the tests of site files."""

from api.site.read_site import read_site
from api.site.site import Site
from api.site.toml_source import toml_source
from kit.errors import Invalid
from stations.assets.quantities import load_quantities

QUANTITIES = load_quantities()

TOWN = """\
datum = "WGS-84"

[[office]]
id = "east"
name = "城东服务处"
name_en = "East office"
lat = 31.31
lon = 120.63
  [office.territory]
  type = "Polygon"
  coordinates = [
    [[120.6, 31.2], [120.8, 31.2], [120.8, 31.4], [120.6, 31.4], [120.6, 31.2]],
  ]

[[office]]
id = "west"
name = "城西服务处"
lat = 31.3
lon = 120.55

[[area]]
id = "rml"
name = "人民路小区"
pinyin = "RMLXQ"
zone = "city"
lat = 31.304
lon = 120.619
road_km = 3.2
office = "east"

[[area]]
id = "xincun"
name = "新村"
zone = "suburb"
lat = 31.29
lon = 120.56

[[station]]
id = "booster-2"
name = "东关泵站"
name_en = "Dongguan"
address = "东关街12号"
zone = "city"
lat = 31.3118
lon = 120.6336
road_km = 5.2
office = "east"

  [[station.equipment]]
  id = "zone-low"
  kind = "zone"
  name = "低区"
  point = [
    { key = "pressure" },
    { key = "zone.low.flow", quantity = "flow", unit = "L/s", highest = 800 },
  ]

  [[station.equipment]]
  id = "p1"
  kind = "pump"
  name = "1号泵"
  name_en = "Pump 1"
    [[station.equipment.point]]
    key = "p1.current.l1"
    quantity = "current"
    phase = "l1"
    [[station.equipment.point]]
    key = "p1.inlet"
    quantity = "inlet_pressure"
    position = "inlet"
    unit = "kPa"
    scale = 10
    offset = -100

  [[station.equipment]]
  id = "meter-1"
  kind = "meter"
  name = "总表"
  point = [{ key = "meter.1.volume", quantity = "volume", roll_over = 999999 }]

  [[station.alarm]]
  point = "pressure"
  kind = "low"
  limit = 0.2
  unit = "MPa"
  severity = "critical"
  needs_hands = true

  [[station.alarm]]
  kind = "silent"
  after_s = 60
"""


def read(text: str, offices: tuple[str, ...] = ()) -> Site:
    return read_site(toml_source(text, "site.toml"), QUANTITIES, offices)


def faults(text: str) -> list[str]:
    """Return the faults that a file is refused with, one sentence each."""
    try:
        read(text)
    except Invalid as error:
        return [f"{one.field}: {one.message}" for one in error.errors]
    raise AssertionError("the file was taken")


def line(text: str, part: str) -> int:
    """Return the line on which a part of the text stands first."""
    return text[: text.index(part)].count("\n") + 1
