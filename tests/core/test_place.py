"""Division codes: how one contains another, by whole groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.place import CodeRelation, code_groups, relation

SAME, ANCESTOR, DESCENDANT, APART = CodeRelation


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("370614000000", "370614", SAME),
        ("370614", "370614000000", SAME),
        ("370600000000", "370614000000", ANCESTOR),
        ("37", "370614101000", ANCESTOR),
        ("370614101", "370614101201", ANCESTOR),
        ("370614101201", "370614000000", DESCENDANT),
        ("310110", "310112", APART),
        ("310110", "310110101", ANCESTOR),
        ("310100", "310110", ANCESTOR),
        ("370614", "370613", APART),
        ("370614001000", "370614010000", APART),
        ("", "370614", APART),
        ("", "", APART),
        ("000000", "000000", APART),
        ("310", "310112", APART),
        ("DE11", "110101", APART),
        ("37061441600000", "370614", APART),
        ("３７０６１４", "370614", APART),
    ],
)
def test_how_one_code_lies_to_another(one: str, other: str, expected: CodeRelation) -> None:
    assert relation(one, other) is expected


def test_trailing_zeros_within_a_group_are_part_of_it() -> None:
    """310110 is a district of its own; stripped to 31011 it would hold 310112."""
    assert code_groups("310110") == ("31", "01", "10")
    assert code_groups("310110000000") == ("31", "01", "10")


groups = st.tuples(
    *(
        st.integers(1, 10**width - 1).map(lambda n, w=width: f"{n:0{w}}")
        for width in (2, 2, 2, 3, 3)
    )  # type: ignore[misc]  # frozen on purpose
)
depths = st.integers(1, 5)


def code(parts: tuple[str, ...], depth: int, *, padded: bool) -> str:
    short = "".join(parts[:depth])
    return short.ljust(12, "0") if padded else short


@given(groups, depths, depths, st.booleans(), st.booleans())
def test_a_code_contains_exactly_its_longer_codes(
    parts: tuple[str, ...], one: int, other: int, padded: bool, padded_too: bool
) -> None:
    found = relation(code(parts, one, padded=padded), code(parts, other, padded=padded_too))
    assert found is (SAME if one == other else ANCESTOR if one < other else DESCENDANT)


@given(groups, groups, depths, depths)
def test_the_relation_reads_the_same_from_both_ends(
    parts: tuple[str, ...], others: tuple[str, ...], one: int, other: int
) -> None:
    mirrored = {SAME: SAME, APART: APART, ANCESTOR: DESCENDANT, DESCENDANT: ANCESTOR}
    a, b = code(parts, one, padded=True), code(others, other, padded=False)
    assert relation(b, a) is mirrored[relation(a, b)]


@given(st.text(max_size=14), st.text(max_size=14))
def test_no_text_is_related_by_accident(one: str, other: str) -> None:
    if not code_groups(one) or not code_groups(other):
        assert relation(one, other) is APART
