"""What a duty officer asks, with the daemon down: who stands, what is open, what a feed says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fangxun import clock, text
from fangxun.standin.feed_server import FeedServer
from tests.cli.conftest import Desk
from tests.feeds.caps import alert, rss
from tests.feeds.servers import Page, serving

TOMORROW = clock.now() + timedelta(days=1)
NIGHT = f"{TOMORROW:%Y-%m-%d}T03:00"


def people(desk: Desk, *words: str) -> set[object]:
    """Whom `who` names."""
    return {line["person"] for line in desk.json("who", "--at", NIGHT, *words)}


def test_who_says_name_phone_and_until_when(desk: Desk) -> None:
    """Both numbers in the order in which they are dialled, and the hour of the hand-over."""
    (line,) = desk.json("who", "--at", NIGHT, "--post", "fxb-officer")
    said = desk.run("who", "--at", NIGHT, "--post", "fxb-officer")
    assert isinstance(line["phones"], list)
    for word in (line["name"], *line["phones"], "08:00"):
        assert str(word) in said
    assert line["end"] == f"{TOMORROW:%Y-%m-%d}T00:00:00+00:00"


def test_who_is_asked_by_post_unit_and_area(desk: Desk) -> None:
    """Each question narrows the whole: the town's unit and its area name the same people."""
    town = people(desk, "--unit", "上云镇人民政府")
    assert town
    assert town < people(desk)
    assert people(desk, "--area", "上云镇") == town
    assert len(people(desk, "--post", "fxb-officer")) == 1
    assert not people(desk, "--post", "fxb-officer") & town


def test_who_comes_next_begins_where_the_present_ends(desk: Desk) -> None:
    """No minute between them."""
    (now,) = desk.json("who", "--at", NIGHT, "--post", "fxb-officer")
    (then,) = desk.json("who", "--at", NIGHT, "--post", "fxb-officer", "--next")
    assert then["start"] == now["end"]
    assert then["person"] != now["person"]


def test_who_asks_the_database_that_the_daemon_works_with(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the file is silent and the environment names it."""
    path = desk.folder / "fangxun.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("database")]
    assert len(kept) == len(lines) - 1
    path.write_text("\n".join(kept), encoding="utf-8")
    (desk.folder / "state").rename(desk.folder / "elsewhere")
    monkeypatch.setenv("FANGXUN_CONF_DATABASE", "sqlite:///elsewhere/fangxun.db")
    assert desk.json("who")
    assert desk.json("roster", "show")


@pytest.mark.parametrize("words", [("--unit", "nowhere"), ("--area", "nowhere"), ("--post", "x")])
def test_who_asked_for_a_misspelt_name_does_not_say_that_nobody_stands(
    desk: Desk, words: tuple[str, str]
) -> None:
    """It says which word it does not know."""
    assert words[1] in desk.run("who", *words, code=5)


def test_who_asked_beyond_the_roster_says_from_when_to_when_it_is_written(desk: Desk) -> None:
    """In local time, to the minute."""
    said = desk.run("who", "--at", "2020-07-20T03:00", code=5)
    assert "2020-07-20 03:00 is outside" in said
    assert "T" not in said.split("is outside")[0].removeprefix("The")


@pytest.mark.parametrize(
    "words",
    [("page", "list"), ("feed", "list"), ("roster", "show"), ("journal", "show"), ("who",)],
)
def test_reading_commands_speak_json(desk: Desk, words: tuple[str, ...]) -> None:
    """For programs of others; a list of lines also where there is none."""
    assert isinstance(desk.json(*words), list)


@pytest.mark.parametrize(("language", "said"), [("en", "cannot be reached"), ("zh_CN", "连不上")])
def test_a_feed_that_cannot_be_reached_says_so_in_the_user_s_language(
    desk: Desk, language: str, said: str
) -> None:
    """At once, and afterwards in the list."""
    with FeedServer() as feeds:
        path = desk.folder / "fangxun.toml"
        written = path.read_text(encoding="utf-8")
        path.write_text(written.replace("http://127.0.0.1:8901", feeds.url), encoding="utf-8")
    text.install(language)
    assert said in desk.run("feed", "poll", "gauges", code=3)
    assert said in desk.run("feed", "list")


@pytest.mark.parametrize(
    ("documents", "state", "said"),
    [
        ([200, 200], "fresh", ""),
        ([200, 404], "partly unread", "1 of 2 documents cannot be read"),
        ([200, 503], "failing", "1 of 2 documents did not come"),
    ],
)
def test_a_feed_shows_what_its_answers_lack(
    desk: Desk, documents: list[int], state: str, said: str
) -> None:
    """When it is polled by hand, in the list, and to doctor."""
    with serving() as site:
        path = desk.folder / "fangxun.toml"
        written = path.read_text(encoding="utf-8")
        path.write_text(written.replace("http://127.0.0.1:8901", site.url), encoding="utf-8")
        site.pages["/rss.xml"] = Page(rss(*(f"{site.url}/{n}" for n in range(len(documents)))))
        for number, status in enumerate(documents):
            site.pages[f"/{number}"] = Page(alert(identifier=str(number)), status=status)
        assert said in desk.run("feed", "poll", "warnings")
        assert state in next(
            line for line in desk.run("feed", "list").splitlines() if line.startswith("warnings")
        )
        assert said in desk.run("doctor", code=1)
