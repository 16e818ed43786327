"""Segments by the provider's own vectors, fields that cannot break a text, the default texts."""

from __future__ import annotations

import json
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.alarm import AlarmKind
from fangxun.core.contacts import Contacts
from fangxun.core.message import (
    Encoding,
    Segments,
    clean,
    fill,
    render,
    segments,
    shorter,
    speakable,
    units_of,
)
from fangxun.text.templates import TEMPLATES, templates


def test_all_segment_vectors_of_the_providers_own_calculator(shared):
    vectors = json.loads(shared("samples/sms_segments.json").read_text())["vectors"]
    assert len(vectors) == 66
    wrong = [
        v["name"]
        for v in vectors
        if segments(v["text"]) != Segments(Encoding(v["encoding"]), max(1, v["segments"]))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", Encoding.GSM7, 1),
        ("a" * 160, Encoding.GSM7, 1),
        ("a" * 161, Encoding.GSM7, 2),
        ("a" * 306, Encoding.GSM7, 2),
        ("a" * 307, Encoding.GSM7, 3),
        ("€" * 80, Encoding.GSM7, 1),
        ("€" * 81, Encoding.GSM7, 2),
        ("a" * 152 + "€" + "a" * 151, Encoding.GSM7, 2),
        ("a" * 152 + "€" + "a" * 152, Encoding.GSM7, 3),
        ("ç", Encoding.UCS2, 1),
        ("雨" * 70, Encoding.UCS2, 1),
        ("雨" * 71, Encoding.UCS2, 2),
        ("雨" * 134, Encoding.UCS2, 2),
        ("雨" * 135, Encoding.UCS2, 3),
        ("雨" * 66 + "🌊" + "雨" * 65, Encoding.UCS2, 2),
        ("雨" * 66 + "🌊" + "雨" * 66, Encoding.UCS2, 3),
    ],
)
def test_segments_are_filled_greedily_and_never_split_a_pair(text, encoding, count):
    assert segments(text) == Segments(encoding, count)


def test_the_units_of_each_segment_are_told():
    assert units_of("雨" * 66 + "🌊" + "雨" * 65) == (Encoding.UCS2, (66, 67))
    assert units_of("a" * 152 + "€") == (Encoding.GSM7, (154,))


@given(st.text(max_size=500))
def test_segments_never_fewer_than_their_units_need_and_grow_with_the_text(text):
    count = segments(text).count
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if segments(text).encoding is Encoding.UCS2:
        assert count >= (1 if units <= 70 else -(-units // 67))
        assert segments(text + "雨").count >= count


@pytest.mark.parametrize(
    ("field", "cleaned"),
    [
        ("两行\r\n字", "两行 字"),
        ("零\x00宽\u200b字", "零 宽 字"),
        ("【冒充】", "[冒充]"),
        ("  a \t b ", "a b"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800x", "x"),
        (12.5, "12.5"),
        (None, "None"),
    ],
)
def test_a_field_cannot_break_the_frame_of_a_text(field, cleaned):
    assert clean(field) == cleaned


@given(st.text(max_size=200), st.integers(1, 80))
def test_a_cleaned_field_is_one_short_line_without_signature_brackets(text, most):
    cleaned = clean(text, most=most)
    assert len(cleaned) <= most
    assert not set(cleaned) & set("【】\n\r\x00\u2028")
    assert clean(cleaned, most=most) == cleaned


def test_the_longest_soft_field_is_shortened_and_the_instruction_and_code_never():
    text = render(
        "{place}:{~evidence}。回复{code}确认",
        {"place": "甲子沟", "evidence": "雨" * 300, "code": 7},
    )
    assert segments(text).count == 2
    assert text.startswith("甲子沟:雨雨")
    assert text.endswith("…。回复7确认")


def test_a_signature_counts():
    fields = {"evidence": "雨" * 300, "code": 7}
    text = render("{~evidence}。回复{code}", fields, signature="云溪防汛")
    assert text.startswith("【云溪防汛】雨")
    assert segments(text).count == 2
    assert len(text) == 134


def test_a_missing_field_is_empty_and_braces_in_a_field_are_only_text():
    assert render("{place}/{nothing}/{code}", {"place": "{code}", "code": "7"}) == "{code}//7"


def test_what_cannot_be_shortened_goes_out_long_rather_than_not_at_all():
    assert segments(render("雨" * 200, {})).count == 3


def test_names_that_nobody_marked_are_shortened_last_and_codes_and_levels_never():
    fields = {"place": "沟" * 90, "person": "某" * 30, "level": "红色", "evidence": "雨" * 9}
    told = fill(
        "{person}:{place}{level}{~evidence}。" + "字" * 60 + "回复{code}", {**fields, "code": 7}
    )
    assert segments(told.text).count == 2
    assert told.shortened == ("place", "person")
    assert told.text.endswith("回复7")
    assert f"{told.values['place']}红色雨" in told.text


@pytest.mark.parametrize(
    ("value", "most", "short"),
    [
        ("甲子沟雨量站3小时123.5毫米≥60", 13, "甲子沟雨量站3小时…"),
        ("甲子沟雨量站3小时123.5毫米≥60", 14, "甲子沟雨量站3小时…"),
        ("甲子沟雨量站3小时123.5毫米≥60", 15, "甲子沟雨量站3小时123.5…"),
        ("甲子沟、映月水库、站前", 9, "甲子沟、映月水库…"),
        ("甲子沟红色 映月水库橙色", 7, "甲子沟红色…"),
        ("cafe\u0301 au lait", 5, "caf…"),
        ("短", 6, "短"),
    ],
)
def test_a_figure_is_left_out_whole_rather_than_cut_into_another(value, most, short):
    assert shorter(value, most) == short


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("详见https://fx.example/a?b=1。速来", "详见…。速来"),
        ("see WWW.example.cn/x now", "see … now"),
        ("上fx.gov.cn查看", "上…查看"),
        ("电话0571-87654321或13800000000", "电话…或…"),
        ("call +86 100 0000 0001, 400-123-4567", "call …, …"),
        (
            "2026-07-20 08:00 3小时123.5毫米≥100, 07-20",
            "2026-07-20 08:00 3小时123.5毫米≥100, 07-20",
        ),
        ("No.5 at 3 p.m. Act", "No.5 at 3 p.m. Act"),
    ],
)
def test_links_and_phone_numbers_are_taken_out_and_dates_and_amounts_stay(text, without):
    nothing = Contacts(links=False, numbers=False)
    assert nothing.without(text) == without
    assert nothing.allow(text) == (text == without)
    assert Contacts().without(text) == text


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_text_with_two_soft_fields_fits_whatever_they_hold(one, two):
    text = render(
        "{~one}、{~two}。请立即到位履责。回复{code}确认", {"one": one, "two": two, "code": 123}
    )
    assert segments(text).count <= 2
    assert text.endswith("回复123确认")


# The default texts

ORDINARY = {
    "zh_CN": {
        "part": "雨情与预警接收",
        "place": "映月水库库区下游村",
        "level": "橙色",
        "evidence": "甲子沟雨量站3小时123.5毫米≥60",
        "person": "欧阳长专",
        "unit": "云溪区防汛抗旱指挥部办公室",
        "group": "包保责任人",
        "feed": "cma-warnings",
        "gauge": "甲子沟雨量站",
        "measure": "毫米",
        "outgoing": "竹小满",
        "incoming": "桑清明",
        "gateway": "provincial-sms",
        "channel": "短信",
        "signature": "云溪防汛",
        "post": "区防办值班员",
        "list": "甲子沟红色 映月水库橙色 站前下穿通道红色",
        "text": "请带冲锋舟到站前下穿通道",
        "response": "II",
    },
    "en": {
        "part": "lock on the database",
        "place": "Yingyue reservoir",
        "level": "ORANGE",
        "evidence": "Jiazi gully gauge 123.5 mm in 3 h >=60",
        "person": "Ouyang Changzhuan",
        "unit": "Flood control office",
        "group": "responsible officials",
        "feed": "cma-warnings",
        "gauge": "Jiazi gully gauge",
        "measure": " mm",
        "outgoing": "Zhu Xiaoman",
        "incoming": "Sang Qingming",
        "gateway": "provincial-sms",
        "channel": "telephone",
        "signature": "Yunxi",
        "post": "Duty officer",
        "list": "Jiazi gully RED Yingyue reservoir ORANGE",
        "text": "bring the boat to the underpass",
        "response": "II",
    },
}
COMMON = {
    "code": "123",
    "codes": "121 122 123 124 125 126",
    "count": 6,
    "code_": "21614",
    "again": "(第3次)",
    "times": 3,
    "since": "07-20 03:12",
    "at": "07-20 03:12",
    "phone": "+8610000000001",
    "start": "07-20 08:00",
    "end": "07-21 08:00",
    "amount": 123.5,
    "measure": "毫米",
    "seconds": 3600,
    "free": 120,
    "incident": 12,
    "incidents": 2,
    "unconfirmed": 14,
    "unreached": 3,
    "outgoing": "欧阳竹小满/慕容云出岫",
    "incoming": "尉迟江有声/上官石见川",
    "head": "0123456789ab",
}
LINKED = {"link": "https://fx.example/c/" + "0" * 32}
WHOLE = {
    kind
    for kind in TEMPLATES["zh_CN"]
    if not kind.startswith(("level_", "evidence_", "group_", "short_", "again", "spoken_"))
}


@pytest.mark.parametrize("language", sorted(TEMPLATES))
@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_every_default_text_fits_two_segments_with_its_signature(language, kind):
    template = TEMPLATES[language][kind]
    fields = {**ORDINARY[language], **COMMON, **LINKED}
    text = render(template, fields, signature="云溪防汛" if language == "zh_CN" else "Yunxi")
    assert segments(text).count <= 2, len(text)
    assert "  " not in text


@pytest.mark.parametrize("language", sorted(TEMPLATES))
def test_every_field_that_a_default_text_names_is_known_and_none_stays_in_braces(language):
    known = {*ORDINARY[language], *COMMON, *LINKED, "source", "hours", "limit", "headline"}
    for template in TEMPLATES[language].values():
        named = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        assert {name.lstrip("~") for name in named} <= known


def test_both_languages_have_the_same_kinds_and_the_same_codes_and_links():
    assert TEMPLATES["en"].keys() == TEMPLATES["zh_CN"].keys()
    for kind in TEMPLATES["en"]:
        for mark in ("{code}", "{codes}", "{link}"):
            assert (mark in TEMPLATES["en"][kind]) == (mark in TEMPLATES["zh_CN"][kind]), kind


@pytest.mark.parametrize("language", sorted(TEMPLATES))
def test_every_kind_of_alarm_has_a_text_and_a_short_word(language):
    for kind in AlarmKind:
        assert f"alarm_{kind.value}" in TEMPLATES[language]
        assert f"short_alarm_{kind.value}" in TEMPLATES[language]


@pytest.mark.parametrize("language", sorted(TEMPLATES))
def test_each_repeat_of_an_alarm_reads_differently_or_the_provider_rejects_the_third(language):
    words = TEMPLATES[language]
    for kind in AlarmKind:
        fields = {**ORDINARY[language], **COMMON}
        again = [render(words["again"], {"times": times}) for times in (2, 3)]
        texts = {
            render(words[f"alarm_{kind.value}"], {**fields, "again": nth}) for nth in ("", *again)
        }
        assert len(texts) == 3


def test_texts_without_a_way_back_name_neither_code_nor_link():
    parse = string.Formatter().parse
    for words in TEMPLATES.values():
        for kind, template in words.items():
            if kind.endswith("_oneway"):
                named = {name.lstrip("~") for _, name, _, _ in parse(template) if name}
                assert not named & {"code", "codes", "link"}, kind
                assert "回复" not in template, kind
                assert "Reply" not in template, kind


def test_a_stand_in_is_told_who_does_not_answer():
    for words in TEMPLATES.values():
        assert "{person}" in words["page_other"]
        assert "{person}" in words["short_other"]


def test_an_unknown_language_gets_chinese():
    assert templates("fr") is TEMPLATES["zh_CN"]


def test_what_a_call_says_names_no_way_to_answer_a_text():
    parse = string.Formatter().parse
    for words in TEMPLATES.values():
        spoken = {kind: said for kind, said in words.items() if kind.endswith("_voice")}
        assert {f"alarm_{kind.value}_voice" for kind in AlarmKind} < spoken.keys()
        assert {"page_voice", "page_other_voice", "page_by_hand_voice"} < spoken.keys()
        for kind, template in spoken.items():
            named = {name.lstrip("~") for _, name, _, _ in parse(template) if name}
            assert not named & {"code", "codes", "link"}, kind
            assert not re.search("回复|Reply|reply", template), kind


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("【云溪防汛】甲子沟雨量站≥100", "云溪防汛 甲子沟雨量站 100"),
        ("看 https://fx.example/c/0a1b 。速来！", "看。速来！"),
        ("water <rises> & *fast* [#3]: www.example.cn/x?y=1 come", "water rises fast 3: come"),
        ("第1条，第2条；完。", "第1条，第2条；完。"),
        ("", ""),
    ],
)
def test_a_text_is_made_speakable(written, said):
    assert speakable(written) == said
