"""A calendar's address: what it gives, to whom, and that it leads nowhere once revoked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from fangxun.board import app as board
from fangxun.board.server import Server
from fangxun.core import icalendar
from fangxun.core.icalendar import Calendar
from fangxun.core.roster import CoverRequest, Shift
from fangxun.core.subscription import Whose
from fangxun.engine import acts
from fangxun.engine.acts import Act
from tests.scenario.room import Room

OFFICER, OTHER = "he-lixia", "zhu-xiaoman"
TOKEN = "c" * 32
ACT = Act("zhu-xiaoman", "for his phone", datetime(2026, 7, 20, tzinfo=UTC))


class Site:
    """The board over a room, with one feed."""

    def __init__(self, room: Room, folder: Path, kind: Whose, of: str) -> None:
        self.room = room
        self.feed = acts.add_calendar(room.store, kind, of, TOKEN, act=ACT)
        app = board.build(room.parts, folder / "heartbeat.json")
        self.server = Server(app, host="127.0.0.1", port=0)
        self.server.start()
        retry = httpx.HTTPTransport(retries=5)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.server.port}", transport=retry)

    def close(self) -> None:
        self.client.close()
        self.server.stop()

    def calendar(self) -> Calendar:
        answer = self.client.get(f"/calendar/{TOKEN}.ics")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        found, faults = icalendar.read(answer.text, zone="Asia/Shanghai")
        assert not faults
        return found


@pytest.fixture
def room() -> Iterator[Room]:
    built = Room()
    yield built
    built.store.close()


def next_shift(room: Room) -> Shift:
    """The officer's next one that has not begun."""
    with room.store.read() as tx:
        view = room.parts.lookout.look(tx, now=room.now)
    assert view is not None
    own = (s for s in view.shifts if s.person == OFFICER and s.span.start > room.now)
    return min(own, key=lambda s: s.span)


@pytest.fixture
def site(room: Room, tmp_path: Path) -> Iterator[Site]:
    built = Site(room, tmp_path, Whose.PERSON, OFFICER)
    yield built
    built.close()


def test_a_person_s_own_shifts_are_there_within_bounds_and_no_number_is(site: Site) -> None:
    found = site.calendar()
    assert found.events
    assert all("荷立夏" in event.summary for event in found.events)
    first = min(event.span.start for event in found.events)
    last = max(event.span.end for event in found.events)
    assert last - first < timedelta(days=220)
    text = site.client.get(f"/calendar/{TOKEN}.ics").text
    assert "+86" not in text
    assert "1000000" not in text


def test_who_asks_again_for_what_he_has_is_told_that_nothing_changed(site: Site) -> None:
    tag = site.client.get(f"/calendar/{TOKEN}.ics").headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}'):
        again = site.client.get(f"/calendar/{TOKEN}.ics", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag


def test_a_cover_shows_at_the_next_look_under_the_same_uid(room: Room, tmp_path: Path) -> None:
    shift = next_shift(room)
    site = Site(room, tmp_path, Whose.POST, shift.post)
    before = site.client.get(f"/calendar/{TOKEN}.ics").headers["etag"]
    held = {event.uid: event for event in site.calendar().events}
    request = CoverRequest(
        shift.post, shift.span, OTHER, OFFICER, reason="ill", actor="zhu-xiaoman"
    )
    acts.edit_roster(room.store, request, act=room.by("zhu-xiaoman"))
    after = site.client.get(f"/calendar/{TOKEN}.ics", headers={"If-None-Match": before})
    assert after.status_code == 200
    changed = [e for e in site.calendar().events if e.summary != held[e.uid].summary]
    assert len(changed) == 1
    assert changed[0].sequence > held[changed[0].uid].sequence
    site.close()


def test_a_revoked_address_and_one_that_never_was_answer_alike(site: Site) -> None:
    never = site.client.get(f"/calendar/{'f' * 32}.ics")
    acts.revoke_calendar(site.room.store, site.feed.id, act=ACT)
    revoked = site.client.get(f"/calendar/{TOKEN}.ics")
    assert (revoked.status_code, revoked.content) == (404, b"")
    assert (never.status_code, never.content) == (404, b"")


def test_the_secret_is_kept_nowhere(site: Site) -> None:
    site.room.store.close()
    held = [path.read_bytes() for path in site.room.store.folder.rglob("*") if path.is_file()]
    assert any(site.feed.token_hash.encode() in content for content in held)
    assert not any(TOKEN.encode() in content for content in held)
