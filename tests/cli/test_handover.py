"""`fangxun handover` and `journal add` at the desk: signed by three, and nothing gets lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from fangxun import clock
from fangxun.core.journal import Event
from fangxun.engine import handovers
from fangxun.engine.view import Lookout
from fangxun.store import handovers as handover_store
from tests.cli.conftest import Desk

AS = ("--actor", "zhu-xiaoman", "-r", "test")


class Watch:
    """The watch of the duty room as the roster of today has it."""

    def __init__(self, desk: Desk) -> None:
        opened = desk.store()
        with opened.read() as tx:
            view = Lookout().look(tx, now=clock.now())
            assert view is not None
            found = handovers.hand_offs(view)
            self.last = [one for one in found if one.at <= view.at][-1]
            at_any = {p for one in found for p in (*one.outgoing, *one.incoming)}
            self.stranger = next(p for p in sorted(view.people) if p not in at_any)
        opened.close()
        self.out, self.into, self.leader = (
            next(p for p in self.last.outgoing if p not in self.last.incoming),
            next(p for p in self.last.incoming if p not in self.last.outgoing),
            self.last.leaders[-1],
        )


@pytest.fixture
def watch(desk: Desk) -> Watch:
    return Watch(desk)


def events(desk: Desk) -> list[Event]:
    return [line.entry.event for line in desk.lines()]


def test_a_watch_is_passed_confirmed_and_countersigned_by_three_people(
    desk: Desk, watch: Watch
) -> None:
    said = desk.run("handover", "pass", "--note", "pump 2 leaks", "-r", "x", "--actor", watch.out)
    assert "Next to sign" in said
    desk.run("handover", "confirm", "-r", "x", "--actor", watch.into)
    desk.run("handover", "countersign", "-r", "x", "--actor", watch.leader)
    (found,) = desk.json("handover", "list")
    signed = [found[f"{part}_by"] for part in ("passed", "confirmed", "countersigned")]
    assert signed == [watch.out, watch.into, watch.leader]
    assert (found["state"], found["note"]) == ("countersigned", "pump 2 leaks")
    assert events(desk)[-3:] == [
        Event.HANDOVER_PASSED, Event.HANDOVER_CONFIRMED, Event.HANDOVER_COUNTERSIGNED,
    ]  # fmt: skip


def test_out_of_turn_or_by_the_wrong_hand_nothing_is_signed(desk: Desk, watch: Watch) -> None:
    said = desk.run("handover", "confirm", "-r", "x", "--actor", watch.into, code=4)
    assert "handover pass" in said, "who has to do what first"
    said = desk.run("handover", "pass", "-r", "x", "--actor", watch.stranger, code=4)
    assert "only these can sign" in said
    desk.run("handover", "pass", "-r", "x", "--actor", watch.out)
    desk.run("handover", "pass", "-r", "x", "--actor", watch.out, code=6)
    assert [item["state"] for item in desk.json("handover", "list")] == ["passed"]


def test_a_rehearsal_shows_the_record_and_signs_nothing(desk: Desk, watch: Watch) -> None:
    said = desk.run("handover", "pass", "--dry-run", "--actor", watch.out)
    assert "Record from" in said
    assert desk.json("handover", "list") == []


def test_a_call_without_a_result_is_passed_on_until_somebody_writes_what_came_of_it(
    desk: Desk, watch: Watch
) -> None:
    desk.run(
        "journal", "add", "gate opens at 14:00", "--from", "reservoir", "--handler", "竹小满", *AS
    )
    desk.run("handover", "pass", "-r", "x", "--actor", watch.out)
    passed = desk.run("handover", "show", "1")
    assert "Open matters 1" in passed
    for word in ("gate opens", "reservoir", "竹小满"):
        assert word in passed
    desk.run("handover", "matter", "done", "1", "--result", "towns told", *AS)
    assert "Open matters -" in desk.run("handover")
    assert "Open matters 1" in desk.run("handover", "show", "1"), "what was passed stays as it was"


def test_a_letter_with_its_result_is_done_at_once(desk: Desk) -> None:
    desk.run(
        "journal", "add", "notice 7", "--from", "city", "--how", "letter", "--result", "filed", *AS
    )
    assert desk.run("handover", "matter", "list").strip() == "No matter is open."
    (item,) = desk.json("handover", "matter", "list", "--days", "1")
    assert (item["kind"], item["state"], item["result"]) == ("letter", "done", "filed")


def test_a_matter_is_done_once_and_may_be_opened_again(desk: Desk) -> None:
    desk.run("handover", "matter", "add", "pump 2 leaks", *AS)
    desk.run("handover", "matter", "done", "1", "--result", "mended", *AS)
    desk.run("handover", "matter", "done", "1", "--result", "again", *AS, code=6)
    desk.run("handover", "matter", "reopen", "1", *AS)
    desk.run("handover", "matter", "reopen", "1", *AS, code=6)
    desk.run("handover", "matter", "done", "9", "--result", "x", *AS, code=5)
    assert [item["state"] for item in desk.json("handover", "matter", "list")] == ["open"]


def test_the_record_names_levels_incidents_and_who_did_not_answer(desk: Desk) -> None:
    desk.storm("上云镇")
    found = desk.said("handover", "show")["record"]
    assert [one["level"] for one in found["moves"]] == ["red"]
    assert [one["area"] for one in found["storms"]] == ["shangyun"]
    assert any(one["unreached"] for one in found["owing"])
    said = desk.run("handover")
    assert "上云镇  → red" in said


def test_the_hash_in_the_journal_is_that_of_the_record_that_was_kept(
    desk: Desk, watch: Watch
) -> None:
    desk.run("handover", "pass", "-r", "x", "--actor", watch.out)
    entry = next(x.entry for x in desk.lines() if x.entry.event is Event.HANDOVER_PASSED)
    opened = desk.store()
    with opened.read() as tx:
        record = handover_store.record(tx, 1)
    opened.close()
    assert record is not None
    assert handovers.document(record)[1] == dict(entry.data)["digest"]


def test_the_next_record_begins_where_the_last_one_was_passed(desk: Desk, watch: Watch) -> None:
    before = desk.said("handover", "show")["record"]["span"]
    desk.run("handover", "pass", "-r", "x", "--actor", watch.out)
    after = desk.said("handover", "show")["record"]["span"]
    begun, ended = (datetime.fromisoformat(str(before[key])) for key in ("start", "end"))
    assert ended - begun == timedelta(hours=24)
    assert datetime.fromisoformat(str(after["start"])) >= ended
