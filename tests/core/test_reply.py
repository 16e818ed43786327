"""Replies as people type them: codes, 收到, arrived, moved out, stop."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.plan import Owed
from fangxun.core.reply import MOST_CODES, Reply, bare_yes, next_code, understand


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1", "1"),
        ("1。", "1"),
        ("“1”", "1"),
        ("１", "1"),
        ("①", "1"),
        (" 1 ", "1"),
        ("01", "1"),
        ("1、2", "1 2"),
        ("1和2", "1 2"),
        ("1,2,1", "1 2"),
        ("1\n2", "1 2"),
        ("收到1", "1"),
        ("1收到", "1"),
        ("收到 1", "1"),
        ("回复1", "1"),
        ("回复 12 确认", "12"),
        ("12号收到", "12"),
        ("OK 12", "12"),
        ("ok12", "12"),
        ("#12", "12"),
        ("12!!", "12"),
        ("到岗12", "12"),
        ("2小时后到", ""),
        ("没收到1", ""),
        ("我在30公里外", ""),
        ("8点", ""),
        ("2 小时后到", "2"),
        ("1 马上去", "1"),
        ("回复 1、2 马上去", "1 2"),
        ("收到，马上去 1", "1"),
        ("路断了, 3 人被困", ""),
        ("come in 2 hours", ""),
        ("I am at 5", ""),
        ("", ""),
    ],
)
def test_codes_are_read_as_people_type_them_and_talk_is_not_a_code(text, codes):
    assert " ".join(understand(text).codes) == codes


@pytest.mark.parametrize(
    "text",
    [
        "收到",
        "收到。",
        "收到!",
        "“收到”",
        "收到,谢谢",
        "收到谢谢",
        "好的收到",
        "OK",
        "ok.",
        "Yes",
        "y",
        "已收到",
        "知道了",
        "👍",
    ],
)
def test_received_in_its_many_forms(text):
    reply = understand(text)
    assert reply.received
    assert reply.codes == ()


@pytest.mark.parametrize(
    "text", ["没收到", "未收到", "不确认", "not received", "什么意思", "???", ""]
)
def test_what_does_not_confirm(text):
    reply = understand(text)
    assert not reply.received
    assert not reply.codes


@pytest.mark.parametrize("text", ["到岗", "已到岗。", "ARRIVED", "到岗7", "7 到岗"])
def test_arrived(text):
    assert understand(text).done == {Owed.ARRIVED}


@pytest.mark.parametrize("text", ["马上到岗", "未到岗", "还没到岗", "not arrived"])
def test_on_the_way_is_not_arrived(text):
    assert not understand(text).done


@pytest.mark.parametrize("text", ["转移完毕", "已转移12", "12 转移完毕。", "全部转移", "MOVED 12"])
def test_people_moved_out_is_said_in_many_ways(text):
    assert understand(text).done == {Owed.MOVED_OUT}


@pytest.mark.parametrize("text", ["正在转移", "没转移", "2人未转移", "not moved", "转移不了"])
def test_moving_out_is_not_moved_out(text):
    assert not understand(text).done


@pytest.mark.parametrize("text", ["STOP", "stop.", "Stop please", "退订", "TD", "T"])
def test_stop_is_recognised(text):
    assert understand(text).stop


def test_stop_inside_a_sentence_is_not_one():
    assert not understand("please do not stop").stop


def test_asking_for_the_watch():
    assert understand("值班").asks_watch
    assert understand(" ＷＡＴＣＨ。").asks_watch
    assert not understand("值班, 来不了").asks_watch
    assert understand("什么?").nonsense
    assert Reply().nonsense


@given(st.text(max_size=600))
def test_any_text_is_understood_somehow_and_codes_are_few_short_and_plain(text):
    reply = understand(text)
    assert len(reply.codes) <= MOST_CODES
    assert len(set(reply.codes)) == len(reply.codes)
    for code in reply.codes:
        assert set(code) <= set(string.digits)
        assert len(code) <= 6


@given(
    st.integers(1, 99999),
    st.sampled_from(["{}", "{}。", "“{}”", "收到{}", "{}收到", " {} ", "回复{}", "【{}】"]),
)
def test_a_code_is_read_in_every_wrapping(code, wrapping):
    assert understand(wrapping.format(code)).codes == (str(code),)


@pytest.mark.parametrize(
    ("text", "known", "received"),
    [("1", set(), True), ("１。", {"12"}, True), ("1", {"1"}, False), ("12", set(), False),
     ("1 12", set(), False), ("什么?", set(), False)],
)  # fmt: skip
def test_a_1_alone_that_is_no_code_says_the_same_as_received(text, known, received):
    said = bare_yes(understand(text), known)
    assert said.received == received
    assert bool(said.codes) == (text != "什么?" and not received)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("交班", "pass"), ("“接班”。", "confirm"), ("会签", "countersign"), ("HANDOVER", "pass"),
        ("我晚点交班", ""), ("没有交班", ""), ("接班 12", ""), ("不 接班", ""), ("收到", ""),
    ],
)  # fmt: skip
def test_only_a_word_alone_signs_for_a_handover(text, side):
    assert understand(text).signs == side


def test_codes_are_counted_on_and_come_back_in_the_order_in_which_they_were_given():
    """Also after the phone needed two digits for a while."""
    given: dict[int, int] = {}

    def told(taken):
        code = next_code(taken, given)
        given[code] = len(given) + 100 * len(taken) + max(given.values(), default=0) + 1
        return code

    assert [told(set()) for _ in range(9)] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert [told(set()), told({1}), told({1, 2, 4})] == [1, 2, 3]
    assert told({4, 5, 6, 7, 8, 9}) == 10
    assert [told(set()), told({4})] == [4, 5]


@given(st.sets(st.integers(1, 150)), st.dictionaries(st.integers(1, 150), st.integers(1, 999)))
def test_a_code_is_free_and_as_short_as_leaves_a_third_of_its_kind_free(taken, given):
    code = next_code(taken, given)
    assert code not in taken
    short = range(1, 10 ** (len(str(code)) - 1))
    like = range(short.stop, 10 * short.stop)
    assert 3 * len(taken & set(like)) < 2 * len(like)
    kinds = [taken & set(range(low, 10 * low)) for low in (1, 10, 100) if low < short.stop]
    assert all(3 * (len(used) + 1) > 18 * 10**n for n, used in enumerate(kinds))


@given(st.sets(st.integers(1, 200), max_size=5), st.dictionaries(st.integers(1, 9), st.integers(1)))
def test_up_to_six_pages_have_codes_of_one_digit(taken, given):
    assert next_code(taken, given) < 10
