"""One daemon a database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fangxun.core.errors import Conflict
from fangxun.store import lock
from tests.store import samples

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


def _hold_when_freed(url: str) -> None:
    """PostgreSQL notices a dead client a moment later; a handful of tries is enough for it."""
    for _ in range(50):
        try:
            with lock.hold(url, "next", now=samples.NOW):
                return
        except Conflict:
            subprocess.run([sys.executable, "-c", ""], check=True)
    pytest.fail("the lock of a dead process was never free")
