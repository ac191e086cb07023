"""Reads what people typed: checks every field, and reports every fault at once. Pure.

A ``Fields`` reads one raw mapping (a form's strings, or JSON) and collects the faults. Its readers
return a harmless stand-in for what is wrong; ``done()`` raises ``Invalid`` with all faults at once,
so the stand-ins never leave.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

from kit.errors import FieldError, Invalid

FIELD_MESSAGES = {
    "required": "is needed",
    "not_text": "must be text",
    "too_long": "has more than {max} characters",
    "control_characters": "has invalid characters",
    "not_a_number": "is not a number",
    "not_whole": "must be a whole number",
    "too_small": "is less than {min} {unit}",
    "too_large": "is more than {max} {unit}",
    "not_yes_or_no": "must be yes or no",
    "must_be_confirmed": "must be confirmed",
    "not_one_of": "must be one of {choices}",
    "not_a_list": "must be a list",
    "too_few": "needs at least {min}",
    "too_many": "takes at most {max}",
    "twice": "is entered twice",
    "not_a_time": "is not a time (write it as 2026-11-23T14:05)",
    "in_the_future": "can't be later than now",
}
"""The faults of any field by code, in English; ``{…}`` are the error's params."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A fault that only one room reports: its code, and the English sentence as above."""

    code: str
    message: str


_YES = {"true", "on", "yes", "1"}
_NO = {"false", "off", "no", "0"}
_BIGGEST = 1e15

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Fields:
    """One raw mapping being read; ``zone`` is the time zone of a time given without offset."""

    def __init__(self, raw: Mapping[str, Any], zone: tzinfo = UTC, prefix: str = "") -> None:
        self._raw = raw
        self.zone = zone
        self._prefix = prefix
        self.errors: list[FieldError] = []

    def fault(self, name: str, kind: str | FaultKind, **params: Any) -> None:
        """Note that something is wrong with a field: a code of ``FIELD_MESSAGES``, or a room's."""
        code, words = (
            (kind, FIELD_MESSAGES[kind]) if isinstance(kind, str) else (kind.code, kind.message)
        )
        shown = {key: value for key, value in params.items() if value is not None}
        message = words.format(**{"unit": ""} | shown).strip()
        self.errors.append(FieldError(self._prefix + name, code, message, shown))

    def done(self) -> None:
        """Raise ``Invalid`` with every fault noted so far, if there is any."""
        if self.errors:
            raise Invalid(self.errors)

    def given(self, name: str) -> bool:
        """Whether the field holds anything but blanks."""
        value = self._raw.get(name)
        return not _is_blank(value)

    def text(
        self, name: str, *, longest: int, needed: bool = True, default: str = "", lines: bool = True
    ) -> str:
        """Read text: NFC, trimmed, no control characters; several lines only where allowed."""
        value = self._raw.get(name)
        if _is_blank(value):
            if needed:
                self.fault(name, "required")
            return default
        if not isinstance(value, str):
            self.fault(name, "not_text")
            return default
        value = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        if any(_unwritable(char, lines=lines) for char in value):
            self.fault(name, "control_characters")
        elif len(value) > longest:
            self.fault(name, "too_long", max=longest)
        else:
            return value
        return default

    def plain(self, name: str) -> str:
        """Return the field as trimmed text for a look-up; '' when blank.

        Text that no database could look up is a fault.
        """
        value = self._raw.get(name)
        text = "" if _is_blank(value) else str(value).strip()
        if any(_unwritable(char, lines=False) for char in text):
            self.fault(name, "control_characters")
            return ""
        return text

    def number(
        self, name: str, *, least: float, most: float, unit: str = "", above: bool = False
    ) -> float:
        """Read a finite number within ``least``..``most`` (``above``: not ``least`` itself)."""
        value = self._raw.get(name)
        if _is_blank(value):
            self.fault(name, "required")
            return least
        number = _to_float(value)
        if number is None:
            self.fault(name, "not_a_number")
        elif number < least or (above and number == least):
            self.fault(name, "too_small", min=least, unit=unit)
        elif number > most:
            self.fault(name, "too_large", max=most, unit=unit)
        else:
            return number
        return least

    def whole(self, name: str, *, least: int, most: int, unit: str = "") -> int:
        """Read a whole number within ``least``..``most``."""
        number = self.number(name, least=least, most=most, unit=unit)
        if number != int(number):
            self.fault(name, "not_whole")
        return int(number)

    def yes(self, name: str, *, needed: bool = True) -> bool:
        """Read yes or no: a JSON boolean, or what a check box sends; blank is no unless needed."""
        value = self._raw.get(name)
        if _is_blank(value):
            if needed:
                self.fault(name, "required")
            return False
        word = str(value).strip().lower()
        if word not in _YES | _NO:
            self.fault(name, "not_yes_or_no")
        return word in _YES

    def confirmed(self, name: str) -> bool:
        """Read a yes that the command requires."""
        if self.yes(name, needed=False):
            return True
        if not any(error.field == self._prefix + name for error in self.errors):
            self.fault(name, "must_be_confirmed")
        return False

    def choice(self, name: str, kind: type[E], default: E, *, needed: bool = True) -> E:
        """Read one word of an enumeration."""
        value = self._raw.get(name)
        if _is_blank(value):
            if needed:
                self.fault(name, "required")
            return default
        try:
            return kind(str(value).strip())
        except ValueError:
            self.fault(name, "not_one_of", choices=", ".join(kind))
            return default

    def time(self, name: str, default: datetime) -> datetime:
        """Read a time: ISO 8601, in the company's zone when it states none; blank: ``default``."""
        value = self._raw.get(name)
        if _is_blank(value):
            return default
        try:
            found = value if isinstance(value, datetime) else _written_time(str(value))
            if found.tzinfo is None:
                found = found.replace(tzinfo=self.zone)
            return found.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fault(name, "not_a_time")
            return default

    def items(
        self, name: str, read: Callable[[Fields], T], *, least: int = 0, most: int = 100
    ) -> tuple[T, ...]:
        """Read a list of mappings (or the JSON text of one), each by ``read``."""
        found: list[T] = []
        values = self.sequence(name, least=least, most=most)
        for place, value in enumerate(values):
            if not isinstance(value, Mapping):
                self.fault(f"{name}.{place}", "not_a_list")
                continue
            part = Fields(value, self.zone, prefix=f"{self._prefix}{name}.{place}.")
            found.append(read(part))
            self.errors += part.errors
        return tuple(found)

    def sequence(self, name: str, *, least: int = 0, most: int) -> Sequence[Any]:
        """Read a list of anything, bounded; a hidden form field may hold it as JSON text."""
        value = self._raw.get(name)
        if isinstance(value, str) and value.strip():
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                value = None
            if value is None:
                self.fault(name, "not_a_list")
                return ()
        if _is_blank(value):
            value = ()
        if not isinstance(value, list | tuple):
            self.fault(name, "not_a_list")
        elif len(value) < least:
            self.fault(name, "required" if not value else "too_few", min=least)
        elif len(value) > most:
            self.fault(name, "too_many", max=most)
        else:
            return value
        return ()


def _written_time(text: str) -> datetime:
    written = text.strip()
    if ":" not in written:
        # A date alone is refused: a promise must not count from midnight.
        raise ValueError("a time needs hours and minutes")
    return datetime.fromisoformat(written)


def _to_float(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and "_" in value:
        return None  # Python reads 1_0 as ten; whoever typed it meant something else
    try:
        # A full-width form comes from a Chinese keyboard and means the same.
        number = float(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) and abs(number) <= _BIGGEST else None


def _is_blank(value: object) -> bool:
    if isinstance(value, str):
        # Zero-width characters alone count as blank.
        return not any(not c.isspace() and unicodedata.category(c) != "Cf" for c in value)
    return value is None


def _unwritable(char: str, *, lines: bool) -> bool:
    if char in "\n\t":
        return not lines
    # Cf includes the marks that reverse writing, by which one name could pose as another.
    return unicodedata.category(char) in ("Cc", "Cs", "Co", "Cf", "Zl", "Zp")
