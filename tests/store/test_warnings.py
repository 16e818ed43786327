"""Warnings as received, and how they end."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from fangxun.core.errors import NotFound
from fangxun.core.level import Hazard, Level
from fangxun.core.warning import Bulletin, MessageType, Reference, Status, Target, Touch
from fangxun.store import warnings
from fangxun.store.base import Store
from tests.store.samples import MINUTE, NOW

DAY = timedelta(days=1)


def bulletin(identifier: str, *references: str, **changes: object) -> Bulletin:
    """One rainstorm warning that refers to others of the same sender."""
    made = Bulletin(
        feed="cma",
        sender="county@met",
        identifier=identifier,
        sent=NOW,
        status=Status.ACTUAL,
        message_type=MessageType.UPDATE if references else MessageType.ALERT,
        hazard=Hazard.RAIN,
        event="暴雨",
        level=Level.ORANGE,
        headline="县气象台发布暴雨橙色预警",
        references=tuple(Reference("county@met", other) for other in references),
        received_at=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # replace() of any field


def test_every_field_of_a_warning_comes_back(store: Store) -> None:
    """Geometry, targets and flags included."""
    full = bulletin(
        "A", "B", description="d", instruction="i", onset=NOW, expires=NOW + DAY,
        targets=(
            Target("云溪", ("990101",), (((30.0, 110.5), (31.0, 111.0)),), ((30.1, 1.0, 5.0),)),
        ),
        touches=(("xiayun", Touch.DIRECT),), all_clear=True, flags=("no-area",),
    )  # fmt: skip
    unset = {f.name for f in fields(Bulletin) if getattr(full, f.name) == f.default}
    assert unset == {"absent_since"}
    with store.write() as tx:
        assert warnings.accept(tx, [full]) == [full]
    with store.read() as tx:
        assert warnings.standing(tx, NOW - DAY) == [full]


def test_a_message_is_news_once_and_again_when_it_says_something_else(store: Store) -> None:
    """Received again: not news. Another headline under the same identifier: news."""
    later = replace(bulletin("A"), received_at=NOW + MINUTE)
    reworded = replace(later, headline="更正")
    with store.write() as tx:
        assert warnings.accept(tx, [bulletin("A"), bulletin("A")]) == [bulletin("A")]
        assert warnings.accept(tx, [later]) == []
        assert warnings.accept(tx, [reworded, bulletin("B")]) == [bulletin("B"), reworded]
        assert warnings.accept(tx, [replace(bulletin("A"), feed="province")]) != []
        assert next(b.headline for b in warnings.standing(tx, NOW)) == "更正"


def test_old_messages_do_not_stand_unless_they_expire_later_or_never(store: Store) -> None:
    """What is in force is the core's to say; this only keeps the list short."""
    old = replace(bulletin("A"), received_at=NOW - 9 * DAY, expires=NOW - 8 * DAY)
    later, never = (
        replace(old, identifier=name, expires=expires)
        for name, expires in (("B", NOW + DAY), ("C", None))
    )
    with store.write() as tx:
        warnings.accept(tx, [old, later])
        assert [b.identifier for b in warnings.standing(tx, NOW - 7 * DAY)] == ["B"]
        warnings.accept(tx, [never])
        assert [b.identifier for b in warnings.standing(tx, NOW - 7 * DAY)] == ["A", "B", "C"]


def test_what_has_no_end_is_retired_once_it_is_old_and_not_in_force(store: Store) -> None:
    """Its wording changed under the same identifier, it is news again."""
    old = replace(bulletin("A"), received_at=NOW - 9 * DAY)
    kept = replace(old, identifier="B")
    young = bulletin("C")
    with store.write() as tx:
        warnings.accept(tx, [old, kept, young])
        but = {("cma", "county@met", "B")}
        assert warnings.retire(tx, NOW - 7 * DAY, but=but) == 1
        assert warnings.retire(tx, NOW - 7 * DAY, but=but) == 0
        assert warnings.retire(tx, NOW - 7 * DAY, but=frozenset()) == 1
        assert warnings.standing(tx, NOW - 7 * DAY) == [young]
        again = replace(old, headline="更正", received_at=NOW)
        assert warnings.accept(tx, [again]) == [again]
        assert again in warnings.standing(tx, NOW - 7 * DAY)


def test_a_warning_leaves_a_snapshot_feed_after_so_many_polls(store: Store) -> None:
    """Absence ends it only when it lasts; one that shows up again is back; others are untouched."""
    seen = [("county@met", "B")]
    with store.write() as tx:
        warnings.accept(tx, [bulletin("A"), bulletin("B"), replace(bulletin("C"), feed="other")])
        assert warnings.mark_absent(tx, "cma", seen, polls=2, now=NOW) == []
        assert warnings.mark_absent(tx, "cma", seen, polls=2, now=NOW + MINUTE) == ["A"]
        assert warnings.mark_absent(tx, "cma", seen, polls=2, now=NOW + 2 * MINUTE) == []
        absent = {b.identifier: b.absent_since for b in warnings.standing(tx, NOW)}
        assert absent == {"A": NOW + MINUTE, "B": None, "C": None}
        both = [*seen, ("county@met", "A")]
        assert warnings.mark_absent(tx, "cma", both, polls=2, now=NOW + 3 * MINUTE) == []
        assert [b.absent_since for b in warnings.standing(tx, NOW)] == [None, None, None]
        assert warnings.mark_absent(tx, "cma", seen, polls=2, now=NOW + 4 * MINUTE) == []


def test_one_empty_poll_between_full_ones_ends_nothing(store: Store) -> None:
    """Polls must miss it in a row."""
    with store.write() as tx:
        warnings.accept(tx, [bulletin("A")])
        for minute in range(6):
            present = [("county@met", "A")] if minute % 2 else []
            now = NOW + minute * MINUTE
            assert warnings.mark_absent(tx, "cma", present, polls=2, now=now) == []


def test_ending_by_hand_ends_the_whole_chain(store: Store) -> None:
    """Else the message that it updates would be in force again; another chain stays."""
    with store.write() as tx:
        warnings.accept(
            tx, [bulletin("A"), bulletin("B", "A"), bulletin("C", "B"), bulletin("other")]
        )
        ended = warnings.end_by_hand(tx, "B", now=NOW)
        assert [b.identifier for b in ended] == ["A", "B", "C"]
        assert [b.identifier for b in warnings.standing(tx, NOW)] == ["other"]
    with pytest.raises(NotFound, match="No warning B stands"), store.write() as tx:
        warnings.end_by_hand(tx, "B", now=NOW)
