from dataclasses import replace

from api.site.site import Site
from api.site.site_doubts import doubts
from kit.datum import wgs84_to_gcj02
from kit.geo import Position
from stations.assets.areas import ResidentialArea
from stations.assets.offices import ServiceOffice
from stations.assets.station import Zone
from stations.assets.territories import Polygon, Territory
from tests.site.town import TOWN, read


def shifted(site: Site) -> Site:
    """Return the site as somebody enters it who reads its places off a Chinese map."""
    return replace(
        site,
        offices=tuple(replace(o, position=wgs84_to_gcj02(o.position)) for o in site.offices),
        areas=tuple(replace(a, position=wgs84_to_gcj02(a.position)) for a in site.areas),
    )


def around(place: Position, degrees: float) -> Territory:
    corners = ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))
    return Territory(
        (Polygon(tuple(Position(place.lat + degrees * y, place.lon + degrees * x)
                       for y, x in corners)),)
    )  # fmt: skip


def test_a_town_whose_places_fit_together_raises_no_doubt() -> None:
    assert doubts(read(TOWN), 100) == []
    assert doubts(Site(), 100) == []


def test_places_off_a_chinese_map_fall_out_of_a_tight_territory() -> None:
    here = Position(31.3, 120.6)
    office = ServiceOffice("east", "城东服务处", "", here, around(here, 0.002))
    area = ResidentialArea("rml", "人民路小区", "", "", Zone.CITY, here, office_id="east")
    fitting = Site((office,), (area,))
    assert doubts(fitting, 100) == []
    assert doubts(shifted(fitting), 100) == [
        "office east stands outside of its own territory: is the datum right?",
        "outside of the territory of the office that it names: area rml",
    ]


def test_places_far_away_and_in_no_territory_are_named_up_to_five() -> None:
    here, far = Position(31.3, 120.6), Position(39.9, 116.4)
    office = ServiceOffice("east", "城东服务处", "", here, around(here, 0.1))
    areas = tuple(ResidentialArea(f"area-{n}", "小区", "", "", Zone.CITY, far) for n in range(7))
    names = ", ".join(f"area area-{n}" for n in range(5))
    assert doubts(Site((office,), areas), 100) == [
        f"far from every office: {names} and 2 more",
        f"in no territory, so the nearest office serves: {names} and 2 more",
    ]


def test_a_way_longer_than_any_served_is_named_whether_offices_are_entered_or_not() -> None:
    here = Position(31.3, 120.6)
    areas = tuple(
        ResidentialArea(f"area-{km}", "小区", "", "", Zone.CITY, here, float(km))
        for km in (100, 101)
    )
    assert doubts(Site(areas=areas), 100) == [
        "further by road than the 100 km that a promise counts at most: area area-101"
    ]
