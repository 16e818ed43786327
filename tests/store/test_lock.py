"""One daemon a database."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fangxun.core.errors import Conflict, StoreFault
from fangxun.store import lock
from tests import postgres
from tests.store import samples

_numbers = itertools.count(1)

HOLDER = """
import sys
from datetime import datetime
from fangxun.store import lock

with lock.hold(sys.argv[1], "daemon", now=datetime.fromisoformat(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the database."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, samples.NOW.isoformat()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "held\n"
    try:
        yield child
    finally:
        child.stdin.close()
        child.wait(timeout=10)
        child.stdout.close()


def test_a_second_daemon_is_told_who_holds_the_database(migrated_url: str) -> None:
    """Process, host and since when: enough to find it."""
    with holder(migrated_url) as child:
        with (
            pytest.raises(Conflict) as caught,
            lock.hold(migrated_url, "second", now=samples.NOW),
        ):
            pass
        said = str(caught.value)
        assert f"process {child.pid} on {socket.gethostname()[:20]}" in said
        assert "daemon" in said
        assert "since 2026-07-20 19:00:00 UTC" in said


def test_the_lock_is_free_after_its_holder_was_killed(migrated_url: str) -> None:
    """kill -9 leaves nothing that somebody would have to clean up at night."""
    with holder(migrated_url) as child:
        os.kill(child.pid, signal.SIGKILL)
        child.wait(timeout=10)
        _hold_when_freed(migrated_url)


def test_whether_a_daemon_holds_the_database_is_seen_from_outside(migrated_url: str) -> None:
    """The heartbeat of one that was killed looks well for a minute; asking takes nothing away."""
    assert not lock.is_held(migrated_url)
    with lock.hold(migrated_url, "daemon", now=samples.NOW):
        assert lock.is_held(migrated_url)
        assert lock.is_held(migrated_url)
    assert not lock.is_held(migrated_url)


def test_the_lock_can_be_held_again_by_the_same_process(migrated_url: str) -> None:
    """Given back at the end of the block, also after an error."""
    with pytest.raises(ZeroDivisionError), lock.hold(migrated_url, "first", now=samples.NOW):
        raise ZeroDivisionError
    with lock.hold(migrated_url, "again", now=samples.NOW):
        pass


def test_the_lock_file_is_the_owners_only(tmp_path: Path) -> None:
    """It lies beside the database."""
    url = f"sqlite:///{tmp_path / 'fangxun.db'}"
    with lock.hold(url, "daemon", now=samples.NOW):
        assert (tmp_path / "fangxun.db.lock").stat().st_mode & 0o777 == 0o600


def test_a_daemon_comes_to_the_same_lock_by_a_symlink(tmp_path: Path) -> None:
    """Two names of one database are one database."""
    (tmp_path / "fangxun.db").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "link.db").symlink_to(tmp_path / "fangxun.db")
    ours, theirs = (f"sqlite:///{tmp_path / name}" for name in ("fangxun.db", "other/link.db"))
    with (
        lock.hold(ours, "daemon", now=samples.NOW),
        pytest.raises(Conflict),
        lock.hold(theirs, "second", now=samples.NOW),
    ):
        pass


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A database, as far as a lock needs one."""
    return f"sqlite:///{tmp_path / 'fangxun.db'}"


def test_a_lock_whose_file_was_removed_is_taken_again(sqlite_url: str, tmp_path: Path) -> None:
    """Whoever removes it at night, for order's sake, lets no second daemon in."""
    with lock.hold(sqlite_url, "daemon", now=samples.NOW) as held:
        held.check()
        (tmp_path / "fangxun.db.lock").unlink()
        held.check()
        with pytest.raises(Conflict), lock.hold(sqlite_url, "second", now=samples.NOW):
            pass


def test_a_daemon_whose_lock_went_to_another_is_told_to_stop(
    sqlite_url: str, tmp_path: Path
) -> None:
    """The second one came in between: one of the two has to go, and it is the one that asks."""
    with lock.hold(sqlite_url, "daemon", now=samples.NOW) as held:
        (tmp_path / "fangxun.db.lock").unlink()
        with lock.hold(sqlite_url, "second", now=samples.NOW) as second:
            with pytest.raises(Conflict, match="second"):
                held.check()
            second.check()
        held.check()


WRITES_NOTHING = """
import resource, sys
from datetime import datetime
from fangxun.core.errors import StoreFault
from fangxun.store import lock

resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    with lock.hold(sys.argv[1], "daemon", now=datetime.fromisoformat(sys.argv[2])):
        pass
except StoreFault as fault:
    print(fault)
"""


def test_a_lock_that_cannot_be_written_is_a_sentence(sqlite_url: str) -> None:
    """As on a disk that is full; here it is a process that may not write."""
    said = subprocess.run(
        [sys.executable, "-c", WRITES_NOTHING, sqlite_url, samples.NOW.isoformat()],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "fangxun.db.lock cannot be written" in said.stdout
    assert "disk full" in said.stdout


@pytest.fixture
def postgres_url(postgres_folder: Path) -> str:
    """An empty database on the server."""
    return postgres.create(postgres_folder, f"locked{next(_numbers)}")


def until_ours(held: lock.Held) -> None:
    """The server frees what a broken connection held a moment after it has broken."""
    for _ in range(50):
        try:
            held.check()
        except StoreFault:
            subprocess.run([sys.executable, "-c", ""], check=True)
        else:
            return
    pytest.fail("the lock was never free again")


def test_a_lock_whose_connection_the_server_dropped_is_taken_again(postgres_url: str) -> None:
    """Nobody notices it otherwise: the pool mends itself, and the lock is gone."""
    with lock.hold(postgres_url, "daemon", now=samples.NOW) as held:
        assert postgres.drop_others(postgres_url) == 1
        until_ours(held)
        with pytest.raises(Conflict), lock.hold(postgres_url, "second", now=samples.NOW):
            pass


def test_a_daemon_whose_dropped_lock_went_to_another_is_told_to_stop(postgres_url: str) -> None:
    """As with a file."""
    with lock.hold(postgres_url, "daemon", now=samples.NOW) as held:
        postgres.drop_others(postgres_url)
        with holder(postgres_url), pytest.raises(Conflict):
            held.check()


def _hold_when_freed(url: str) -> None:
    """PostgreSQL notices a dead client a moment later; a handful of tries is enough for it."""
    for _ in range(50):
        try:
            with lock.hold(url, "next", now=samples.NOW):
                return
        except Conflict:
            subprocess.run([sys.executable, "-c", ""], check=True)
    pytest.fail("the lock of a dead process was never free")
