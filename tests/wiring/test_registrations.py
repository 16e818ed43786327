"""[[gateway.template]]: what a provider has registered, or a fault that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from fangxun import config, wiring
from fangxun.core.errors import ConfigFault
from fangxun.core.level import Hazard, Level
from fangxun.core.wording import Registration

HEAD = '[[gateway]]\nname = "cloud"\nkind = "console"\n[[gateway.template]]\n'


def _registered(folder: Path, *lines: str) -> tuple[Registration, ...]:
    path = folder / "fangxun.toml"
    path.write_text(HEAD + "\n".join(lines), encoding="utf-8")
    (gateway,) = config.load(path).gateway
    return wiring.registrations(gateway)


def test_a_template_is_for_a_kind_and_as_much_else_as_it_names(tmp_path: Path) -> None:
    lines = ['kind = "page"', 'id = "SMS_1"', 'params = ["place", "code"]']
    assert _registered(tmp_path, *lines) == (Registration("page", "SMS_1", ("place", "code")),)
    more = ['level = "red"', 'hazard = "flood"', 'language = "en"']
    (found,) = _registered(tmp_path, *lines, *more)
    assert (found.level, found.hazard, found.language) == (Level.RED, Hazard.FLOOD, "en")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['kind = "pages"', 'id = "1"'], "there is no kind of text pages"),
        (['kind = "level_red"', 'id = "1"'], "there is no kind of text level_red"),
        (['kind = "page"', 'id = "1"', 'params = ["code", "gauge"]'], "page has no field gauge"),
        (['kind = "page"', 'id = "1"', 'params = ["place"]'], "page needs code in params"),
        (['kind = "page"', 'id = ""'], "template.0.id: a text in quotation marks"),
        (['kind = "page"', 'id = "1"', 'level = "none"'], "one of these is expected"),
    ],
)
def test_a_template_that_nobody_could_use_is_a_fault(
    tmp_path: Path, lines: list[str], said: str
) -> None:
    with pytest.raises(ConfigFault) as caught:
        _registered(tmp_path, *lines)
    assert "cloud" in str(caught.value)
    assert said in str(caught.value)
