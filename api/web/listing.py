"""A list that can be filtered, sorted and paged by its address alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

PAGE_SIZE = 25


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
