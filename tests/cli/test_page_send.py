"""A page in one's own words: whoever writes it knows what will be read."""

from __future__ import annotations

from tests.cli.conftest import Desk


def test_whoever_writes_a_number_that_his_gateway_does_not_carry_is_told_what_is_read(
    one_way: Desk,
) -> None:
    """At the time, in a rehearsal too: it would else become "…" behind his back."""
    send = ("page", "send", "桑清明", "--actor", "竹小满", "-r", "x", "-t")
    for extra in (("--dry-run",), ()):
        said = one_way.run(*send, "请回电 010-62345678", *extra)
        assert "he will read: 请回电 …" in said
    assert "he will read" not in one_way.run(*send, "请到办公室")


def test_a_number_that_is_carried_is_no_news(desk: Desk) -> None:
    said = desk.run(
        "page", "send", "桑清明", "--actor", "竹小满", "-r", "x", "-t", "请回电 010-62345678"
    )
    assert "he will read" not in said
