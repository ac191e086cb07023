"""Reading a whole site file, with every fault at its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from api.site.read_ground import read_area, read_office
from api.site.read_stations import read_station
from api.site.site import Site, SiteSource, StationEntry
from api.site.site_fields import SiteFields, path_of
from api.site.toml_source import toml_source
from kit.datum import Datum
from kit.errors import FieldError, Invalid
from stations.assets.areas import ResidentialArea
from stations.assets.quantities import Quantities

_SITE = ("datum", "office", "area", "station")


def read_site(source: SiteSource, quantities: Quantities, offices: Collection[str] = ()) -> Site:
    """Return what a file says; raise ``Invalid`` with every fault and its place.

    ``offices``: ids that the company has entered already, which the file may name too.
    """
    form = SiteFields(source.raw, strict=source.strict)
    form.known((*_SITE, "place"))
    if "place" in form.table:
        form.sentence("place", "is the older form: name these tables area")
    datum = _datum(form) if source.strict else None
    site = Site(
        offices=form.tables("office", lambda one: read_office(one, datum, source.read_file)),
        areas=form.tables("area", lambda one: read_area(one, datum)),
        stations=form.tables("station", lambda one: read_station(one, datum, quantities)),
    )
    for kind in _SITE[1:]:
        _twice(form, kind)
    _rules_twice(form, site.stations)
    _unknown_offices(form, offices)
    refuse_faults(form, source)
    return site


def parse_stations(text: str, name: str, quantities: Quantities) -> tuple[StationEntry, ...]:
    """Return the stations of a file of nothing else; raise ``Invalid`` with every fault in it.

    This is the older form of ``sanlai stations load``: positions are in WGS-84 without saying so.
    """
    source, form = _only(text, name, "station")
    found = form.tables("station", lambda one: read_station(one, Datum.WGS84, quantities))
    _twice(form, "station")
    _rules_twice(form, found)
    refuse_faults(form, source)
    return found


def parse_areas(text: str, name: str) -> tuple[ResidentialArea, ...]:
    """Return the areas of a file of nothing else; raise ``Invalid`` with every fault in it.

    This is the older form of ``sanlai places load``: a table is named ``place``, and positions are
    in WGS-84 without saying so.
    """
    source, form = _only(text, name, "place")
    found = form.tables("place", lambda one: read_area(one, Datum.WGS84))
    _twice(form, "place")
    refuse_faults(form, source)
    return found


def _only(text: str, name: str, kind: str) -> tuple[SiteSource, SiteFields]:
    source = toml_source(text, name)
    if source.raw.keys() != {kind} or not isinstance(source.raw[kind], list):
        message = f"only [[{kind}]] tables are expected"
        raise Invalid([FieldError(name, "site_file", message)])
    return source, SiteFields(source.raw)


def _datum(form: SiteFields) -> Datum:
    if not form.given("datum"):
        names = ", ".join(f'"{one}"' for one in Datum)
        message = f"is needed, above the first table: which of {names} are the positions in?"
        form.sentence("datum", message)
        return Datum.WGS84
    return form.datum(None)


def _twice(form: SiteFields, kind: str) -> None:
    tables = form.table.get(kind)
    seen: set[str] = set()
    for place, table in enumerate(tables if isinstance(tables, list) else ()):
        ident = table.get("id") if isinstance(table, dict) else None
        if isinstance(ident, str) and ident.strip() in seen:
            form.sentence(f"{kind}.{place}.id", f"{ident.strip()} is entered twice")
        elif isinstance(ident, str):
            seen.add(ident.strip())


def _rules_twice(form: SiteFields, stations: Iterable[StationEntry]) -> None:
    owner: dict[str, str] = {}
    for entry in stations:
        for rule in entry.rules:
            other = owner.setdefault(rule.id, entry.station.id)
            if other != entry.station.id:
                message = f"the id {rule.id} of an alarm of {entry.station.id} is taken by {other}"
                form.sentence("station", message)


def _unknown_offices(form: SiteFields, entered: Collection[str]) -> None:
    """Note every office that is named for an area or a station, and that nobody has entered."""
    offices = form.table.get("office")
    known = set(entered) | {
        str(table.get("id")).strip()
        for table in (offices if isinstance(offices, list) else ())
        if isinstance(table, dict)
    }
    for kind in ("area", "station"):
        tables = form.table.get(kind)
        for place, table in enumerate(tables if isinstance(tables, list) else ()):
            named = table.get("office") if isinstance(table, dict) else None
            if isinstance(named, str) and named.strip() and named.strip() not in known:
                form.sentence(f"{kind}.{place}.office", f"there is no office {named.strip()!r}")


def refuse_faults(form: SiteFields, source: SiteSource) -> None:
    """Raise ``Invalid`` with every fault found, each with its place, if there is any."""
    if form.errors or source.faults:
        # A cell that could not be read is reported once, not also as missing.
        told = {fault.field for fault in source.faults}
        placed = [
            _placed(fault, source)
            for fault in form.errors
            if source.where(path_of(fault.field)) not in told
        ]
        raise Invalid(sorted([*source.faults, *placed], key=_place_in_file))


def _place_in_file(fault: FieldError) -> list[str | int]:
    """Return a key that puts line 9 before line 10: texts and numbers in turn."""
    parts = re.split(r"(\d+)", fault.field)
    return [int(part) if n % 2 else part for n, part in enumerate(parts)]


def _placed(fault: FieldError, source: SiteSource) -> FieldError:
    """Return the fault with the place in the file and the name of the value as its field."""
    path = path_of(fault.field)
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    return FieldError(f"{source.where(path)}: {name}", fault.code, fault.message, fault.params)
