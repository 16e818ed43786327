"""A district's own words: which are taken when, what is refused, and what can never be broken."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import message
from fangxun.core.contacts import Contacts
from fangxun.core.level import Hazard, Level
from fangxun.core.wording import Occasion, Wording
from fangxun.text import wordings
from fangxun.text.templates import TEMPLATES, templates

OWN = "{place}{level}险情:{~evidence}。请带队上堤。回复{code}确认"
SIGNATURE = "云溪防汛"


def own(text: str = OWN, kind: str = "page", level: Level | None = None) -> Wording:
    return Wording(kind, text, "zh_CN", level)


def words(*ours: Wording, language: str = "zh_CN", level: Level | None = None) -> dict[str, str]:
    return dict(wordings.words(ours, Occasion(language, level)))


def test_without_own_words_the_texts_are_the_defaults() -> None:
    assert wordings.words((), Occasion("en")) is templates("en")
    assert words(own(), language="en") == dict(templates("en"))


def test_own_words_hold_for_every_way_to_answer() -> None:
    """One-way, with a link, on a call: each with the end that it has."""
    found = words(own())
    assert found["page"] == OWN
    assert found["page_oneway"].endswith("请带队上堤。请向值班室确认")
    assert found["page_link"].endswith("请带队上堤。回复{code}或点{link}确认")
    assert found["page_link_only"].endswith("请带队上堤。点{link}确认")
    assert found["page_voice"] == "{place}{level}险情:{~evidence}。请带队上堤。"
    assert found["page_arrived"] == templates("zh_CN")["page_arrived"]


def test_where_a_link_has_no_room_the_words_go_without_one() -> None:
    """Rather in the district's words than with a link."""
    found = words(own("{place}{level}险情。" + "请上堤。" * 20 + "回复{code}确认"))
    assert found["page_link"] == found["page"]
    assert found["page_link_only"] == found["page_oneway"]


def test_a_way_that_the_district_words_itself_is_left_to_it() -> None:
    call = own("{place}{level}险情,速上堤。", "page_voice")
    assert words(own(), call)["page_voice"] == words(call, own())["page_voice"] == call.text
    assert words(own(level=Level.RED), call, level=Level.RED)["page_voice"] != call.text


def test_an_alarm_over_a_gateway_without_replies_is_confirmed_at_the_terminal() -> None:
    told = own("告警{again}:磁盘将满。请清理。回复{code}表示已知", "alarm_disk")
    assert words(told)["alarm_disk_oneway"] == "告警{again}:磁盘将满。请清理。请在值班终端确认"


def test_what_holds_a_link_or_number_is_passed_over_where_it_may_not_stand() -> None:
    """The next closest, and at last the default, are said instead."""
    link = own(
        "{place}{level}险情,图见https://fx.example/a。请上堤。回复{code}确认", level=Level.RED
    )
    call = own("{place}{level}险情,电话0571-87654321。请上堤。回复{code}确认")
    red = Occasion("zh_CN", Level.RED)
    assert wordings.words([link, call], red)["page"] == link.text
    assert wordings.words([link, call], red, Contacts(links=False))["page"] == call.text
    neither = Contacts(links=False, numbers=False)
    assert wordings.words([link, call], red, neither)["page"] == templates("zh_CN")["page"]


@pytest.mark.parametrize(
    ("wording", "wrong"),
    [
        (own("{place}险情。请上堤。"), "does not name {code}"),
        (own("险情。请上堤。回复{code}确认"), "does not name {place}"),
        (own("{place}险情。请上堤。编号{code}"), "does not end in how to reply"),
        (own("{place}回复{code}确认"), "says nothing of what is to be done"),
        (own("{place}{gauge}险情。请上堤。回复{code}确认"), "names the field {gauge}"),
        (own("{place}{险情。请上堤。回复{code}确认"), "holds a brace"),
        (own("{place!r}险情。请上堤。回复{code}确认"), "holds a brace"),
        (own("【防指】{place}险情。请上堤。回复{code}确认"), "a signature"),
        (own("{place}险情。" + "请上堤。" * 30 + "回复{code}确认"), "cannot fit two segments: 14"),
        (own("{place}险情。请上堤。" * 40 + "回复{code}确认"), "longer than 300"),
        (own("{place}险情。请到岗。回复{code}确认", "page_arrived"), "to reply “到岗”"),
        (own("{count}处:{~list}。请上堤。回复{codes}确认", "page_bundle"), "to reply “收到”"),
        (own("告警:磁盘。请清理。回复{code}表示已知", "alarm_disk"), "does not name {again}"),
        (own("{place}险情。请上堤。回复{code}", "page_oneway"), "names the field {code}"),
        (own("最最最最最最红色", "level_red"), "at most 7 characters"),
    ],
)
def test_what_cannot_be_sent_so_is_refused(wording: Wording, wrong: str) -> None:
    said = wordings.amiss(wording, SIGNATURE)
    assert said is not None
    assert wrong in said.template.format(name="text", **dict(said.fields))


@pytest.mark.parametrize("language", sorted(TEMPLATES))
@pytest.mark.parametrize("kind", wordings.KINDS)
def test_every_default_text_could_be_a_districts_own(kind: str, language: str) -> None:
    """With the longest signature, codes and link: what we ask of others holds for ours."""
    if kind != "exercise_mark":  # the one that looks like a signature on purpose
        assert wordings.amiss(Wording(kind, TEMPLATES[language][kind], language), "防" * 12) is None


ODD = "0123456789.毫米雨{}【】\u202e\u200b\n\x00é🌊"
outside = st.text(max_size=120) | st.text(ODD, max_size=400) | st.just("🌊" * 300)
ends = {
    "zh_CN": {"page": "回复{code}确认", "page_arrived": "回复{code}确认,到后回“到岗{code}”"},
    "en": {
        "page": "Reply {code} to confirm",
        "page_arrived": 'Reply {code}, then "arrived {code}"',
    },
}
fields = st.sampled_from(["{place}", "{level}", "{~evidence}", "{person}", "{unit}", "{~place}"])
own_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@st.composite
def accepted(draw: st.DrawFn) -> Wording:
    """Any words around any fields, as far as the reader takes them."""
    language, kind = (
        draw(st.sampled_from(sorted(ends))),
        draw(st.sampled_from(["page", "page_arrived"])),
    )
    parts = draw(st.lists(own_words | fields, max_size=6))
    wording = Wording(kind, "{place}" + "".join(parts) + ends[language][kind], language)
    if wordings.amiss(wording, SIGNATURE) is not None:
        wording = Wording(kind, "{place}请速到场。" + ends[language][kind], language)
    return wording


@given(accepted(), outside, outside, outside, st.integers(1, 99999))
def test_whatever_the_feed_says_a_page_fits_and_says_how_to_answer(
    wording: Wording, place: str, evidence: str, person: str, code: int
) -> None:
    """Two segments at most by the reference rules, the instruction and the code whole, one line,
    and no signature but ours."""
    values = {"place": place, "evidence": evidence, "person": person, "unit": person}
    values |= {"level": "橙色", "code": str(code)}
    text = message.render(wording.text, values, signature=SIGNATURE)
    assert message.segments(text).count <= 2
    assert text.endswith(ends[wording.language][wording.kind].replace("{code}", str(code)))
    assert text.startswith(f"【{SIGNATURE}】")
    at = 0
    for said in re.split(r"\{~?\w+\}", wording.text):
        at = text.index(said, at) + len(said)
    assert not {unicodedata.category(char) for char in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert text.count("【") == text.count("】") == 1


@given(outside, st.sampled_from(list(Level)), st.sampled_from([None, *Hazard]))
def test_a_headline_never_brings_a_link_or_number_where_it_may_not(
    headline: str, level: Level, hazard: Hazard | None
) -> None:
    nothing = Contacts(links=False, numbers=False)
    told = nothing.without(f"{headline} https://fx.example/a 13800000000")
    assert nothing.allow(told)
    assert wordings.words((own(),), Occasion("zh_CN", level, hazard), nothing)["page"] == OWN
