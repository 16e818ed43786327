"""A district is applied whole or not at all, and never over the head of somebody who is called."""

from __future__ import annotations

from datetime import timedelta

from fangxun import clock
from tests.cli.conftest import Desk

WHO = ("--actor", "竹小满", "-r", "test")
APPLY = ("roster", "apply", "district", "--yes", *WHO)
OLD = "gu-huiyin"


def without_old_official(desk: Desk) -> None:
    """He has left: his line is gone, and somebody else answers for the gully."""
    desk.edit("district/officials.csv", f"jiazi-gully,{OLD},", "jiazi-gully,yun-chuxiu,")
    path = desk.folder / "district" / "people.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not row.startswith(OLD)), encoding="utf-8")


def test_a_faulty_folder_leaves_all_of_the_old_one_in_force(desk: Desk) -> None:
    """Though the half of it that is good was read first."""
    before, lines = desk.json("roster", "show"), len(desk.lines())
    desk.edit(
        "district/rotations.toml", '["zhou-ziheng", "lu-huabai"]', '["lu-huabai", "zhou-ziheng"]'
    )
    desk.edit("district/plan.toml", "budget_24h = 30", 'budget_24h = "many"')
    said = desk.run(*APPLY, code=3)
    assert "plan.toml:" in said
    assert (desk.json("roster", "show"), len(desk.lines())) == (before, lines)
    desk.edit("district/plan.toml", 'budget_24h = "many"', "budget_24h = 30")
    desk.run(*APPLY)
    assert desk.json("roster", "show") != before


def test_nobody_is_removed_while_a_page_to_him_is_open(desk: Desk) -> None:
    """It is said how the page ends; then he may go."""
    desk.run("page", "send", "谷回音", "-t", "come", *WHO)
    without_old_official(desk)
    for dry in ((), ("--dry-run",)):
        said = desk.run(*APPLY, *dry, code=4)
        assert "谷回音 would be removed while a page to them is open" in said
        assert "fangxun page relay" in said
    number = str(desk.json("page", "list")[0]["id"])
    desk.run("page", "relay", number, "--by", "谷回音", "--how", "telephone", *WHO)
    desk.run(*APPLY)
    desk.run("page", "send", "谷回音", "-t", "come", *WHO, code=5)


def test_a_cover_that_no_longer_fits_is_listed_and_kept(desk: Desk) -> None:
    """A folder never touches covers and swaps."""
    day = f"{clock.now() + timedelta(days=30):%Y-%m-%d}"
    cover = ("roster", "cover", "--post", "fxb-officer", "--who", "谷回音", *WHO)
    desk.run(*cover, "--from", f"{day}T20:00", "--to", f"{day}T22:00")
    without_old_official(desk)
    said = desk.run(*APPLY)
    assert "no longer fits (谷回音 on 云溪区防汛抗旱指挥部办公室 主班)" in said
    assert "override 1" in desk.run("who", "--at", f"{day}T21:00", "--post", "fxb-officer", "--why")
