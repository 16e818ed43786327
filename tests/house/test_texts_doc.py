"""docs/texts.md names every kind of text with its fields, and its example can be sent."""

from __future__ import annotations

import re
import tomllib

from fangxun.core.wording import Wording
from fangxun.text import wordings
from fangxun.text.ways import WAYS
from tests.house.sources import ROOT

TEXT = (ROOT / "docs" / "texts.md").read_text("utf-8")


def row(kind: str) -> tuple[str, str, str]:
    """A kind as the table says it: its fields, those needed in bold, and its other ways."""
    must = wordings.needed(kind, "zh_CN") | wordings.needed(kind, "en")
    fields = [f"**{one}**" if one in must else one for one in sorted(wordings.fields_of(kind))]
    ways = [f"`{way}`" for way in WAYS if f"{kind}{way}" in wordings.KINDS]
    return kind, " ".join(fields), " ".join(ways)


def test_every_kind_is_in_the_table_with_its_fields_and_ways() -> None:
    told = re.findall(r"^\| `(\w+)` \| [^|]+ \| ?([^|]*?) ?\| ?([^|]*?) ?\|$", TEXT, re.MULTILINE)
    assert sorted(told) == sorted(row(kind) for kind in wordings.BASES)


def test_every_part_of_a_text_is_named() -> None:
    parts = {kind for kind in wordings.KINDS if wordings.is_part(kind)}
    told = {start.rstrip("*") for start in re.findall(r"`(\w+_\*|again|exercise_\w+)`", TEXT)}
    assert {kind for kind in parts if not kind.startswith(tuple(told))} == set()


def test_the_example_can_be_sent() -> None:
    (block,) = re.findall(r"^```toml\n(\[\[text\]\].*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    found = tomllib.loads(block)["text"]
    assert found
    for one in found:
        wording = Wording(one["kind"], one["text"], one.get("language", "zh_CN"))
        assert wordings.amiss(wording, "防" * 12) is None
