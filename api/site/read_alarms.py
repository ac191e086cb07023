"""Reading the alarm rules of a station."""

from __future__ import annotations

from api.site.site_fields import SiteFields
from kit.errors import Invalid
from stations.assets.quantities import Quantities
from stations.assets.station import Station
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity

_ALARM = (
    "id", "point", "metric", "kind", "severity", "limit", "unit", "deadband", "after_s",
    "on_delay_s", "off_delay_s", "needs_hands", "latch",
)  # fmt: skip


def read_alarms(
    form: SiteFields, station: Station, quantities: Quantities
) -> tuple[AlarmRule, ...]:
    """Read all rules of a station; what is wrong with them is noted in ``form``."""
    rules = form.tables("alarm", lambda one: _rule(one, station, quantities))
    ids = [rule.id for rule in rules]
    if len(set(ids)) < len(ids):
        form.sentence("alarm", "two rules of one kind on one point each need an id")
    return rules


def default_id(station_id: str, point: str, kind: AlarmKind) -> str:
    """Return the id of a rule that is given none."""
    return f"{station_id}:{point or 'station'}:{kind}"


def _rule(form: SiteFields, station: Station, quantities: Quantities) -> AlarmRule | None:
    before = len(form.errors)
    form.known(_ALARM)
    kind = form.choice("kind", AlarmKind, AlarmKind.SILENT)
    severity = form.choice("severity", Severity, Severity.WARNING, needed=False)
    silent = kind is AlarmKind.SILENT
    key = "" if silent else _point(form, station, quantities)
    values = {
        "limit": 0.0 if silent else form.amount("limit"),
        "deadband": form.amount("deadband", 0.0),
        "on_delay_s": form.amount("on_delay_s", 0.0),
        "off_delay_s": form.amount("off_delay_s", 0.0),
        "after_s": form.amount("after_s") if silent and form.given("kind") else 0.0,
    }
    needs_hands, latch = form.flag("needs_hands", False), form.flag("latch", True)
    ident = form.words("id", 64, needed=False) or default_id(station.id, key, kind)
    if len(form.errors) > before:
        return None
    try:
        return AlarmRule(
            id=ident, station_id=station.id, kind=kind, metric=key, severity=severity,
            needs_hands=needs_hands, latch=latch, **values,
        )  # fmt: skip
    except Invalid as error:
        for fault in error.errors:
            form.sentence(fault.field, fault.message)
        return None


def _point(form: SiteFields, station: Station, quantities: Quantities) -> str:
    """Read the key of the rule's point, and whether the limit is stated in its unit."""
    name = "metric" if form.given("metric") else "point"
    if form.given("metric") and form.given("point"):
        form.sentence("metric", "is the old word for point: give one of them")
    key = form.words(name, 32)
    if not key:
        return ""
    point = station.point(key)
    if point is None:
        form.sentence(name, f"the station has no point {key!r}")
        return ""
    quantity, unit = quantities.get(point.quantity), form.words("unit", 32, needed=False)
    if quantity is not None and unit not in ("", quantity.unit):
        form.sentence("unit", f"{key} is in {quantity.unit}, not {unit}")
    return key
