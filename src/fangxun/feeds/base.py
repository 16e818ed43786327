"""What every feed adapter gives: fresh, unchanged or failed; and what it may remember."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from fangxun.core.observation import Reading
from fangxun.core.warning import Bulletin
from fangxun.text import _


class Mode(StrEnum):
    """What absence from the feed means."""

    SNAPSHOT = "snapshot"
    """Absence from N successful, complete polls ends a warning."""
    LOG = "log"
    """Absence means nothing."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a feed remembers between polls; JSON-able, kept in the store by feed name."""

    etag: str = ""
    last_modified: str = ""
    seen: tuple[tuple[str, str], ...] = ()
    """(document URL or file, its validator), so that unchanged documents are not read again."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """Something was read. `complete`: every document the index names was read."""

    memory: Memory
    bulletins: tuple[Bulletin, ...] = ()
    readings: tuple[Reading, ...] = ()
    present: tuple[tuple[str, str], ...] = ()
    """(sender, identifier) of all warnings that the feed shows now, read again or not."""
    complete: bool = True
    notes: tuple[str, ...] = ()
    """What was odd, for the journal: documents skipped, columns unknown, ..."""
    fault: str = ""
    """What is missing, in a sentence: documents that did not come, nothing but old rows. As long as
    it stands the feed is not fresh."""
    odd: str = ""
    """What came and cannot be used, in a sentence: documents that are none, warnings that say
    nowhere where. The feed is fresh, and a human must look if it lasts."""
    as_of: datetime | None = None
    """How old the newest of it is, where that shows how the source is; else it is of now."""
    server_date: datetime | None = None
    """The Date header, to check our clock against."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """304, or the same bytes: as good as the answer before it for staleness."""

    memory: Memory
    as_of: datetime | None = None
    server_date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing could be read; `reason` is one sentence for journal and doctor, in the language
    of the process."""

    reason: str
    memory: Memory


Polled = Fresh | Unchanged | Failed


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One [[feed]] of fangxun.toml. `silent_after`: an alarm when not fresh for this long."""

    name: str
    kind: str
    url: str = ""
    path: str = ""
    mode: Mode = Mode.LOG
    interval: timedelta = timedelta(minutes=1)
    silent_after: timedelta = timedelta(minutes=15)
    deadline: timedelta = timedelta(seconds=20)
    max_bytes: int = 4_000_000
    absent_polls: int = 3
    allow_hosts: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    mapping: tuple[tuple[str, str], ...] = field(default=())
    """For readings: our field -> their column or JSON path."""


class Feed(Protocol):
    """One source. `poll` blocks for at most `settings.deadline`, raises nothing, keeps no state."""

    @property
    def settings(self) -> FeedSettings:
        """As configured."""
        ...

    def poll(self, memory: Memory, *, now: datetime) -> Polled:
        """Read the source once."""
        ...


def guarded(read: Callable[[], Polled], memory: Memory) -> Polled:
    """A poll raises nothing: what a strange source sets off is a failure, which staleness tells."""
    try:
        return read()
    except Exception as error:  # noqa: BLE001  told as Failed, journalled and alarmed by the engine
        why = f"{type(error).__name__}: {error}"[:300]
        return Failed(_("the poll broke off: {why}").format(why=why), memory)
