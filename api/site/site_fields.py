"""Reading the tables of a site file: ``Fields`` with what nested tables need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from typing import Any, TypeVar

from api.site.site import Path
from kit.datum import Datum, to_wgs84
from kit.errors import FieldError
from kit.fields import Fields
from kit.geo import Position

T = TypeVar("T")

CODE = "site_file"
FAR = 1e15
MOST_TABLES = 100_000


class SiteFields(Fields):
    """One table being read. Tables within it share its list of faults.

    ``strict``: a number in quotes is text, as TOML means it; in a spreadsheet it is a number.
    """

    def __init__(self, raw: Mapping[str, Any], prefix: str = "", *, strict: bool = True) -> None:
        super().__init__(raw, UTC, prefix)
        self.table = raw
        self.prefix = prefix
        self.strict = strict

    def sentence(self, name: str, message: str) -> None:
        """Note that something is wrong with a value, in a sentence of its own."""
        self.errors.append(FieldError(self.prefix + name, CODE, message))

    def known(self, names: Iterable[str]) -> None:
        """Note every unknown key, so that no typing mistake goes unnoticed."""
        for key in sorted(self.table.keys() - set(names)):
            self.sentence(key, "is not known")

    def amount(
        self, name: str, default: float | None = None, *, above: float = -FAR, unit: str = ""
    ) -> float:
        """Read a number that is more than ``above``, or the default where none is given."""
        if default is not None and not self.given(name):
            return default
        if self.strict and isinstance(self.table.get(name), str):
            self.fault(name, "not_a_number")
            return default or 0.0
        before = len(self.errors)
        value = self.number(name, least=-FAR, most=FAR, unit=unit)
        if len(self.errors) > before:
            return default or 0.0
        if value <= above:
            self.sentence(name, f"is not above {above:g}")
        return value

    def amount_or_none(self, name: str, *, above: float = -FAR) -> float | None:
        """Read a number that may be left out."""
        return self.amount(name, above=above) if self.given(name) else None

    def flag(self, name: str, default: bool) -> bool:
        """Read true or false, or the default where neither is given."""
        if not self.given(name):
            return default
        if self.strict and not isinstance(self.table.get(name), bool):
            self.fault(name, "not_yes_or_no")
        return self.yes(name)

    def words(self, name: str, longest: int, *, needed: bool = True) -> str:
        """Read text on one line."""
        return self.text(name, longest=longest, needed=needed, lines=False)

    def datum(self, default: Datum | None) -> Datum:
        """Read the datum of the table's positions; a missing one is a fault without a default."""
        if default is not None and not self.given("datum"):
            return default
        return self.choice("datum", Datum, Datum.WGS84)

    def position(self, datum: Datum) -> Position:
        """Read ``lat`` and ``lon``, and return the place in WGS-84."""
        lat, lon = self.amount("lat"), self.amount("lon")
        return place_of(lat, lon, datum, lambda message: self.sentence("lat", message))

    def child(self, name: str, raw: Mapping[str, Any]) -> SiteFields:
        """Return the reader of a table within this one."""
        made = SiteFields(raw, f"{self.prefix}{name}.", strict=self.strict)
        made.errors = self.errors
        return made

    def tables(self, name: str, read: Callable[[SiteFields], T | None]) -> tuple[T, ...]:
        """Read each table of a list by ``read``, which returns None for what is not whole."""
        value = self.table.get(name, [])
        if not isinstance(value, list):
            self.sentence(name, "is not a list of tables")
            return ()
        if len(value) > MOST_TABLES:
            self.fault(name, "too_many", max=MOST_TABLES)
            return ()
        found = []
        for place, raw in enumerate(value):
            if not isinstance(raw, dict):
                self.sentence(f"{name}.{place}", "is not a table")
                continue
            made = read(self.child(f"{name}.{place}", raw))
            if made is not None:
                found.append(made)
        return tuple(found)


def place_of(lat: float, lon: float, datum: Datum, fault: Callable[[str], None]) -> Position:
    """Return a place in WGS-84; what is not on the globe is a fault, with a guess at the reason."""
    try:
        return to_wgs84(Position(lat, lon), datum)
    except ValueError as error:
        swapped = abs(lon) <= 90 < abs(lat) <= 180
        fault(f"{error}{': are latitude and longitude swapped?' if swapped else ''}")
        return Position(0, 0)


def path_of(field: str) -> Path:
    """Return the path that a fault's dotted field means."""
    return tuple(int(step) if step.isdecimal() else step for step in field.split("."))
