"""Reading a file of lists, with every fault at its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from api.price_lists.price_lists import Entered, PriceLists
from api.site.read_site import refuse_faults
from api.site.site import SiteSource
from api.site.site_fields import SiteFields
from dispatch.fees.fee_standard import FeeItem
from dispatch.materials.catalogue import CODE_LENGTH, MOST_DECIMALS, Material, MaterialPrice
from dispatch.money import read_fen

T = TypeVar("T")
Row = tuple[Any, T, SiteFields]
"""A row that could be read: its key, what it says, and the form on which faults are noted."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_PRICE = ("amount_yuan", "amount_fen")


def read_lists(source: SiteSource, entered: Entered) -> PriceLists:
    """Return what a file says; raise ``Invalid`` with every fault and its place.

    A price that has been in force is not rewritten, and the unit of a material that has been
    moved stays: quotes and slips were made by them.
    """
    form = SiteFields(source.raw, strict=source.strict)
    form.known(("material", "material_price", "fee"))
    materials = _once(form.tables("material", _material))
    _unit_stays(materials, entered)
    known = materials.keys() | entered.lists.materials.keys()
    prices = _once(form.tables("material_price", lambda one: _price(one, known)))
    fees = _once(form.tables("fee", _fee))
    _past_stays(prices, entered.lists.prices, entered.today)
    _past_stays(fees, entered.lists.fees, entered.today)
    refuse_faults(form, source)
    return PriceLists(_plain(materials), _plain(prices), _plain(fees))


def _material(form: SiteFields) -> Row[Material] | None:
    form.known(("code", "name", "unit", "decimals"))
    before = len(form.errors)
    decimals = form.whole("decimals", least=0, most=MOST_DECIMALS) if form.given("decimals") else 0
    code = _code(form)
    found = Material(code, form.words("name", 80), form.words("unit", 16), decimals)
    return (code, found, form) if len(form.errors) == before else None


def _price(form: SiteFields, known: set[str]) -> Row[MaterialPrice] | None:
    form.known(("code", "since", *_PRICE))
    before = len(form.errors)
    found = MaterialPrice(_code(form), read_fen(form), _since(form))
    if found.code and found.code not in known:
        form.sentence("code", f"there is no material {found.code!r}")
    return ((found.code, found.since), found, form) if len(form.errors) == before else None


def _fee(form: SiteFields) -> Row[FeeItem] | None:
    form.known(("code", "item", "unit", "since", *_PRICE))
    before = len(form.errors)
    code, item, unit = _code(form), form.words("item", 80), form.words("unit", 16)
    found = FeeItem(code, item, unit, read_fen(form), _since(form))
    return ((code, found.since), found, form) if len(form.errors) == before else None


def _code(form: SiteFields) -> str:
    found = form.words("code", CODE_LENGTH)
    if found and not _CODE.fullmatch(found):
        form.sentence("code", "takes letters, digits and -")
    return found


def _since(form: SiteFields) -> date:
    value = form.table.get("since")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not form.given("since"):
        form.fault("since", "required")
        return date.min
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        form.sentence("since", "is not a day (write it as 2026-12-01)")
        return date.min


def _once(rows: tuple[Row[T], ...]) -> dict[Any, Row[T]]:
    found: dict[Any, Row[T]] = {}
    for row in rows:
        if row[0] in found:
            row[2].fault("code", "twice")
        found.setdefault(row[0], row)
    return found


def _unit_stays(rows: Mapping[str, Row[Material]], entered: Entered) -> None:
    for code, new, form in rows.values():
        old = entered.lists.materials.get(code)
        if old and code in entered.moved and (old.unit, old.decimals) != (new.unit, new.decimals):
            message = f"has been moved in {old.unit} with {old.decimals} decimals: take a new code"
            form.sentence("unit", message)


def _past_stays(rows: Mapping[Any, Row[T]], entered: Mapping[Any, T], today: date) -> None:
    for key, new, form in rows.values():
        if key in entered and entered[key] != new and key[1] <= today:
            form.sentence("since", "was in force with other words or price: give it a new day")


def _plain(rows: Mapping[Any, Row[T]]) -> dict[Any, T]:
    return {key: found for key, found, _ in rows.values()}
