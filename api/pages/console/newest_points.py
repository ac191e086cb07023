"""Reading the newest values for a page, which is shown without them while the store is away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stations.assets.station import Station
from telemetry.readings import Point, Series
from telemetry.stores.port import Store, StoreUnavailable


def newest_points(store: Store, stations: Iterable[Station]) -> tuple[Mapping[Series, Point], bool]:
    """Return the newest point of everything the stations measure, and whether the store is away.

    Alarms and tickets are shown even without the store.
    """
    wanted = [Series(one.id, point.key) for one in stations for point in one.points]
    try:
        return store.last(wanted), False
    except StoreUnavailable:
        return {}, True
