"""Prices of a gateway in fangxun.toml: exact, in a currency, or a fault that says where."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fangxun import config, wiring
from fangxun.core.errors import ConfigFault
from fangxun.core.price import Price


def _written(folder: Path, lines: str) -> Path:
    path = folder / "fangxun.toml"
    path.write_text(f'[[gateway]]\nname = "province"\nkind = "http"\n{lines}\n', encoding="utf-8")
    return path


def test_prices_are_exact_and_by_gateway(tmp_path: Path) -> None:
    lines = 'price_per_segment = 0.045\nprice_per_call = 1\ncurrency = "CNY"'
    read = config.load(_written(tmp_path, lines))
    assert wiring.prices(read) == {"province": Price(Decimal("0.045"), Decimal(1), "CNY")}


def test_a_price_that_is_not_given_is_not_known(tmp_path: Path) -> None:
    assert wiring.prices(config.load(_written(tmp_path, ""))) == {"province": Price()}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("price_per_segment = 0.05", "currency"),
        ('price_per_call = 1\ncurrency = "yuan"', "currency"),
        ('price_per_call = -1\ncurrency = "CNY"', "at least 0"),
        ('price_per_segment = "much"\ncurrency = "CNY"', "a number is expected"),
        ('price_per_segment = nan\ncurrency = "CNY"', "a number is expected"),
    ],
)
def test_a_price_that_is_none_names_its_gateway(tmp_path: Path, lines: str, said: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        config.load(_written(tmp_path, lines))
    assert "[[gateway]] province" in str(caught.value)
    assert said in str(caught.value)
