"""A page in the officer's own words stays in them, whoever it turns to, and is about no place."""

from __future__ import annotations

from fangxun.cli.told import row
from fangxun.core.level import Level
from fangxun.core.page import PageState
from fangxun.engine import acts
from fangxun.store import district as district_store
from fangxun.store import pages as page_store
from tests.scenario.room import Room

WHO, WORDS = "jian-changming", "请到办公室领取雨衣"


def test_whoever_is_told_that_he_does_not_answer_reads_the_officer_s_words(room: Room) -> None:
    """The leader, and then the watch; nobody reads that the district stands at red."""
    page = room.page(WHO, WORDS)
    room.forward(minutes=15)
    assert room.stands(page).state is PageState.UNREACHED
    texts = [text for _who, text in room.left]
    assert len(texts) >= 4
    assert all(WORDS in text for text in texts)
    assert not [text for text in texts if "红色" in text or "预警" in text]
    assert [text for who, text in room.left if who != WHO and "未应答值班室通知" in text]
    room.sms.taken.clear()


def test_its_alarm_is_not_red_and_the_list_of_pages_shows_no_level(room: Room) -> None:
    """Red is what a place is."""
    page = room.page(WHO, WORDS)
    room.forward(minutes=15)
    with room.store.read() as tx:
        (alarm,) = [p for p in page_store.open_pages(tx) if p.cause.startswith("unreached")]
        view = room.parts.lookout.look(tx, now=room.now)
    assert alarm.level is not Level.RED
    assert view is not None
    assert row(view, room.stands(page))[2] == "-"
    room.sms.taken.clear()


def test_two_of_them_are_two_texts(room: Room) -> None:
    """Both were written while the daemon was down; one text would hold neither's words."""
    words = ("江边塌方，请到场", "东堤漏水，带沙袋")
    for text in words:
        acts.send_page(room.store, WHO, text, act=room.by("zhu-xiaoman"))
        room.now = room.now.replace(second=room.now.second + 1)
    room.settle()
    for text in words:
        room.expect(WHO, text)
    room.reply(WHO, "收到")


def test_what_he_never_got_is_not_said_to_be_unanswered(room: Room) -> None:
    """He has no number any more: the leader is told at once, and truthfully."""
    with room.store.write() as tx:
        for number in room.phones[WHO]:
            district_store.mark_number(tx, WHO, number, invalid=True)
    room.page(WHO, WORDS)
    ((_leader, text),) = room.left
    assert "未能发到" in text
    assert WORDS in text
    room.sms.taken.clear()
    room.forward(minutes=4)
    assert [text for _who, text in room.left if "未能发到" in text]
    assert not [text for _who, text in room.left if "无人应答" in text]
    room.sms.taken.clear()
