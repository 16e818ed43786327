"""What docs/feeds.md says of settings is what the code does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from fangxun.config import FeedConfig
from fangxun.engine import poll
from fangxun.feeds import folder
from fangxun.feeds.base import FeedSettings
from fangxun.feeds.cap import documents
from fangxun.feeds.http.session import BODIES
from fangxun.feeds.table import rows
from fangxun.feeds.table.shape import KEYS, shape
from fangxun.wiring import FEEDS
from tests.house.sources import ROOT

TEXT = (ROOT / "docs" / "feeds.md").read_text("utf-8")
FLAT = " ".join(TEXT.split())


def settings(heading: str) -> Mapping[str, str]:
    """The first two columns of the tables below a heading."""
    part = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| (`[^|]+?) \|\s*([^|]*?)\s*\|", part, re.MULTILINE)
    return {
        name.strip("`"): value.strip("` ") for names, value in found for name in names.split(" / ")
    }


def test_the_kinds_are_those_of_the_code() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| [a-z]", TEXT.partition("## ")[0], re.MULTILINE)) == {
        *FEEDS
    }


def test_each_setting_is_there_with_its_default() -> None:
    said = {**settings("What all have"), **settings("cap")}
    fields = {name: field.default for name, field in FeedConfig.model_fields.items()}
    assert {name for name in said if "." not in name} == fields.keys() - {"kind", "mapping"}
    for name in ("interval", "silent_after", "deadline", "max_bytes", "absent_polls", "mode"):
        assert said[name] == str(fields[name]), name
        inside = getattr(FeedSettings("x", "cap"), name)
        seconds = inside.total_seconds() if isinstance(inside, timedelta) else inside
        assert seconds == fields[name], name


def test_each_key_of_a_mapping_is_there() -> None:
    said = settings("readings and folder")
    assert said.keys() == KEYS | {"pattern"}
    plain = shape(FeedSettings("x", "readings", mapping=(("interval_minutes", "60"),)))
    for name in ("gauge", "time", "value"):
        assert said[name] == getattr(plain, name)
    assert (said["format"], said["delimiter"], said["factor"]) == (
        plain.format, plain.delimiter, f"{plain.factor:g}",
    )  # fmt: skip


def test_the_numbers_in_its_sentences_are_those_of_the_code() -> None:
    words = {2: "two", 7: "seven", 8: "eight", 10: "ten", 20: "twenty", 60: "sixty"}
    for sentence, number in {
        "up to {} minutes or a quarter of `silent_after`, and up to a fifth": (
            poll.LONGEST_BACK_OFF.total_seconds() / 60
        ),
        "a poll may take {} times as much in all": BODIES,
        "all rows are older than {} days": rows.BACK.days,
        "at most {}; then for what changed": documents.MOST_DOCUMENTS,
        "reads the {} newest files": folder.MOST_FILES,
        "rested for {} seconds": folder.SETTLED.total_seconds(),
    }.items():
        assert sentence.format(words[int(number)]) in FLAT, sentence
    assert documents.SHARE == 0.25
    assert "one document of an index has a quarter of it" in FLAT
