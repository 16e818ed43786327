"""Numbers that failed for good: seen, and used again by somebody's word."""

from __future__ import annotations

from fangxun.store import district as district_store
from tests.cli.conftest import Desk

OFFICER = "zhu-xiaoman"
WHO = ("--actor", OFFICER, "--reason", "he has a new card")


def failed(desk: Desk, person: str, which: int, *, voice: bool = False) -> None:
    """A provider has said no for good."""
    opened = desk.store()
    with opened.write() as tx:
        district = district_store.applied(tx)
        assert district is not None
        phone = next(p for p in district.people if p.id == person).phones[which - 1]
        assert district_store.mark_number(tx, person, phone.number, invalid=True, voice=voice)
    opened.close()


def test_a_failed_number_is_listed_masked_and_with_its_channel(desk: Desk) -> None:
    failed(desk, "yun-zhishan", 2)
    failed(desk, "yun-zhishan", 2, voice=True)
    (row,) = desk.json("number", "list")
    assert (row["person"], row["number"], row["channels"]) == ("yun-zhishan", 2, ["sms", "voice"])
    assert "****" in str(row["masked"])
    assert "云知山" in desk.run("number", "list")


def test_mending_is_an_act_with_its_reason_and_takes_one_mark_off(desk: Desk) -> None:
    """The journal names the person and which of his numbers, never the number."""
    failed(desk, "yun-zhishan", 1)
    failed(desk, "yun-zhishan", 2)
    desk.run("number", "mend", "云知山", "--number", "2", *WHO)
    assert [row["number"] for row in desk.json("number", "list")] == [1]
    (line,) = [line.entry for line in desk.lines() if line.entry.event.value == "number_mended"]
    assert (line.actor, line.reason, line.subject) == (OFFICER, WHO[-1], "person/yun-zhishan")
    data = dict(line.data)
    assert (data["number"], data["channel"]) == (2, ["sms"])
    assert "100 0000" not in str(line)
    assert "1000000" not in str(line)


def test_a_rehearsal_mends_nothing(desk: Desk) -> None:
    failed(desk, "yun-zhishan", 1)
    desk.run("number", "mend", "yun-zhishan", "--dry-run", *WHO)
    assert len(desk.json("number", "list")) == 1


def test_what_has_not_failed_cannot_be_mended(desk: Desk) -> None:
    assert "fangxun number list" in desk.run("number", "mend", "yun-zhishan", *WHO, code=4)
    assert "no number 9" in desk.run("number", "mend", "yun-zhishan", "--number", "9", *WHO, code=5)


def test_a_new_number_in_the_folder_is_not_marked_and_the_old_one_stays_marked(desk: Desk) -> None:
    """The folder mends by another number; the same one, applied again, is still the same."""
    failed(desk, "yun-zhishan", 1)
    desk.map_account("yun-zhishan")
    assert len(desk.json("number", "list")) == 1
    path = desk.folder / "district" / "people.csv"
    rows = path.read_text(encoding="utf-8").replace("+86 100 0000 0101 /", "+86 100 0000 0999 /")
    path.write_text(rows, encoding="utf-8")
    desk.run("roster", "apply", "district", "--yes", "--reason", "a new telephone")
    assert desk.json("number", "list") == []
