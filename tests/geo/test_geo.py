"""Which places a warning touches, and positions in other datums."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import Point, Polygon, make_valid

from fangxun import geo
from fangxun.core.district import District
from fangxun.core.level import Hazard, Level
from fangxun.core.place import Area, Datum, Gauge, HazardSite, Measure, SiteKind
from fangxun.core.warning import Bulletin, MessageType, Status, Target, Touch
from fangxun.geo import shapes

Ring = tuple[tuple[float, float], ...]


def square(south: float, west: float, side: float = 0.1) -> Ring:
    north, east = south + side, west + side
    return ((south, west), (south, east), (north, east), (north, west), (south, west))


AREAS = (
    Area("yunxi", "云溪区", "999901000000", None, square(29.0, 125.0, 0.3)),
    Area("shang", "上云镇", "999901101000", "yunxi", square(29.0, 125.0)),
    Area("xia", "下云镇", "999901102000", "yunxi", square(29.2, 125.2)),
)
SITES = (HazardSite("gully", "甲子沟", SiteKind.GULLY, "shang", 29.05, 125.05),)


class Places(District):
    """A district of places only: all that this room looks at."""

    def __init__(
        self,
        areas: tuple[Area, ...] = AREAS,
        gauges: tuple[Gauge, ...] = (),
        sites: tuple[HazardSite, ...] = SITES,
    ) -> None:
        for name, value in (("areas", areas), ("sites", sites), ("gauges", gauges)):
            object.__setattr__(self, name, value)


UNBOUNDED = tuple(replace(area, boundary=()) for area in AREAS)


def warned(*targets: Target) -> Bulletin:
    return Bulletin(
        "f", "s", "i", None, Status.ACTUAL, MessageType.ALERT, Hazard.RAIN, "暴雨", Level.RED,
        "暴雨红色预警", targets=targets,
    )  # fmt: skip


def touched(*targets: Target, areas: tuple[Area, ...] = AREAS) -> dict[str, Touch]:
    return dict(geo.touch(warned(*targets), Places(areas)).touches)


def flags(*targets: Target, areas: tuple[Area, ...] = AREAS) -> tuple[str, ...]:
    return geo.touch(warned(*targets), Places(areas)).flags


def test_a_code_touches_its_area_with_the_sites_in_it() -> None:
    found = touched(Target("x", ("999901101",)))
    assert found == {"shang": Touch.DIRECT, "gully": Touch.DIRECT}


def test_the_code_of_a_division_above_touches_as_an_ancestor() -> None:
    for code in ("99", "999900", "999900000000"):
        assert set(touched(Target("x", (code,))).values()) == {Touch.ANCESTOR}
    own = touched(Target("x", ("999901",)))
    assert own["yunxi"] is Touch.DIRECT
    assert own["shang"] is Touch.ANCESTOR


def test_a_direct_touch_is_kept_beside_an_ancestors() -> None:
    found = touched(Target("x", ("999901101000", "999900000000")), Target("y", ("99",)))
    assert found["shang"] is Touch.DIRECT
    assert found["xia"] is Touch.ANCESTOR


def test_another_districts_code_touches_nothing() -> None:
    assert touched(Target("云溪区", ("999902000000",))) == {}


def test_a_polygon_touches_the_areas_that_it_overlaps_and_the_sites_within() -> None:
    inside = Target("x", polygons=(square(29.04, 125.04, 0.02),))
    assert touched(inside) == {
        "shang": Touch.DIRECT, "gully": Touch.DIRECT,
    }  # fmt: skip
    beside = Target("x", polygons=(square(29.08, 125.08, 0.01),))
    assert "gully" not in touched(beside)


def test_a_neighbour_that_shares_our_border_is_not_ours() -> None:
    assert touched(Target("x", polygons=(square(29.0, 124.9),))) == {}


def test_an_unclosed_polygon_is_closed() -> None:
    assert "shang" in touched(Target("x", polygons=(square(29.04, 125.04, 0.02)[:-1],)))


def test_a_self_crossing_polygon_touches_both_of_its_halves() -> None:
    bow = ((29.0, 125.0), (29.3, 125.3), (29.0, 125.3), (29.3, 125.0), (29.0, 125.0))
    found = touched(Target("x", polygons=(bow,)))
    assert {"shang", "xia"} <= set(found)


def scribble(points: int, *, side: float = 0.4) -> Ring:
    """A ring of points here and there, whose lines cross each other again and again."""
    return tuple(
        (29.0 + side * (n * n * 0.7548776 % 1), 125.0 + side * (n * n * 0.5698402 % 1))
        for n in range(points)
    )


def test_a_ring_that_crosses_itself_a_million_times_is_placed_and_flagged() -> None:
    """Mending such a ring of three hundred points took the better part of a minute."""
    target = Target("x", polygons=(scribble(3000),))
    assert {"shang", "xia"} <= set(touched(target))
    assert "self-crossing" in flags(target)
    assert touched(Target("x", polygons=(scribble(3000, side=-0.4),))) == {}


def test_what_a_ring_winds_around_twice_lies_within() -> None:
    """The middle of a pentagram drawn in one stroke."""
    turns = [math.radians(144 * corner) for corner in range(5)]
    star = tuple((29.05 + 0.04 * math.sin(a), 125.05 + 0.04 * math.cos(a)) for a in turns)
    assert "gully" in touched(Target("x", polygons=(star,)))


corners = st.tuples(st.integers(0, 12), st.integers(0, 12))


@given(st.lists(corners, min_size=3, max_size=9), corners)
def test_a_ring_holds_what_the_mended_shape_holds(
    ring: list[tuple[int, int]], at: tuple[int, int]
) -> None:
    """And no more, but for lines that go back on themselves, which the mended shape loses."""
    shape, odd = shapes.shape_of(Target("x", polygons=(tuple(ring),)))
    if shape is None:
        return
    mended = make_valid(Polygon(ring), method="structure")
    if odd:
        assert shape.holds(*at) >= mended.intersects(Point(at))
    else:
        assert shape.holds(*at) == mended.intersects(Point(at))


def test_a_boundary_of_no_width_is_touched_by_what_covers_it() -> None:
    there, back = (29.0, 125.0), (29.1, 125.1)
    thin = (replace(AREAS[1], boundary=(there, back, there, back)),)
    assert "shang" in touched(Target("x", polygons=(square(28.9, 124.9, 0.5),)), areas=thin)


def test_what_was_cut_short_counts_by_name_too() -> None:
    far = Target("下云镇", polygons=(square(40.0, 110.0),))
    cut = replace(warned(far), flags=("many-areas",))
    assert dict(geo.touch(cut, Places(AREAS)).touches) == {"xia": Touch.DIRECT}


@pytest.mark.parametrize("radius", [0.0, 0.4])
def test_a_circle_of_radius_zero_is_half_a_kilometre(radius: float) -> None:
    target = Target("x", circles=((29.054, 125.05, radius),))
    assert "gully" in touched(target)
    assert ("point-circle" in flags(target)) is (radius == 0)
    assert "gully" not in touched(Target("x", circles=((29.056, 125.05, radius),)))


def test_a_circle_is_round_on_the_ground() -> None:
    """10 km east reach further in degrees than 10 km north, by the cosine of the latitude."""
    just, over = 9.9 / 111.32, 10.3 / 111.32
    wide = math.cos(math.radians(29.05))
    assert "gully" in touched(Target("x", circles=((29.05 + just, 125.05, 10),)))
    assert "gully" not in touched(Target("x", circles=((29.05 + over, 125.05, 10),)))
    assert "gully" in touched(Target("x", circles=((29.05, 125.05 + just / wide, 10),)))
    assert "gully" not in touched(Target("x", circles=((29.05, 125.05 + over / wide, 10),)))


def test_bad_geometry_falls_back_to_the_code_and_is_flagged() -> None:
    broken = Target("x", ("999901101000",), polygons=(((29.0, 125.0), (29.0, 125.0)),))
    assert touched(broken)["shang"] is Touch.DIRECT
    assert "bad-geometry" in flags(broken)


def test_without_code_and_geometry_the_name_is_the_last_resort_and_is_flagged() -> None:
    broken = Target("云溪区上云镇", polygons=(((29.0, 125.0), (29.0, 125.0)),))
    assert set(touched(broken)) == {"shang", "gully"}
    assert "by-name" in flags(broken)
    assert touched(Target("外县")) == {}
    assert touched(Target("  ")) == {}


def test_good_geometry_elsewhere_beats_a_name_that_sounds_like_ours() -> None:
    assert touched(Target("上云镇", polygons=(square(40.0, 110.0),))) == {}


def test_without_our_boundaries_sites_and_gauges_stand_for_their_areas() -> None:
    gauge = Gauge(
        "g", "g", Measure.RAIN, 29.25, 125.25, Datum.WGS84, timedelta(hours=1), timedelta(0),
        ("xia",),
    )  # fmt: skip
    polygon = Target("x", polygons=(square(29.0, 125.0),))
    assert set(touched(polygon, areas=UNBOUNDED)) == {"shang", "gully"}
    other = geo.touch(
        warned(Target("x", polygons=(square(29.2, 125.2),))), Places(UNBOUNDED, (gauge,))
    )
    assert [place for place, _how in other.touches] == ["xia"]


def test_without_our_boundaries_a_name_still_counts() -> None:
    polygon = Target("下云镇", polygons=(square(29.2, 125.2),))
    assert set(touched(polygon, areas=UNBOUNDED)) == {"xia"}


def test_a_warning_that_says_nothing_of_where_is_flagged() -> None:
    assert flags() == ("no-area",)
    assert flags(Target("")) == ("no-area",)


points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(st.lists(points, max_size=12).map(tuple), st.tuples(*[st.floats(0, 90)] * 3))
@example(((0.0, 0.0), (0.0, 1.0), (2.225073858507e-311, 126.0)), (0.0, 0.0, 0.0))
def test_no_geometry_loses_the_warning(polygon: Ring, circle: tuple[float, float, float]) -> None:
    target = Target("x", ("999901101000",), (polygon,), (circle,))
    assert touched(target)["shang"] is Touch.DIRECT


# --- datums ------------------------------------------------------------------------------


def forward(lat: float, lon: float) -> tuple[float, float]:
    """WGS-84 to GCJ-02, written down a second time from the published series."""
    x, y = lon - 105, lat - 35

    def wave(value: float, *terms: tuple[float, float]) -> float:
        return sum(high * math.sin(value * math.pi * k) for high, k in terms) * 2 / 3

    common = wave(x, (20, 6), (20, 2))
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * abs(x) ** 0.5 + common
    north += wave(y, (20, 1), (40, 1 / 3)) + wave(y, (160, 1 / 12), (320, 1 / 30))
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * abs(x) ** 0.5 + common
    east += wave(x, (20, 1), (40, 1 / 3)) + wave(x, (150, 1 / 12), (300, 1 / 30))
    axis, flat = 6378245.0, 0.00669342162296594323
    root = 1 - flat * math.sin(math.radians(lat)) ** 2
    metres_north = math.radians(axis * (1 - flat) / root**1.5)
    metres_east = math.radians(axis / root**0.5 * math.cos(math.radians(lat)))
    return lat + north / metres_north, lon + east / metres_east


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    north = (one[0] - other[0]) * 111_320
    east = (one[1] - other[1]) * 111_320 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


@given(st.floats(18, 53.5), st.floats(73.6, 135))
def test_gcj_02_is_undone_within_two_metres_all_over_china(lat: float, lon: float) -> None:
    assert metres(geo.to_wgs84(*forward(lat, lon), Datum.GCJ02), (lat, lon)) < 2


def test_gcj_02_is_off_by_hundreds_of_metres() -> None:
    mapped = forward(39.915, 116.404)
    assert mapped == pytest.approx((39.916404282, 116.410244499), abs=1e-8)
    assert 400 < metres(mapped, (39.915, 116.404)) < 700


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_other_datums_are_taken_as_they_are(datum: Datum) -> None:
    assert geo.to_wgs84(29.1, 125.2, datum) == (29.1, 125.2)
