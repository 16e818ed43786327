"""One GET within bounds, against servers that behave and servers that do not."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.errors import FeedFault
from fangxun.feeds import http
from fangxun.feeds.base import FeedSettings
from fangxun.feeds.http.inflate import inflate
from tests.feeds.servers import Page, Site, dripping, serving, silent


def settings(url: str, **changes: object) -> FeedSettings:
    return FeedSettings(
        **{"name": "f", "kind": "cap", "url": url, "deadline": timedelta(seconds=5), **changes}
    )


def get(wanted: FeedSettings, **validators: str) -> http.Got:
    with http.session(wanted, accept=http.XML) as session:
        return session.get(wanted.url, **validators)


def test_a_body_comes_with_its_validators_and_the_servers_clock(site: Site) -> None:
    site.pages["/a"] = Page(b"<a/>", headers={"ETag": '"1"', "Last-Modified": "yesterday"})
    got = get(settings(site.url + "/a"))
    assert (got.body, got.etag, got.last_modified) == (b"<a/>", '"1"', "yesterday")
    assert got.date is not None
    assert got.date.tzinfo is not None


def test_the_request_asks_for_xml_with_the_configured_headers(site: Site) -> None:
    site.pages["/a"] = Page(b"x")
    get(settings(site.url + "/a", headers=(("Authorization", "Bearer t"),)))
    _path, headers = site.asked[0]
    assert "application/cap+xml" in headers["accept"]
    assert headers["authorization"] == "Bearer t"
    assert headers["accept-encoding"] == "gzip, deflate"


def test_304_is_unchanged_and_only_an_answer_to_validators(site: Site) -> None:
    site.pages["/a"] = Page(b"x", headers={"ETag": '"1"'})
    assert get(settings(site.url + "/a"), etag='"1"').unchanged
    site.pages["/a"] = Page(status=304)
    with pytest.raises(FeedFault, match="answered 304"):
        get(settings(site.url + "/a"))


@pytest.mark.parametrize("status", [204, 404, 406, 500, 502, 503])
def test_any_other_status_is_said_in_a_sentence(site: Site, status: int) -> None:
    site.pages["/a"] = Page(status=status)
    with pytest.raises(FeedFault, match=f"answered {status}"):
        get(settings(site.url + "/a"))


def test_a_gzip_bomb_is_cut_at_the_bound(site: Site) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    site.pages["/a"] = Page(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FeedFault, match="more than 100000 bytes"):
        get(settings(site.url + "/a", max_bytes=100_000))


def test_a_bomb_is_never_inflated_beyond_the_bound() -> None:
    out = sum(map(len, inflate([gzip.compress(bytes(50_000_000))], "gzip", most=100_000)))
    assert out <= 100_000 + 65_536


def test_an_oversized_body_is_refused(site: Site) -> None:
    site.pages["/a"] = Page(b"x" * 2001)
    with pytest.raises(FeedFault, match="more than 2000 bytes"):
        get(settings(site.url + "/a", max_bytes=2000))


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("identity", bytes),
    ],
)
def test_every_spelling_of_compression_is_read(
    site: Site, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = "暴雨橙色预警".encode() * 20
    site.pages["/a"] = Page(pack(body), headers={"Content-Encoding": encoding})
    assert get(settings(site.url + "/a")).body == body


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(b"x" * 999, mtime=0)[:-12]), ("gzip", b"no gzip at all"), ("br", b"x")],
)
def test_a_damaged_or_unknown_compression_is_said(site: Site, encoding: str, body: bytes) -> None:
    site.pages["/a"] = Page(body, headers={"Content-Encoding": encoding})
    with pytest.raises(FeedFault, match="damaged"):
        get(settings(site.url + "/a"))


@given(st.binary(max_size=3000), st.integers(1, 400))
def test_inflating_in_any_chunks_gives_the_same_bytes(body: bytes, size: int) -> None:
    packed = gzip.compress(body)
    chunks = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert b"".join(inflate(chunks, "gzip", most=10_000)) == body


_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.parametrize(("first", "drop"), [(_BODY, b"x"), (b"HTTP/1.1 200 OK\r\nX: ", b"y")])
def test_a_drip_slower_than_the_deadline_is_given_up(first: bytes, drop: bytes) -> None:
    """Body or headers, a byte at a time: each read succeeds, and yet the poll ends in time."""
    with (
        dripping(first, drop) as url,
        pytest.raises(FeedFault, match=r"did not answer in full within 0\.3 s"),
    ):
        get(settings(url, deadline=timedelta(seconds=0.3)))


def test_a_body_that_breaks_off_is_said() -> None:
    with (
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"", every=9) as url,
        pytest.raises(FeedFault, match="did not answer"),
    ):
        get(settings(url, deadline=timedelta(seconds=0.2)))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[str, int]]]:
    """What the machine's resolver says of names that end in .test: it is no part of ours."""
    known: dict[str, list[tuple[str, int]]] = {}
    real = socket.getaddrinfo

    def said(host: str, *rest: Any, **more: Any) -> list[Any]:
        if host not in known:
            return real(host, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", said)
    return known


def test_all_addresses_of_a_name_share_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
    names: dict[str, list[tuple[str, int]]],
) -> None:
    """Five that answer nothing, and each would have been given all of it."""
    given: list[float] = []
    connect = socket.create_connection

    def noted(address: tuple[str, int], timeout: float, **more: Any) -> socket.socket:
        given.append(timeout)
        return connect(address, timeout, **more)

    monkeypatch.setattr(socket, "create_connection", noted)
    with contextlib.ExitStack() as held:
        names["five.test"] = [held.enter_context(silent()) for _ in range(5)]
        with pytest.raises(FeedFault, match=r"did not answer in full within 0\.5 s"):
            get(settings("http://five.test/", deadline=timedelta(seconds=0.5)))
    assert len(given) == 5
    assert sum(given) < 0.51


def test_the_second_address_is_asked_where_the_first_is_dead(
    names: dict[str, list[tuple[str, int]]], site: Site
) -> None:
    site.pages["/a"] = Page(b"x")
    port = int(site.url.rpartition(":")[2])
    with silent() as dead:
        names["two.test"] = [dead, ("127.0.0.1", port)]
        found = get(settings("http://two.test/a", deadline=timedelta(seconds=1)))
    assert found.body == b"x"


def test_a_resolver_that_hangs_is_not_waited_for_and_not_asked_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    over = threading.Event()

    def hangs(host: str, *_rest: Any, **_more: Any) -> list[Any]:
        asked.append(host)
        over.wait(30)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    try:
        for _poll in range(3):
            with pytest.raises(FeedFault, match="did not answer in full"):
                get(settings("http://slow.test/", deadline=timedelta(seconds=0.1)))
    finally:
        over.set()
    assert asked == ["slow.test"]


def test_a_name_that_nobody_knows_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_rest: Any, **_more: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(FeedFault, match=r"cannot be reached: .*not known"):
        get(settings("http://nobody.test/"))


def test_nobody_listening_is_said() -> None:
    with serving() as gone:
        url = gone.url
    with pytest.raises(FeedFault, match="cannot be reached"):
        get(settings(url))


def test_a_redirect_at_home_is_followed_and_a_fourth_is_not(site: Site) -> None:
    for n in range(4):
        site.pages[f"/{n}"] = Page(status=302, headers={"Location": f"/{n + 1}"})
    site.pages["/4"] = Page(b"here")
    assert get(settings(site.url + "/1")).body == b"here"
    with pytest.raises(FeedFault, match="more than 3 times"):
        get(settings(site.url + "/0"))


def test_a_redirect_elsewhere_needs_allow_hosts_and_never_gets_the_headers(site: Site) -> None:
    with serving() as other:
        other.pages["/b"] = Page(b"there")
        site.pages["/a"] = Page(status=301, headers={"Location": other.url + "/b"})
        secret = (("Authorization", "Bearer t"),)
        with pytest.raises(FeedFault, match="allow_hosts"):
            get(settings(site.url + "/a", headers=secret))
        assert other.asked == []
        allowed = (other.url.removeprefix("http://"),)
        assert get(settings(site.url + "/a", headers=secret, allow_hosts=allowed)).body == b"there"
        assert "authorization" not in other.asked[0][1]


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://[", "//h:99999/"]
)
def test_a_redirect_to_what_is_no_http_address_is_refused(site: Site, to: str) -> None:
    site.pages["/a"] = Page(status=302, headers={"Location": to})
    with pytest.raises(FeedFault):
        get(settings(site.url + "/a", allow_hosts=("127.0.0.1", "h")))


def test_proxies_of_the_environment_are_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    site.pages["/a"] = Page(b"x")
    assert get(settings(site.url + "/a")).body == b"x"


@pytest.mark.parametrize(
    ("url", "allow", "expected"),
    [
        ("https://a.example/x", (), True),
        ("https://a.example:443/x", (), True),
        ("http://a.example/x", (), False),
        ("http://a.example/x", ("a.example",), False),
        ("https://a.example:8443/x", (), False),
        ("https://a.example:8443/x", ("a.example",), False),
        ("https://a.example:8443/x", ("a.example:8443",), True),
        ("https://b.example/x", ("b.example",), True),
        ("https://b.example.evil.example/x", ("b.example",), False),
        ("https://a.example@evil.example/x", (), False),
        ("javascript:alert(1)", ("alert",), False),
    ],
)
def test_links_lead_home_or_to_hosts_that_are_named(
    url: str, allow: tuple[str, ...], expected: bool
) -> None:
    assert http.may_follow(url, "https://a.example/feed", allow) is expected


def test_what_may_be_secret_in_an_address_is_not_shown() -> None:
    shown = http.shown("https://user:pw@h.example:8/p/q?key=secret#f")
    assert shown == "https://h.example:8/p/q"
