"""`peek` reads who stands when without SQLAlchemy, and never differs from the core."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangxun.core.errors import NotFound, StoreFault
from fangxun.core.level import Level
from fangxun.core.roster import Override, OverrideKind, Shift, shifts
from fangxun.core.timeline import Span
from fangxun.core.watch import on_watch
from fangxun.store import district, peek, roster
from fangxun.store.base import Store, Tx, migrate
from fangxun.store.peek import Narrow, OnWatch
from tests.store import samples
from tests.store.samples import NOW, PEOPLE, number

SPAN = Span(NOW - timedelta(days=2), NOW + timedelta(days=6))
INSIDE = Span(SPAN.start + timedelta(minutes=2), SPAN.end - timedelta(minutes=2))


def write_out(tx: Tx, *, active: Sequence[str] = (), overrides: Sequence[Override] = ()) -> None:
    """Apply the sample district with overrides, and write its shifts out."""
    found = samples.district()
    district.apply(tx, found, actor="person3", reason="season", now=NOW)
    roster.set_active_posts(tx, active, now=NOW)
    rules = replace(found.roster, overrides=tuple(overrides))
    roster.materialise(tx, shifts(rules, SPAN), found, SPAN)


@pytest.fixture
def watched(store: Store, migrated_url: str) -> str:
    """The URL of a store whose shifts are written out."""
    with store.write() as tx:
        write_out(tx)
    return migrated_url


def test_who_stands_with_name_numbers_unit_and_until_when(watched: str) -> None:
    """All that `fangxun who` shows."""
    found = peek.who(watched, at=NOW)
    assert [(item.post, item.person_name) for item in found] == [
        ("officer", "甲1"), ("leader", "甲3"), ("town-officer", "甲5"),
    ]  # fmt: skip
    assert found[0] == OnWatch(
        "officer", "值班员", "duty_officer", "office", "防汛办", number(900), "yunxi", "云溪县",
        "990101", "person1", "甲1", "值班员", (number(1), number(101)),
        datetime(2026, 7, 20, tzinfo=UTC), datetime(2026, 7, 21, tzinfo=UTC), "rotation", "r1",
        "person1", "", "甲1",
    )  # fmt: skip


def test_a_local_instant_is_the_same_instant(watched: str) -> None:
    """03:00 in the district is NOW."""
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    assert peek.who(watched, at=local) == peek.who(watched, at=NOW)
    with pytest.raises(ValueError, match="without zone"):
        peek.who(watched, at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("narrow", "posts"),
    [
        (Narrow(post="leader"), ["leader"]),
        (Narrow(post="值班员"), ["officer"]),
        (Narrow(unit="town"), ["town-officer"]),
        (Narrow(unit="下云镇"), ["town-officer"]),
        (Narrow(area="990101101"), ["town-officer"]),
        (Narrow(area="云溪县"), ["officer", "leader"]),
        (Narrow(post="leader", unit="town"), []),
    ],
)
def test_a_post_unit_or_area_is_found_by_id_name_or_code(
    watched: str, narrow: Narrow, posts: list[str]
) -> None:
    """Whatever the officer calls it; and text stays text."""
    assert [item.post for item in peek.who(watched, at=NOW, narrow=narrow)] == posts


@pytest.mark.parametrize("word", ["nowhere", "' OR ''='"])
@pytest.mark.parametrize("field", ["post", "unit", "area"])
def test_a_misspelt_name_is_not_nobody(watched: str, field: str, word: str) -> None:
    """It is named; and text stays text."""
    with pytest.raises(NotFound, match=word):
        peek.who(watched, at=NOW, narrow=Narrow(**{field: word}))


def test_a_post_that_waits_for_a_level_stands_once_it_is_switched_on(
    store: Store, watched: str
) -> None:
    """With the next transaction that switches it."""
    assert "standby" not in {item.post for item in peek.who(watched, at=NOW)}
    assert "standby" not in {item.post for item in peek.upcoming(watched, at=NOW)}
    with store.write() as tx:
        roster.set_active_posts(tx, ["standby"], now=NOW)
    found = {item.post: item for item in peek.who(watched, at=NOW)}
    assert found["standby"].stands_from == Level.ORANGE.value
    assert "standby" in {item.post for item in peek.upcoming(watched, at=NOW)}


@pytest.mark.parametrize("voice", [False, True])
def test_a_dead_number_is_not_shown(store: Store, watched: str, *, voice: bool) -> None:
    """Nobody should dial it in the night."""
    with store.write() as tx:
        district.mark_number(tx, "person1", number(1), invalid=True, voice=voice)
    assert peek.who(watched, at=NOW)[0].phones == (number(101),)


def test_an_instant_that_was_not_written_out_is_not_nobody(watched: str) -> None:
    """The table ends: that must not look like an empty watch."""
    for at in (SPAN.start - timedelta(seconds=1), SPAN.end):
        with pytest.raises(NotFound, match="written out from 2026-07-19 03:00 to 2026-07-27 03:00"):
            peek.who(watched, at=at)


def test_writing_out_a_part_again_keeps_the_rest(store: Store, watched: str) -> None:
    """As a cover does: the reach stays, and only the part is new."""
    part = Span(NOW, NOW + timedelta(hours=1))
    found = samples.district()
    with store.write() as tx:
        roster.materialise(tx, shifts(found.roster, part), found, part)
        before = [peek.who(watched, at=SPAN.start + timedelta(hours=h)) for h in range(24)]
    assert before == [peek.who(watched, at=SPAN.start + timedelta(hours=h)) for h in range(24)]
    assert all(before)
    assert peek.who(watched, at=SPAN.end - timedelta(seconds=1))


def test_the_district_in_force_is_known_without_its_document(watched: str) -> None:
    """Its zone and language are needed to print the answer."""
    assert peek.about(watched) == peek.About("云溪县", "Asia/Shanghai", "zh_CN")


def test_before_the_first_apply_the_command_is_named(migrated_url: str) -> None:
    """And not an empty list."""
    with pytest.raises(NotFound, match="fangxun roster apply"):
        peek.who(migrated_url, at=NOW)
    with pytest.raises(NotFound, match="fangxun roster apply"):
        peek.about(migrated_url)


def test_a_database_that_cannot_be_read_is_a_sentence(database_url: str, tmp_path: Path) -> None:
    """Missing, empty, or not there to be reached."""
    missing = f"sqlite:///{tmp_path / 'none' / 'fangxun.db'}"
    with pytest.raises(StoreFault, match="fangxun db upgrade"):
        peek.who(missing, at=NOW)
    with pytest.raises(StoreFault, match="cannot be used"):
        peek.who(f"postgresql+psycopg://nobody@/none?host={tmp_path}", at=NOW)
    if database_url.startswith("sqlite"):
        (tmp_path / "fangxun.db").touch()
    with pytest.raises(StoreFault, match=r"empty.*fangxun db upgrade"):
        peek.who(database_url, at=NOW)


KILLED = """
import os, signal, sys
from fangxun.store.base import open_store
from tests.store.test_peek import write_out

with open_store(sys.argv[1]).write() as tx:
    write_out(tx)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_works_after_the_daemon_was_killed(tmp_path: Path) -> None:
    """What was kept is still in the log beside the file; nobody has merged it since."""
    url = f"sqlite:///{tmp_path / 'fangxun.db'}"
    migrate(url)
    subprocess.run(
        [sys.executable, "-c", KILLED, url], check=False, cwd=Path(__file__).resolve().parents[2]
    )
    assert (tmp_path / "fangxun.db-wal").stat().st_size > 0
    assert len(peek.who(url, at=NOW)) == 3


def test_looking_while_the_daemon_writes_neither_waits_nor_changes_anything(
    store: Store, watched: str
) -> None:
    """The last state that was kept is shown."""
    before = peek.who(watched, at=NOW)
    with store.write() as tx:
        district.apply(tx, samples.district(PEOPLE[:1]), actor="x", reason="", now=NOW)
        assert peek.who(watched, at=NOW) == before


def test_it_works_with_the_daemon_down(tmp_path: Path) -> None:
    """No log beside the file, no process that has it open."""
    url = f"sqlite:///{tmp_path / 'fangxun.db'}"
    migrate(url)
    from fangxun.store.base import open_store  # noqa: PLC0415  only here

    store = open_store(url)
    with store.write() as tx:
        write_out(tx)
    store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fangxun.db"]
    assert len(peek.who(url, at=NOW)) == 3


HEAVY = """
import sys
import fangxun.store.peek
heavy = {"sqlalchemy", "sqlmodel", "pydantic", "psycopg", "alembic", "asyncio", "json"}
print(sorted(heavy & set(sys.modules)))
"""


def test_peek_imports_nothing_heavy() -> None:
    """`fangxun who` starts as fast as a bare program."""
    out = subprocess.run(
        [sys.executable, "-c", HEAVY], capture_output=True, text=True, check=True
    ).stdout
    assert out == "[]\n"


posts = st.sampled_from(["officer", "leader", "town-officer", "standby"])
people = st.sampled_from([person.id for person in PEOPLE])


@st.composite
def override(draw: st.DrawFn) -> Override:
    """Any cover, addition or removal that meets the span, from minutes to days."""
    start = NOW + timedelta(minutes=draw(st.integers(-3000, 8000)))
    length = timedelta(minutes=draw(st.sampled_from([1, 59, 600, 1440, 4000])))
    kind = draw(st.sampled_from(OverrideKind))
    person = None if kind is OverrideKind.REMOVE else draw(people)
    instead = None if kind is OverrideKind.ADD else draw(st.none() | people)
    span = Span(start, start + length)
    return Override(
        draw(st.integers(1, 999)), kind, draw(posts), span, person, instead, "r", "person3", NOW
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_peek_and_the_core_never_differ(
    store: Store, migrated_url: str, data: st.DataObject
) -> None:
    """Any overrides, any active posts, at the edges of shifts and between them: the same people on
    the same posts for the same spans, in the same order; and the same who come next."""
    changes = data.draw(st.lists(override(), max_size=5, unique_by=lambda item: item.id))
    active = frozenset(data.draw(st.sets(st.sampled_from(["standby", "officer"]))))
    with store.write() as tx:
        write_out(tx, active=sorted(active), overrides=changes)
    rules = replace(samples.district().roster, overrides=tuple(changes))
    core = shifts(rules, SPAN)
    edges = [e for s in core for e in (s.span.start, s.span.end) if INSIDE.holds(e)]
    at = data.draw(st.sampled_from(edges)) + timedelta(
        microseconds=data.draw(st.sampled_from([-1, 0, 1, 90_000_000]))
    )
    expected = on_watch(core, at, posts=rules.posts, active=active)
    assert [_of_peek(item) for item in peek.who(migrated_url, at=at)] == [
        _of_core(shift) for shift in expected
    ]
    assert {_of_peek(item) for item in peek.upcoming(migrated_url, at=at)} == {
        _of_core(shift) for shift in _next(core, at, active)
    }


def _next(core: Sequence[Shift], at: datetime, active: frozenset[str]) -> list[Shift]:
    """Of each standing post, the shifts that begin first after an instant."""
    coming: list[Shift] = []
    for post in samples.district().roster.posts:
        if post.stands_from is None or post.id in active:
            later = [s for s in core if s.post == post.id and s.span.start > at]
            first = min((s.span.start for s in later), default=None)
            coming += [s for s in later if s.span.start == first]
    return coming


def _of_peek(item: OnWatch) -> tuple[object, ...]:
    return item.post, item.start, item.end, item.person, item.turn_of, item.source, item.detail


def _of_core(s: Shift) -> tuple[object, ...]:
    return s.post, s.span.start, s.span.end, s.person, s.turn_of, s.source.value, s.detail


def test_a_post_that_always_stands_is_in_the_room_while_a_level_asks_it_in(
    store: Store, migrated_url: str
) -> None:
    """One that stands only from a level on is there anyhow."""
    post = next(p.id for p in samples.district().roster.posts if p.stands_from is None)
    with store.write() as tx:
        write_out(tx, active=[post])
    found = peek.who(migrated_url, at=NOW)
    assert {item.post for item in found if item.in_room} == {post}
