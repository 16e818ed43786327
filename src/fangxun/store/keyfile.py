"""The journal's key: a file apart from the database, readable by its owner only."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from fangxun import clock
from fangxun.core.errors import N_, StoreFault

_BITS = 256
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class JournalKey:
    """Where the key lies; read for each use of the journal, so that no copy outlives the file."""

    path: Path | None

    def read(self, *, lines: int) -> bytes:
        """The key, made on first use. `lines`: how many the journal has; with lines and without a
        key nothing is made up, since every line would then seem forged."""
        if self.path is None:
            raise StoreFault(
                N_("No file is configured for the journal's key. Set journal_key in fangxun.toml.")
            )
        try:
            key = self.path.read_bytes().strip()
        except FileNotFoundError:
            if lines:
                raise StoreFault(
                    N_(
                        "The journal has {lines} lines and its key is missing at {path}. Put the "
                        "key back from your backup. If it is lost, make an empty file there: a new "
                        "key is then begun, and `fangxun journal verify` shows the break."
                    ),
                    lines=lines,
                    path=self.path,
                ) from None
            key = b""
        except OSError as error:
            raise StoreFault(
                N_("The journal's key at {path} cannot be read: {why}. Check who owns it."),
                path=self.path,
                why=error.strerror,
            ) from error
        return key or self._make()

    def digest(self, purpose: str, message: str) -> str:
        """A keyed hash (HMAC-SHA-256, hex) of a message for another purpose than the journal's
        chain, of which no line begins so. Never makes a key."""
        named = f"{purpose}\n{message}".encode()
        return hmac.digest(self.read(lines=1), named, hashlib.sha256).hex()

    def _make(self) -> bytes:
        """A new key in one step: two processes that both make one end up with the same."""
        if self.path is None:
            return b""
        key = clock.token(_BITS).encode()
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        create_private(part)
        with part.open("wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            if self.path.exists():
                part.replace(self.path)
            else:
                os.link(part, self.path)
        except FileExistsError:
            return self.path.read_bytes().strip()
        finally:
            part.unlink(missing_ok=True)
        return key


def create_private(path: Path) -> None:
    """An empty file that only its owner can read; one that exists is narrowed to that."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if stat.S_IMODE(path.stat().st_mode) != _OWNER_ONLY:
            path.chmod(_OWNER_ONLY)
    except OSError as error:
        raise StoreFault(
            N_("{path} cannot be written: {why}. Check who owns it, and that its folder is there."),
            path=path,
            why=error.strerror,
        ) from error
