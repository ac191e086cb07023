"""How values are written on the screens: the company's zone, a unit with every number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from api.web.i18n import Catalogue
from stations.assets.quantities import Quantities

UNIT_SIGNS = {
    "m3/h": "m³/h", "m3": "m³", "Cel": "°C", "kW.h": "kW·h", "uS/cm": "µS/cm", "/min": "r/min",
    "[NTU]": "NTU", "[pH]": "", "1": "",
}  # fmt: skip
"""Signs for the UCUM codes that people write otherwise."""


@dataclass(frozen=True, slots=True)
class Formats:
    """Writes instants, spans, money and readings in one language and one zone."""

    zone: ZoneInfo
    text: Catalogue
    quantities: Quantities

    def time(self, at: datetime | None) -> str:
        """Return hours and minutes, such as 14:37."""
        return "" if at is None else at.astimezone(self.zone).strftime("%H:%M")

    def second(self, at: datetime | None) -> str:
        """Return hours, minutes and seconds."""
        return "" if at is None else at.astimezone(self.zone).strftime("%H:%M:%S")

    def date(self, at: datetime | None) -> str:
        """Return the day, such as 2026-11-23."""
        return "" if at is None else at.astimezone(self.zone).strftime("%Y-%m-%d")

    def moment(self, at: datetime) -> str:
        """Return day, hours, minutes and seconds."""
        return f"{self.date(at)} {self.second(at)}"

    def instant(self, at: datetime | None) -> str:
        """Return day, hours and minutes."""
        return "" if at is None else at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def iso(self, at: datetime) -> str:
        """Return the instant for a ``datetime`` attribute."""
        return at.isoformat(timespec="milliseconds")

    def field(self, at: datetime) -> str:
        """Return the instant for an ``<input type="datetime-local">``, in the company's zone."""
        return at.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")

    def span(self, span: timedelta) -> str:
        """Return a length of time in words, rounded to what a person needs."""
        seconds = int(abs(span.total_seconds()))
        if seconds < 60:
            return self.text("{n} s", n=seconds)
        if seconds < 3600:
            return self.text("{n} min", n=seconds // 60)
        if seconds < 172_800:
            return self.text("{h} h {m} min", h=seconds // 3600, m=seconds % 3600 // 60)
        return self.text("{n} days", n=seconds // 86_400)

    def minutes(self, span: timedelta) -> str:
        """Return a length of time in hours, minutes and seconds, exactly."""
        minutes, seconds = divmod(round(span.total_seconds()), 60)
        if seconds:
            return self.text("{m} min {s} s", m=minutes, s=seconds)
        if minutes < 60:
            return self.text("{n} min", n=minutes)
        return self.text("{h} h {m} min", h=minutes // 60, m=minutes % 60)

    def money(self, fen: int) -> str:
        """Return an amount of whole fen in yuan."""
        return self.text("{amount} yuan", amount=f"{fen // 100:,}.{fen % 100:02d}")

    def number(self, value: float | Decimal, decimals: int = 2) -> str:
        """Return a number without needless zeros."""
        text = f"{value:.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def reading(self, quantity: str, value: float, decimals: int | None = None) -> str:
        """Return a measured value without unit; a state in its words.

        ``decimals`` are the point's own, where it has fewer than its quantity.
        """
        found = self.quantities.get(quantity)
        words = self.states(quantity)
        if words and 0 <= round(value) < len(words):
            return words[round(value)]
        if decimals is None:
            decimals = found.decimals if found else 2
        return f"{value:.{decimals}f}"

    def states(self, quantity: str) -> tuple[str, ...]:
        """Return the words for the values 0, 1, 2 … of a state; nothing for an amount."""
        found = self.quantities.get(quantity)
        if found is None:
            return ()
        return (self.text.language == "en" and found.states_en) or found.states

    def in_language(self, words: str, english: str) -> str:
        """Return words that are data, in the language of the screen; English where there is any."""
        return (self.text.language == "en" and english) or words

    def listed(self, words: Iterable[str]) -> str:
        """Return words as a list in the language of the screen."""
        return self.text.listed(words)

    def labels(self, kind: str, values: Iterable[str]) -> str:
        """Return the words of several values of one enumeration, as a list."""
        return self.text.listed(self.text.label(kind, value) for value in values)

    def unit(self, code: str) -> str:
        """Return the sign of a unit that is given by its UCUM code."""
        return UNIT_SIGNS.get(code, code)
