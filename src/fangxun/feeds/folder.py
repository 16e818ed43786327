"""Rain and stage from the newest files of a watched folder, which some other program fills."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

from fangxun.core.errors import N_, ConfigFault, FeedFault
from fangxun.core.observation import Reading
from fangxun.feeds import table
from fangxun.feeds.base import Failed, Feed, FeedSettings, Fresh, Memory, Polled, Unchanged, guarded
from fangxun.text import _, say

MOST_FILES = 20
MOST_ENTRIES = 20_000
MOST_NOTES = 20
SETTLED = timedelta(seconds=2)
"""A file that was written to less than this long ago may not be whole yet."""
_OWN_KEYS = frozenset({"pattern"})
_NEWS = "/"
"""Beside the files in Memory.seen, a name that no file has: how old the newest that was read is."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file as the folder lists it."""

    name: str
    modified: int
    size: int

    @property
    def version(self) -> str:
        """Differs whenever the file was written again."""
        return f"{self.modified}:{self.size}"

    @property
    def at(self) -> datetime:
        """When it was last written to."""
        return datetime.fromtimestamp(self.modified / 1e9, UTC)


@dataclass(frozen=True, slots=True)
class FolderFeed:
    """One folder. It is as fresh as the newest file that was read from it: that we can still list
    it says nothing about the program that fills it, nor does a file that is always being written,
    nor one of next year."""

    settings: FeedSettings
    how: table.Shape
    pattern: str

    def poll(self, memory: Memory, *, now: datetime) -> Polled:
        """Read the settled files that are new or were written again."""
        return guarded(lambda: self._poll(memory, now), memory)

    def _poll(self, memory: Memory, now: datetime) -> Polled:
        path = self.settings.path
        try:
            files = self._files()
        except OSError as error:
            return Failed(
                _("the folder {path} cannot be listed: {why}").format(
                    path=path, why=error.strerror
                ),
                memory,
            )
        if not files:
            return Failed(
                _("there is no file {pattern} in {path}").format(pattern=self.pattern, path=path),
                memory,
            )
        settled = [f for f in files if abs(now - f.at) >= SETTLED][:MOST_FILES]
        newest = _newest(memory, now)
        before = dict(memory.seen) if newest is not None else {}
        fresh = [f for f in settled if before.get(f.name) != f.version]
        if fresh:
            return self._fresh(memory, settled, fresh, now)
        if newest is None:
            return Failed(_("the files are still being written"), memory)
        if now - newest > self.settings.silent_after:
            written = f"{newest:%Y-%m-%d %H:%M}"
            return Failed(
                _("the newest file of {path} was written at {at} UTC").format(
                    path=path, at=written
                ),
                memory,
            )
        return Unchanged(Memory(seen=_seen(before, newest)), as_of=newest)

    def _files(self) -> list[_File]:
        """Plain files of the pattern, the newest first; links are not followed."""
        found: list[_File] = []
        with os.scandir(self.settings.path) as entries:
            for count, entry in enumerate(entries):
                if count == MOST_ENTRIES:
                    break
                if fnmatchcase(entry.name, self.pattern) and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    found.append(_File(entry.name, status.st_mtime_ns, status.st_size))
        return sorted(found, key=lambda f: (f.modified, f.name), reverse=True)

    def _fresh(
        self, memory: Memory, settled: list[_File], fresh: list[_File], now: datetime
    ) -> Polled:
        before = dict(memory.seen)
        seen = {f.name: f.version for f in settled if f not in fresh}
        newest = _newest(memory, now)
        readings: list[Reading] = []
        notes: list[str] = []
        stopped = ""
        good = 0
        for file in reversed(fresh):  # the oldest first: a later file corrects an earlier one
            try:
                body = self._read(file)
                if body is None:  # written again meanwhile: the next poll reads it
                    if file.name in before:
                        seen[file.name] = before[file.name]
                    continue
                found = table.read(body, self.how, now=now)
                good += 1
                written = min(file.at, now)
                newest = max(written, newest or written)
                stopped = f"{file.name}: {found.stopped}" if found.stopped else stopped
                readings += found.readings
                notes += [f"{file.name}: {note}" for note in found.notes]
            except FeedFault as fault:
                notes.append(f"{file.name}: {say(fault)}")
            seen[file.name] = file.version
        if not good or newest is None:
            return Failed("; ".join(notes)[:500] or _("the files are still being written"), memory)
        return Fresh(
            Memory(seen=_seen(seen, newest)),
            readings=tuple(readings),
            complete=not notes,
            notes=tuple(notes[:MOST_NOTES]),
            fault="" if readings else stopped,
            as_of=newest,
        )

    def _read(self, file: _File) -> bytes | None:
        """Its bytes; None where it was written again since it was listed."""
        most = self.settings.max_bytes
        if file.size > most:
            raise FeedFault(N_("it has more than {most} bytes"), most=most)
        try:
            handle = os.open(
                Path(self.settings.path) / file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            )
            with os.fdopen(handle, "rb") as opened:
                body = opened.read(most + 1)
                status = os.fstat(opened.fileno())
        except OSError as error:
            raise FeedFault(N_("it cannot be read: {why}"), why=error.strerror) from error
        same = (status.st_mtime_ns, status.st_size) == (file.modified, file.size)
        return body if same and stat.S_ISREG(status.st_mode) else None


def _newest(memory: Memory, now: datetime) -> datetime | None:
    """How old the newest file that was read is; None where none ever was."""
    known = dict(memory.seen).get(_NEWS)
    return None if known is None else min(datetime.fromisoformat(known), now)


def _seen(files: Mapping[str, str], newest: datetime) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({**files, _NEWS: newest.isoformat()}.items()))


def build(settings: FeedSettings) -> Feed:
    """From a [[feed]] of kind "folder"; ConfigFault names what is wrong. Its mapping may hold
    `pattern`, else all *.csv or *.json files are read."""
    how = table.shape(settings, extra=_OWN_KEYS)
    if not settings.path:
        raise ConfigFault(N_("Feed {feed}: path is empty; name a folder."), feed=settings.name)
    pattern = dict(settings.mapping).get("pattern", "").strip() or f"*.{how.format}"
    return FolderFeed(settings, how, pattern)
