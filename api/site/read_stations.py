"""Reading stations with their equipment, measuring points and alarm rules."""

from __future__ import annotations

from api.site.read_alarms import read_alarms
from api.site.read_ground import office_id
from api.site.site import StationEntry
from api.site.site_fields import SiteFields
from kit.datum import Datum
from stations.assets.bare_keys import BARE_KEYS, bare_points
from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.points import MeasuringPoint
from stations.assets.quantities import MOST_DECIMALS, Quantities
from stations.assets.station import Station, Zone, station_faults

_STATION = (
    "id", "name", "name_en", "address", "zone", "datum", "lat", "lon", "road_km", "office",
    "sensors", "equipment", "alarm",
)  # fmt: skip
_EQUIPMENT = ("id", "kind", "name", "name_en", "point")
_POINT = (
    "key", "quantity", "phase", "position", "unit", "scale", "offset", "lowest", "highest",
    "decimals", "roll_over",
)  # fmt: skip


def read_station(
    form: SiteFields, datum: Datum | None, quantities: Quantities
) -> StationEntry | None:
    """Read one station; None when anything is wrong with it."""
    before = len(form.errors)
    form.known(_STATION)
    points: list[MeasuringPoint] = []
    paths: list[str] = []
    equipment = form.tables("equipment", lambda one: _equipment(one, points, paths))
    bare = _bare_keys(form)
    if bare and equipment:
        form.sentence("sensors", "a station has either sensors, or equipment with points")
    if bare:
        equipment, found = bare_points(*bare)
        points, paths = list(found), ["sensors"] * len(found)
    elif not points and len(form.errors) == before:
        form.sentence("equipment", "the station measures nothing: it needs equipment with points")
    station = Station(
        id=form.words("id", 32),
        name=form.words("name", 80),
        name_en=form.words("name_en", 80),
        address=form.words("address", 200),
        zone=form.choice("zone", Zone, Zone.CITY),
        position=form.position(form.datum(datum)),
        road_km=form.amount("road_km", above=0, unit="km"),
        equipment=equipment,
        points=tuple(points),
        office_id=office_id(form, "office", needed=False),
    )
    _note(form, station, quantities, paths)
    rules = read_alarms(form, station, quantities)
    return StationEntry(station, rules) if len(form.errors) == before else None


def _note(form: SiteFields, station: Station, quantities: Quantities, paths: list[str]) -> None:
    """Note what does not fit together, each at the place where the file says it.

    A value that could not be read is a fault already, and is not judged by its stand-in.
    """
    noted = {fault.field for fault in form.errors}
    for field, message in station_faults(station, quantities):
        first, *rest = field.split(".")
        if first == "points":
            field = ".".join((paths[int(rest[0])], *rest[1:]))
        unread = form.prefix + field.replace(".quantity", ".key")
        if form.prefix + field not in noted and unread not in noted:
            form.sentence(field, message)


def _bare_keys(form: SiteFields) -> list[str]:
    if "sensors" not in form.table:
        return []
    keys = form.table["sensors"]
    if not isinstance(keys, list) or not keys or len(set(map(str, keys))) < len(keys):
        form.sentence("sensors", "is not a list of different metrics")
        return []
    for place, key in enumerate(keys):
        if key not in BARE_KEYS:
            form.sentence(f"sensors.{place}", f"{key!r} is none of {', '.join(BARE_KEYS)}")
    return [key for key in keys if key in BARE_KEYS]


def _equipment(form: SiteFields, points: list[MeasuringPoint], paths: list[str]) -> Equipment:
    """Read one piece of equipment; its points and their places go to the two lists."""
    form.known(_EQUIPMENT)
    found = Equipment(
        id=form.words("id", 31),
        kind=form.choice("kind", EquipmentKind, EquipmentKind.PUMP),
        name=form.words("name", 80),
        name_en=form.words("name_en", 80, needed=False),
    )

    def read(one: SiteFields) -> MeasuringPoint:
        paths.append(one.prefix[one.prefix.index("equipment.") :].removesuffix("."))
        return _point(one, found.id)

    points += form.tables("point", read)
    return found


def _point(form: SiteFields, equipment_id: str) -> MeasuringPoint:
    form.known(_POINT)
    key = form.words("key", 32)
    decimals = None
    if form.given("decimals"):
        decimals = form.whole("decimals", least=0, most=MOST_DECIMALS)
    return MeasuringPoint(
        key=key,
        equipment_id=equipment_id,
        # If the key is the name of a quantity, the quantity need not be given.
        quantity=form.words("quantity", 31, needed=False) or key,
        phase=form.words("phase", 8, needed=False),
        position=form.words("position", 32, needed=False),
        unit=form.words("unit", 32, needed=False),
        scale=form.amount("scale", 1.0),
        offset=form.amount("offset", 0.0),
        lowest=form.amount_or_none("lowest"),
        highest=form.amount_or_none("highest"),
        decimals=decimals,
        roll_over=form.amount_or_none("roll_over", above=0),
    )
