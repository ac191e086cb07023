"""Forms: reading what was typed, and showing it again with every fault beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.web.i18n import Catalogue
from kit.errors import FieldError

RESERVED = frozenset(
    {"csrf_token", "idempotency_key", "where_lat", "where_lon", "where_note", "back"}
)
"""Fields of every form that are not data of its command."""

_UNSHOWN = frozenset({"password", "strokes", "technicians"}) | RESERVED
_LONGEST_KEPT = 2000
_INDEXED = re.compile(r"([a-z_]+)\.(\d{1,3})\.([a-z_]+)")
_INDEX = re.compile(r"\.\d+\.")


@dataclass(frozen=True, slots=True)
class FormFault:
    """One thing wrong: the field's name in the form, its words, and the sentence."""

    field: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is drawn: its id, its idempotency key, what stands in it and what is wrong."""

    id: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FormFault, ...] = ()
    fresh: bool = True

    def at(self, name: str) -> str:
        """Return the id of a field's element."""
        return f"{self.id}-{name}"

    def value(self, name: str, default: str = "") -> str:
        """Return what stands in a field; the default only in a form that nobody has sent."""
        return self.values.get(name, default if self.fresh else "")

    def errors_of(self, name: str) -> list[str]:
        """Return the sentences of what is wrong with a field."""
        return [error.text for error in self.errors if error.field == name]

    def rows(self, name: str, least: int) -> range:
        """Return the places of a list's rows: those sent, and at least ``least``."""
        places = [
            int(match[2]) + 1
            for key in self.values
            if (match := _INDEXED.fullmatch(key)) and match[1] == name
        ]
        return range(max([least, *places]))


@dataclass(frozen=True, slots=True)
class RefusedForm:
    """What a form asked for was not done: the form with its faults, and the status to answer."""

    form: Form
    status: int


def sent(form_id: str, key: str, raw: Mapping[str, str], errors: Iterable[FormFault]) -> Form:
    """Return the form as it was sent, with what is wrong with it."""
    return Form(form_id, key, dict(raw), tuple(errors), fresh=False)


def faults(errors: Iterable[FieldError], text: Catalogue) -> list[FormFault]:
    """Translate the errors of a command into the words of the screen."""
    return [
        FormFault(
            error.field,
            text(f"field.{_INDEX.sub('.', error.field)}"),
            text.error(error.code, error.message, error.params),
        )
        for error in errors
    ]


def general_fault(sentence: str) -> FormFault:
    """Return a fault of the form as a whole."""
    return FormFault("", "", sentence)


def kept_words(values: Mapping[str, str], text: Catalogue) -> tuple[tuple[str, str], ...]:
    """Return what was typed, each with its field's words, to be shown where its form is gone.

    Passwords, drawings and the form's own tokens are left out.
    """
    shown = []
    for name, value in values.items():
        if name.partition(".")[0] not in _UNSHOWN and value.strip():
            msgid = "field." + _INDEX.sub(".", name)
            shown.append((text(msgid) if text.knows(msgid) else name, value[:_LONGEST_KEPT]))
    return tuple(shown)


def data_of(raw: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a command's data from a form, and where the rows of its lists stood.

    ``lines.3.item`` becomes an item of the list ``lines``. Rows left blank are dropped; the second
    result maps the list's places back to those of the form, so that a fault finds its field.
    """
    data: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for name, value in raw.items():
        match = _INDEXED.fullmatch(name)
        if match:
            rows.setdefault(match[1], {}).setdefault(int(match[2]), {})[match[3]] = value
        elif name not in RESERVED:
            data[name] = value
    moved: dict[str, str] = {}
    for name, found in rows.items():
        kept = [
            (place, row)
            for place, row in sorted(found.items())
            if any(map(str.strip, row.values()))
        ]
        data[name] = [row for _, row in kept]
        moved |= {f"{name}.{new}.": f"{name}.{old}." for new, (old, _) in enumerate(kept)}
        if not kept:
            # Nothing was filled in: the fault of the list is shown at its first field.
            first = min(found)
            moved[name] = f"{name}.{first}.{next(iter(found[first]))}"
    return data, moved


def moved_back(errors: Iterable[FieldError], moved: Mapping[str, str]) -> list[FieldError]:
    """Return the errors with the names that the fields have in the form."""
    found = []
    for error in errors:
        prefix = next((new for new in moved if error.field.startswith(new)), None)
        name = error.field if prefix is None else moved[prefix] + error.field[len(prefix) :]
        found.append(FieldError(name, error.code, error.message, error.params))
    return found
