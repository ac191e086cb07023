"""A list whose address holds its filters, order and page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

PAGE_SIZE = 25
LONGEST_FILTER = 64
"""Characters of a filter in an address; the rest is cut off."""
Order = TypeVar("Order", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a list stands: its address, filters, order and page."""

    path: str
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    total: int = 0
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.size))

    def value(self, name: str) -> str:
        """Return what a filter is set to."""
        return self.filters.get(name, "")

    def url(self, *, page: int | None = None, sort: str | None = None) -> str:
        """Return the address of this list at another page or in another order."""
        wanted = {
            **self.filters,
            "sort": self.sort if sort is None else sort,
            "page": "" if page in (None, 1) else str(page),
        }
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"{self.path}?{query}" if query else self.path

    @property
    def here(self) -> str:
        """The address of exactly what is shown, for fetching it anew."""
        return self.url(page=self.page)


def asked_for(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    """Return the filters of an address; "" for each that it does not set."""
    return {name: request.query_params.get(name, "").strip()[:LONGEST_FILTER] for name in names}


def asked_order(request: Request, kind: type[Order], usual: Order) -> tuple[Order, bool]:
    """Return what an address asks its list to be ordered by; the newest first if nothing."""
    text = request.query_params.get("sort", "")
    found = next((sort for sort in kind if sort == text.removeprefix("-")), None)
    return (usual, True) if found is None else (found, text.startswith("-"))
