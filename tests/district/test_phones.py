"""Phone numbers as clerks and spreadsheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.responsibility import Official, deputies, fictional, mask
from fangxun.district.faults import Amiss
from fangxun.district.phones import read_phones

# Numbers kept for films, that ring nobody: a British landline, and an American number of any kind.
LANDLINE = "+44 20 7946 0000"
MOBILE = "+1 202 555 0123"


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("+86 100 0000 0123", ["+8610000000123"]),
        ("+8610000000123", ["+8610000000123"]),
        ("100 0000 0123", ["+8610000000123"]),
        ("１００００００００１２", ["+8610000000012"]),
        ("＋８６ 100 0000 0123", ["+8610000000123"]),
        ("10000000123.0", ["+8610000000123"]),
        ("+86 100 0000 0123 / +86 100 0000 0124", ["+8610000000123", "+8610000000124"]),
        ("10000000123、10000000124", ["+8610000000123", "+8610000000124"]),
        ("10000000123;10000000124；10000000125", [f"+861000000012{n}" for n in (3, 4, 5)]),
        ("10000000123 10000000124", ["+8610000000123", "+8610000000124"]),
        ("100 0000 0123 100 0000 0124", ["+8610000000123", "+8610000000124"]),
        ("10000000123\n10000000124", ["+8610000000123", "+8610000000124"]),
        (LANDLINE, ["+442079460000"]),
        ("+44 (20) 7946-0000", ["+442079460000"]),
        (MOBILE, ["+12025550123"]),
        ("", []),
        ("  /、 ", []),
    ],
)
def test_numbers_of_a_cell_become_e164(cell: str, numbers: list[str]) -> None:
    """Blanks, separators, full-width digits, country code or none."""
    assert [phone.number for phone in read_phones(cell).phones] == numbers


def test_a_landline_takes_no_sms_and_remarks_are_obeyed() -> None:
    """By libphonenumber's tables, or by (座机), (voice), （短信）, (sms) after the number."""

    def able(cell: str) -> list[tuple[bool, bool]]:
        return [(phone.sms, phone.voice) for phone in read_phones(cell).phones]

    assert able(LANDLINE) == [(False, True)]
    assert able(MOBILE) == [(True, True)]
    assert able("10000000123（座机） 10000000124(sms)/10000000125") == [
        (False, True), (True, False), (True, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cell",
    [
        "110", "1", "12345", "电话", "见附件", "1.38E+10", "100000001234", "+86 100 0000 01234",
        "10000000123 转 8", "(座机)", "(座机)10000000123", "10000000123(家)",
        "00000000000", "+", "-", "()",
        "10000000123/10000000123", "/".join(f"1000000012{n}" for n in range(10)), "1 " * 40,
        "+1 202 555 0123 100", "²³",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(cell: str) -> None:
    """Never guessed, never shortened, never given twice."""
    with pytest.raises(Amiss):
        read_phones(cell)


def test_fictional_and_unknown_numbers_are_told_apart() -> None:
    """+86 100 0000 0xxx rings nobody; 144... is shaped like a mobile in no known range."""
    found = read_phones("10000000123/14400000000/+12025550123")
    assert found.fictional == ("+8610000000123",)
    assert found.unknown == ("+8614400000000",)


@given(st.text(max_size=60))
def test_any_text_gives_numbers_or_a_complaint(cell: str) -> None:
    """Whatever a cell holds: E.164 numbers, or Amiss; nothing else."""
    try:
        found = read_phones(cell)
    except Amiss:
        return
    for phone in found.phones:
        assert phone.number.startswith("+")
        assert phone.number[1:].isdigit()


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8610000000123", "+86100****0123"),
        ("+4412345678", "+4412****5678"),
        ("12345", "***45"),
        ("1", "1"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_its_ends_only(number: str, shown: str) -> None:
    """Enough to tell two numbers apart, not enough to ring."""
    assert mask(number) == shown


def test_only_one_thousand_numbers_are_fictional() -> None:
    """+86 100 0000 0000 to 0999, of exact length."""
    assert fictional("+8610000000000")
    assert fictional("+8610000000999")
    for number in (
        "+861000000012",
        "+86100000001234",
        "10000000123",
        "+8610000001000",
        "+861000000012a",
    ):
        assert not fictional(number)


def test_deputies_are_found_by_place_and_person() -> None:
    """An official without a B is left out."""
    officials = [Official("a", "x", "y"), Official("b", "x", "z"), Official("c", "x")]
    assert deputies(officials) == {("a", "x"): "y", ("b", "x"): "z"}
