"""What the demo begins with: stations with their limits, places, and people who log in."""

from __future__ import annotations

from importlib import resources

from api.accounts.users import add_user, find_user
from api.demo.demo_logins import logins
from api.demo.seed_knowledge import seed_knowledge
from api.parts.parts import Parts
from api.site.read_site import parse_areas, parse_stations, read_site
from api.site.site import Site, SiteSource
from api.site.site_store import entered_site, load_site
from api.site.toml_source import toml_source


def demo_file(name: str) -> str:
    """Return the text of one of the demo's data files."""
    return resources.files("api.demo").joinpath("data", name).read_text(encoding="utf-8")


def first_demo(parts: Parts) -> Site:
    """Return the stations and areas that the demo of version 0.1 had."""
    return Site(
        areas=parse_areas(demo_file("places.toml"), "places.toml"),
        stations=parse_stations(demo_file("stations.toml"), "stations.toml", parts.quantities),
    )


def town_source() -> SiteSource:
    """Return the town's site file, parsed but not yet read."""
    return toml_source(demo_file("town.toml"), "town.toml")


def town(parts: Parts) -> Site:
    """Return the town: two offices, areas, and stations of different makes."""
    return read_site(town_source(), parts.quantities)


def seed(parts: Parts) -> None:
    """Put the site and users in, where they are missing; safe to repeat.

    A folder kept from a demo without the town gets the town beside what it has: nothing that is
    there already is changed. If any of the town's stations is there, the site is left as it is.
    """
    folder, now = parts.settings.data_dir, parts.clock.now()
    # Reading the file loads the library of units, in a second or two: not at every start.
    of_the_town = {station["id"] for station in town_source().raw["station"]}
    with parts.db.write() as session:
        old = entered_site(session)
        if not old.stations:
            load_site(session, first_demo(parts), now)
        if not any(entry.station.id in of_the_town for entry in old.stations):
            load_site(session, lacking(old, town(parts)), now)
        seed_knowledge(session, demo_file("knowledge.toml"), now)
    for one in logins(folder):
        with parts.db.write() as session:
            if find_user(session, one.login) is None:
                add_user(session, one.login, one.name, one.posts, one.password, now)


def lacking(old: Site, new: Site) -> Site:
    """Return what of a site is not there yet by its id."""
    offices, areas = {one.id for one in old.offices}, {one.id for one in old.areas}
    stations = {entry.station.id for entry in old.stations}
    return Site(
        offices=tuple(one for one in new.offices if one.id not in offices),
        areas=tuple(one for one in new.areas if one.id not in areas),
        stations=tuple(one for one in new.stations if one.station.id not in stations),
    )
