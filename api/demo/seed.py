"""What the demo begins with: stations with their limits, places, and people who log in."""

from __future__ import annotations

from importlib import resources

from api.accounts.users import add_user, find_user
from api.compose.bootstrap import Parts
from api.demo.folder import logins
from api.site.read_site import parse_areas, parse_stations
from api.site.site import Site
from api.site.site_store import load_site
from stations.assets.station_store import all_stations


def demo_file(name: str) -> str:
    """Return the text of one of the demo's data files."""
    return resources.files("api.demo").joinpath("data", name).read_text(encoding="utf-8")


def seed(parts: Parts) -> None:
    """Put stations, limits, places and users in, where they are missing; safe to repeat."""
    folder, now = parts.settings.data_dir, parts.clock.now()
    with parts.db.write() as session:
        if not all_stations(session):
            stations = demo_file("stations.toml")
            site = Site(
                areas=parse_areas(demo_file("places.toml"), "places.toml"),
                stations=parse_stations(stations, "stations.toml", parts.quantities),
            )
            load_site(session, site, now)
    for one in logins(folder):
        with parts.db.write() as session:
            if find_user(session, one.login) is None:
                add_user(session, one.login, one.name, [one.post], one.password, now)
