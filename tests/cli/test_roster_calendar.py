"""`fangxun roster calendar` at the desk: add, list, revoke."""

from __future__ import annotations

import re

from tests.cli.conftest import Desk

WHO = ("--actor", "zhu-xiaoman", "--reason", "for her phone")


def test_an_address_is_shown_once_and_lists_keep_nothing_of_it(desk: Desk) -> None:
    said = desk.run("roster", "calendar", "add", "--person", "荷立夏", *WHO)
    found = re.search(r"http\S+/calendar/([0-9a-f]{32})\.ics", said)
    assert found is not None
    listed = desk.run("roster", "calendar", "list") + str(desk.json("roster", "calendar", "list"))
    assert "荷立夏" in listed
    assert found[1] not in listed


def test_a_post_s_can_be_revoked_once(desk: Desk) -> None:
    desk.run("roster", "calendar", "add", "--post", "nanjian-officer", *WHO)
    assert "is revoked" in desk.run("roster", "calendar", "revoke", "1", *WHO)
    assert "already" in desk.run("roster", "calendar", "revoke", "1", *WHO, code=6)
    (item,) = desk.json("roster", "calendar", "list")
    assert item["revoked_by"] == "zhu-xiaoman"


def test_a_rehearsal_shows_no_address_and_adds_none(desk: Desk) -> None:
    said = desk.run("roster", "calendar", "add", "--person", "he-lixia", "--dry-run", *WHO)
    assert "/calendar/" not in said
    assert desk.json("roster", "calendar", "list") == []


def test_what_is_nobody_s_or_both_or_without_an_address_is_refused(desk: Desk) -> None:
    assert "one person" in desk.run("roster", "calendar", "add", *WHO, code=3)
    both = ("--person", "he-lixia", "--post", "nanjian-officer")
    assert "one person" in desk.run("roster", "calendar", "add", *both, *WHO, code=3)
    assert "nobody" in desk.run("roster", "calendar", "add", "--person", "nobody", *WHO, code=5)
    assert "no calendar 9" in desk.run("roster", "calendar", "revoke", "9", *WHO, code=5)
    config = desk.folder / "fangxun.toml"
    bare = re.sub(r"(?m)^public_base_url = .*$", "", config.read_text("utf-8"))
    config.write_text(bare, encoding="utf-8")
    said = desk.run("roster", "calendar", "add", "--person", "he-lixia", *WHO, code=4)
    assert "public_base_url" in said
