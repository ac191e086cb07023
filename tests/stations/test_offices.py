import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.geo import Position, great_circle_km
from stations.assets.offices import ServedBecause, ServiceOffice, main_office, office_for
from stations.assets.territories import Polygon, Ring, Territory, polygon_fault


def box(south: float, west: float, north: float, east: float) -> Ring:
    corners = ((south, west), (south, east), (north, east), (north, west), (south, west))
    return tuple(Position(*corner) for corner in corners)


def office(ident: str, lat: float, lon: float, *polygons: Polygon) -> ServiceOffice:
    return ServiceOffice(ident, ident, ident, Position(lat, lon), Territory(polygons))


EAST = office("east", 31.3, 120.70, Polygon(box(31.2, 120.6, 31.4, 120.8)))
WEST = office("west", 31.3, 120.50, Polygon(box(31.2, 120.4, 31.4, 120.6)))


def test_the_office_whose_territory_holds_the_place_serves_it() -> None:
    # Nearer to the western office, and in the eastern one's territory all the same.
    lopsided = office("east", 31.3, 120.79, Polygon(box(31.2, 120.52, 31.4, 120.8)))
    found = office_for([WEST, lopsided], Position(31.21, 120.61))
    assert (found.office.id, found.because) == ("east", ServedBecause.TERRITORY)


def test_on_a_border_and_in_an_overlap_the_nearest_office_serves() -> None:
    on_the_border = Position(31.3, 120.6)
    for order in ([WEST, EAST], [EAST, WEST]):
        assert office_for(order, on_the_border).office.id == "east"  # as near, first by id
        assert office_for(order, Position(31.3, 120.59)).office.id == "west"
    wide = office("wide", 31.3, 120.58, Polygon(box(31.0, 120.0, 31.6, 121.0)))
    assert office_for([WEST, EAST, wide], Position(31.3, 120.59)).office.id == "wide"


def test_a_place_in_no_territory_is_served_by_the_nearest_office_and_that_is_said() -> None:
    found = office_for([WEST, EAST], Position(31.3, 120.95))
    assert (found.office.id, found.because) == ("east", ServedBecause.NEAREST)


def test_a_hole_does_not_belong_to_a_territory() -> None:
    ring = Polygon(box(31.0, 120.0, 32.0, 121.0), (box(31.4, 120.4, 31.6, 120.6),))
    assert Territory((ring,)).contains(Position(31.1, 120.1))
    assert not Territory((ring,)).contains(Position(31.5, 120.5))


def test_polygons_of_one_territory_may_touch_and_overlap() -> None:
    ring = box(31.2, 120.6, 31.4, 120.8)
    hole = box(31.29, 120.69, 31.31, 120.71)
    beside = box(31.2, 120.8, 31.4, 120.9)
    ground = Territory((Polygon(ring, (hole,)), Polygon(ring), Polygon(beside)))
    for place in (Position(31.3, 120.61), Position(31.3, 120.7), Position(31.3, 120.8)):
        assert ground.contains(place)
    assert not ground.contains(Position(31.3, 120.91))


def test_an_office_that_is_named_serves_whatever_the_ground_says() -> None:
    found = office_for([WEST, EAST], Position(31.3, 120.45), "east")
    assert (found.office.id, found.because) == ("east", ServedBecause.NAMED)
    # One that is no longer there serves nobody.
    assert office_for([WEST, EAST], Position(31.3, 120.45), "gone").office.id == "west"


def test_one_office_serves_everything() -> None:
    only = main_office(Position(31.3, 120.6))
    assert office_for([only], Position(48.8, 2.3)).because is ServedBecause.ONLY
    with pytest.raises(ValueError, match="no service office"):
        office_for([], Position(31.3, 120.6))


@given(st.floats(30.9, 31.7), st.floats(120.0, 121.2))
def test_the_order_of_the_offices_never_matters(lat: float, lon: float) -> None:
    place = Position(lat, lon)
    wide = office("wide", 31.3, 120.58, Polygon(box(31.0, 120.0, 31.6, 121.0)))
    found = office_for([WEST, EAST, wide], place)
    assert office_for([wide, EAST, WEST], place) == found
    if found.because is ServedBecause.NEAREST:
        assert not wide.territory.contains(place)
        ways = [great_circle_km(one.position, place) for one in (WEST, EAST, wide)]
        assert great_circle_km(found.office.position, place) == min(ways)


def test_a_polygon_that_crosses_itself_is_told_with_the_place() -> None:
    bow_tie = tuple(
        Position(lat, lon)
        for lat, lon in ((31.0, 120.0), (32.0, 121.0), (32.0, 120.0), (31.0, 121.0), (31.0, 120.0))
    )
    assert polygon_fault(Polygon(bow_tie)) == "Self-intersection[120.5 31.5]"
    assert polygon_fault(Polygon(box(31, 120, 32, 121))) is None


def test_a_ring_is_closed_and_has_room_inside() -> None:
    ring = box(31, 120, 32, 121)
    assert "must end where it begins" in str(polygon_fault(Polygon(ring[:-1])))
    assert "at least 4" in str(polygon_fault(Polygon(ring[:3])))
    flat = (ring[0], ring[1], ring[0], ring[0])
    assert polygon_fault(Polygon(flat)) is not None
    outside = box(33, 120, 34, 121)
    assert "Hole lies outside" in str(polygon_fault(Polygon(ring, (outside,))))
