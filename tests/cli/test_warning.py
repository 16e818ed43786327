"""The observatory's telephone call: it acts like any other warning."""

from __future__ import annotations

from fangxun import clock
from fangxun.core.level import Level
from fangxun.core.plan import Channel
from fangxun.engine import cycle
from fangxun.engine.parts import Parts
from fangxun.store import pages as page_store
from tests.cli.conftest import Desk
from tests.scenario.room import Phones

WHO = ("--actor", "竹小满", "-r", "the observatory rang")


def called(desk: Desk) -> set[tuple[str | None, Level]]:
    """Place and level of every page after one more cycle."""
    opened = desk.store()
    parts = Parts(
        store=opened, feeds={}, gateways=(Phones("sms", [Channel.SMS]),), token=clock.token,
        clock=clock.now,
    )  # fmt: skip
    cycle.cycle(parts, now=clock.now())
    with opened.read() as tx:
        found = {(page.place, page.level) for page in page_store.open_pages(tx)}
    opened.close()
    return found


def test_a_warning_by_telephone_pages_and_one_that_is_ended_is_listed_no_more(desk: Desk) -> None:
    """Its officials, as for a warning of a feed; its name is what `end` takes."""
    assert called(desk) == set()
    said = desk.run("warning", "add", "red", "--area", "下云镇", "-t", "暴雨红色", *WHO)
    assert called(desk) == {("xiayun", Level.RED)}
    (listed,) = (line for line in desk.run("warning", "list").splitlines() if "暴雨红色" in line)
    identifier = listed.split()[0]
    assert identifier in said
    desk.run("warning", "end", identifier, *WHO)
    assert identifier not in desk.run("warning", "list")
    desk.run("warning", "end", identifier, *WHO, code=5)
