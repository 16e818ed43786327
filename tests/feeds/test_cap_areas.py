"""Where a warning holds: codes, polygons and circles, whatever their writer made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fangxun.core.level import Level
from fangxun.feeds.cap import geometry
from tests.feeds.caps import alert, info, read

Shared = Callable[[str], Path]


def _area(inner: str) -> bytes:
    return alert(info(area=f"<area><areaDesc>x</areaDesc>{inner}</area>"))


def test_empty_values_are_no_codes() -> None:
    found = read(_area("<geocode><valueName>CPEAS</valueName><value/></geocode><polygon/>"))
    assert found.targets[0].codes == ()
    assert found.targets[0].polygons == ()


def test_codes_of_other_countries_are_not_taken_for_ours() -> None:
    codes = "".join(
        f"<geocode><valueName>{kind}</valueName><value>{value}</value></geocode>"
        for kind, value in [
            ("SAME", "037061"), ("NUTS3", "DE11"), ("x", "12345"), ("CPEAS", "3706"),
        ]
    )  # fmt: skip
    found = read(_area(codes))
    assert found.targets[0].codes == ("3706",)
    assert "foreign-code" in found.flags


def test_unclosed_and_self_crossing_polygons_are_kept() -> None:
    bow = "<polygon>29.0,125.0 29.2,125.2 29.0,125.2 29.2,125.0</polygon>"
    found = read(_area(bow))
    assert len(found.targets[0].polygons[0]) == 4
    assert "unclosed-polygon" in found.flags


def test_polygons_beyond_the_bound_are_taken_as_the_box_around_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Too much rather than too little, and the later ones, too."""
    monkeypatch.setattr(geometry, "MOST_POINTS", 10)
    ring = " ".join(f"{29 + n / 10},{125 + n * n / 100}" for n in range(8))
    found = read(_area(f"<polygon>{ring}</polygon>" * 3))
    whole, box, last = found.targets[0].polygons
    assert len(whole) == 8
    assert box == last == ((29, 125), (29, 125.49), (29.7, 125.49), (29.7, 125), (29, 125))
    assert "many-points" in found.flags


def test_shapes_beyond_the_bound_are_left_out_and_that_is_flagged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(geometry, "MOST_SHAPES", 3)
    circle = "<circle>29.1,125.2 1</circle>"
    found = read(_area(circle * 4))
    assert len(found.targets[0].circles) == 3
    assert "many-areas" in found.flags


def test_a_circle_of_radius_zero_is_kept() -> None:
    assert read(_area("<circle>29.1,125.2 0</circle>")).targets[0].circles == ((29.1, 125.2, 0),)


@pytest.mark.parametrize(
    "inner",
    ["<polygon>29,125 29,125 29,125</polygon>", "<polygon>north of the river</polygon>",
     "<polygon>999,999 998,998 997,997</polygon>", "<circle>29.1</circle>",
     "<circle>nan,nan 5</circle>"],
)  # fmt: skip
def test_bad_geometry_is_flagged_and_never_drops_the_warning(inner: str) -> None:
    found = read(_area(inner))
    assert found.level is Level.ORANGE
    assert "bad-geometry" in found.flags


def test_longitude_first_is_put_right_where_it_shows() -> None:
    found = read(_area("<polygon>125.0,29.0 125.2,29.0 125.2,29.2 125.0,29.0</polygon>"))
    assert found.targets[0].polygons[0][1] == (29.0, 125.2)
    assert "swapped-coordinates" in found.flags
