"""One bounded GET for all feeds: conditional, inflated within a bound, done by a wall deadline.

httpx's timeout holds for each read, so a server that drips a byte a second keeps a GET alive for
ever, and httpx inflates whatever it is sent. So this speaks through httpcore, which lies beneath
httpx: every read's timeout is what is left of the poll, and we inflate the raw bytes ourselves.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from fangxun.core.errors import N_, FeedFault
from fangxun.feeds.base import FeedSettings
from fangxun.feeds.http.deadline import Deadline, DeadlineBackend
from fangxun.feeds.http.inflate import inflate
from fangxun.feeds.http.links import may_follow, origin, shown

MOST_REDIRECTS = 3
BODIES = 8
"""A poll of many documents may take so many times `max_bytes` in all."""
XML = (
    "application/cap+xml, application/atom+xml, application/rss+xml, application/xml, "
    "text/xml;q=0.9, */*;q=0.1"
)
TABLE = "text/csv, application/json, text/plain;q=0.9, */*;q=0.1"
_OK, _NOT_MODIFIED, _AT_FAULT = 200, 304, 500
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


_LATER = frozenset({408, 425, 429})
"""Not now; of the others below 500 the server means that we shall not have it."""


class NotCome(FeedFault):
    """Nobody answered in time, or the server said that it was at fault: later it may come."""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer. `unchanged`: 304, and `body` is empty. `url` is where it came from in the end."""

    url: str
    body: bytes
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""
    date: datetime | None = None


class Session:
    """The GETs of one poll: they share its deadline and its budget of bytes. No proxies, cookies or
    anything else from the environment."""

    def __init__(self, settings: FeedSettings, *, accept: str) -> None:
        """`accept` is the Accept header; some servers answer 406 to a wrong one."""
        self._settings = settings
        self._accept = accept
        self._deadline = Deadline(settings.deadline.total_seconds())
        self._budget = settings.max_bytes * BODIES
        secure = settings.url.startswith("https:") or any(
            not entry.startswith("http:") for entry in settings.allow_hosts
        )
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False) if secure else None,
            max_connections=2,
            network_backend=DeadlineBackend(self._deadline),
        )

    @property
    def over(self) -> bool:
        """Whether the deadline has passed or the budget is spent."""
        return self._deadline.passed or self._budget <= 0

    def room(self, part: float) -> bool:
        """Whether that part of the whole deadline is still left."""
        return self._deadline.room(self._settings.deadline.total_seconds() * part)

    def share(self, part: float) -> AbstractContextManager[None]:
        """What is got within it has no more than this part of the whole deadline."""
        return self._deadline.share(self._settings.deadline.total_seconds() * part)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Got:
        """Fetch a URL within the bounds; FeedFault says in a sentence why not."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        for _hop in range(MOST_REDIRECTS + 1):
            origin(url)
            try:
                got = self._once(url, {key: value for key, value in conditions.items() if value})
            except httpcore.TimeoutException as error:
                raise NotCome(
                    N_("{url} did not answer in full within {seconds:g} s."),
                    url=shown(url),
                    seconds=self._deadline.seconds,
                ) from error
            except (
                httpcore.NetworkError, httpcore.ProtocolError, OSError, httpx.InvalidURL,
            ) as error:  # fmt: skip
                raise NotCome(
                    N_("{url} cannot be reached: {why}"), url=shown(url), why=_why(error)
                ) from error
            if isinstance(got, Got):
                return got
            if not may_follow(got, self._settings.url, self._settings.allow_hosts):
                raise FeedFault(
                    N_("{url} sends us on to {to}, which allow_hosts does not name."),
                    url=shown(url),
                    to=shown(got),
                )
            url = got
        raise FeedFault(
            N_("{url} sends us on more than {most} times."), url=shown(url), most=MOST_REDIRECTS
        )

    def _once(self, url: str, conditions: dict[str, str]) -> Got | str:
        """One request: the answer, or the URL that it sends us on to."""
        parts = httpx.URL(url)
        headers = {
            "Accept": self._accept,
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "fangxun",
            **conditions,
        }
        if origin(url) == origin(self._settings.url):
            headers.update(self._settings.headers)
        target = httpcore.URL(
            scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path
        )
        sent = [(_bytes(name), _bytes(value)) for name, value in headers.items()]
        with self._pool.stream("GET", target, headers=sent) as answer:
            found = _headers(answer.headers)
            if answer.status in _REDIRECTS and found.get("location"):
                return str(parts.join(found["location"]))
            if answer.status == _NOT_MODIFIED and conditions:
                body = b""
            elif answer.status == _OK:
                body = self._body(url, answer.iter_stream(), found.get("content-encoding", ""))
            else:
                later = answer.status >= _AT_FAULT or answer.status in _LATER
                raise (NotCome if later else FeedFault)(
                    N_("{url} answered {status}."), url=shown(url), status=answer.status
                )
            return Got(
                url=url,
                body=body,
                unchanged=answer.status == _NOT_MODIFIED,
                etag=found.get("etag", "")[:300],
                last_modified=found.get("last-modified", "")[:100],
                date=_date(found.get("date", "")),
            )

    def _body(self, url: str, raw: Iterable[bytes], encoding: str) -> bytes:
        most = min(self._settings.max_bytes, max(self._budget, 0))
        body = bytearray()
        try:
            for chunk in inflate(raw, encoding, most=most):
                body += chunk
                if len(body) > most:
                    raise FeedFault(
                        N_("{url} sends more than {most} bytes."), url=shown(url), most=most
                    )
        except (zlib.error, EOFError) as error:
            raise FeedFault(
                N_("The compressed body of {url} is damaged: {why}"),
                url=shown(url),
                why=_why(error),
            ) from error
        finally:
            self._budget -= len(body)
        return bytes(body)


@contextmanager
def session(settings: FeedSettings, *, accept: str) -> Iterator[Session]:
    """A session that is closed afterwards."""
    opened = Session(settings, accept=accept)
    try:
        yield opened
    finally:
        opened.close()


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("ascii").lower(): value.decode("latin-1") for name, value in pairs}


def _bytes(header: str) -> bytes:
    """As it came (see `_headers`): a validator is the server's, whatever bytes it is of."""
    try:
        return header.encode("latin-1")
    except UnicodeEncodeError:
        return header.encode("utf-8", "replace")


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _why(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]
