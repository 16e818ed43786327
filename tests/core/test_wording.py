"""Of several that are meant for an occasion, the closest is taken."""

from __future__ import annotations

import pytest

from fangxun.core.level import Hazard, Level
from fangxun.core.wording import Occasion, Registration, fitting, registered

ALL = Registration("page", "all", ())
RED = Registration("page", "red", (), level=Level.RED)
FLOOD = Registration("page", "flood", (), hazard=Hazard.FLOOD)
RED_FLOOD = Registration("page", "red-flood", (), level=Level.RED, hazard=Hazard.FLOOD)
ENGLISH = Registration("page", "english", (), "en")
EVERY = [RED_FLOOD, ENGLISH, FLOOD, RED, ALL]


@pytest.mark.parametrize(
    ("occasion", "closest"),
    [
        (Occasion("zh_CN", Level.RED, Hazard.FLOOD), "red-flood"),
        (Occasion("zh_CN", Level.RED, Hazard.RAIN), "red"),
        (Occasion("zh_CN", Level.BLUE, Hazard.FLOOD), "flood"),
        (Occasion("zh_CN", Level.BLUE, Hazard.RAIN), "all"),
        (Occasion("zh_CN"), "all"),
        (Occasion("en"), "english"),
        (Occasion("en", Level.RED), "red"),
    ],
)
def test_the_closest_is_taken(occasion: Occasion, closest: str) -> None:
    found = registered(EVERY, "page", occasion)
    assert found is not None
    assert found.id == closest


def test_all_that_fit_come_with_the_closest_last() -> None:
    occasion = Occasion("zh_CN", Level.RED, Hazard.FLOOD)
    assert [one.id for one in fitting(EVERY, occasion)] == ["all", "flood", "red", "red-flood"]


def test_another_kind_has_none() -> None:
    assert registered(EVERY, "page_oneway", Occasion("zh_CN")) is None
