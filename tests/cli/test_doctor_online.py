"""What doctor says of feeds, gateways and the roster: a sentence for each thing that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from fangxun import clock
from fangxun.standin.feed_server import FeedServer
from fangxun.standin.twilio_server import TwilioStandin
from tests.cli.conftest import FEEDS, PROVIDER, Desk


@contextmanager
def online(desk: Desk, *, slow: timedelta = timedelta()) -> Iterator[None]:
    """The demo's feeds, whose clock may be slow, and its provider are there."""
    with FeedServer(now=lambda: clock.now() - slow) as feeds, TwilioStandin() as provider:
        feeds.rain_until("yx02", clock.now().replace(minute=0, second=0, microsecond=0), [3.0])
        path = desk.folder / "fangxun.toml"
        text = path.read_text(encoding="utf-8").replace(FEEDS, feeds.url)
        path.write_text(text.replace(PROVIDER, provider.url), encoding="utf-8")
        yield


def wrong(desk: Desk) -> dict[str, list[str]]:
    """Each check that found something, with its sentences."""
    found: dict[str, list[str]] = {}
    for line in desk.run("doctor", code=1).splitlines():
        if line.startswith("× "):
            found[line.removeprefix("× ")] = []
        elif line.startswith("    "):
            found[list(found)[-1]].append(line.strip())
    return found


def test_our_clock_is_held_against_that_of_each_feed(desk: Desk) -> None:
    """An hour wrong: every duty and every age of a reading would be, too."""
    with online(desk, slow=timedelta(hours=1)):
        found = wrong(desk)
    for feed in ("feed warnings", "feed gauges"):
        assert any("clock and the server's differ by 360" in said for said in found[feed])


def test_feeds_and_gateways_that_are_not_there_are_named(desk: Desk) -> None:
    """And nothing else is wrong with the example."""
    with online(desk):
        pass
    found = wrong(desk)
    found.pop("roster, the next 14 days", None)  # near the turn of a year without its holidays
    assert set(found) == {"feed warnings", "feed gauges", "gateway twilio"}
    assert all(len(said) == 1 for said in found.values())


def test_a_hole_in_the_roster_of_the_next_two_weeks_is_named(desk: Desk) -> None:
    """By post and time, before it comes."""
    path = desk.folder / "district" / "rotations.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2025-12-29", "2090-01-02", 1), encoding="utf-8")
    desk.run("roster", "apply", "district", "--yes", "--actor", "竹小满", "-r", "edited")
    found = wrong(desk)["roster, the next 14 days"]
    assert any("云溪区防汛抗旱指挥部办公室 主班" in said for said in found)
