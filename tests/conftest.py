"""Fixtures for all rooms: two real databases, and no way out of this machine."""

from __future__ import annotations

import ipaddress
import itertools
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests import postgres

# Where the surroundings forbid it, each process would compile every module and rewrite every test
# anew: the test processes, and each command and daemon that they start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("house")

TOGETHER = re.compile(
    r"tests/(engine/test_postgres_gone|house/test_wheel)\.py"
    r"|tests/house/(?!test_wheel)|\[storm-\w+"
)
"""What in a test's id keeps it with its like in one process: what they share is dear to make."""


class Scheduling(LoadScopeScheduling):
    """Each test by itself to whichever process is free; what shares something, together and first.
    (pytest-xdist's own groups reach no test under pytest 9: it renames what is no name there.)"""

    def _split_scope(self, nodeid: str) -> str:
        found = TOGETHER.search(nodeid)
        return found.group() if found else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """See `Scheduling`."""
    return Scheduling(config, log)


SHARED = Path(__file__).resolve().parents[1].parent / "shared"
"""Real samples beside the project, where they exist; tests that need them skip without."""


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """One PostgreSQL for each test process."""
    with postgres.server() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_template(postgres_folder: Path) -> str:
    """A migrated database that the others are copied from."""
    from fangxun.store.base import migrate  # noqa: PLC0415  most tests need no database

    migrate(postgres.create(postgres_folder, "migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def storms(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """The declared storms by name, each played to its end once in each process."""
    from fangxun.drill.storms import storm  # noqa: PLC0415  most tests need no storm
    from tests.storms import play  # noqa: PLC0415  most tests need no storm

    return cache(lambda name: play(storm(name), tmp_path_factory.mktemp(name)))


_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'fangxun.db'}"
    folder: Path = request.getfixturevalue("postgres_folder")
    return postgres.create(folder, f"empty{next(_numbers)}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that the others are copied from."""
    from tests import beginnings  # noqa: PLC0415  most tests need no database

    path = tmp_path_factory.mktemp("template") / "fangxun.db"
    beginnings.database(path)
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database, on each engine in turn."""
    if request.param == "sqlite":
        from tests import beginnings  # noqa: PLC0415  most tests need no database

        return beginnings.database(tmp_path / "fangxun.db")
    folder: Path = request.getfixturevalue("postgres_folder")
    template_name: str = request.getfixturevalue("postgres_template")
    return postgres.create(folder, f"migrated{next(_numbers)}", template=template_name)


def _stays_here(family: int, address: object) -> None:
    """Fail the test whose socket would reach another machine."""
    if family == socket.AF_UNIX:
        return
    host = str(address[0]) if isinstance(address, tuple) else str(address)
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name that would have to be looked up
        here = False
    if not here:
        pytest.fail(f"a packet to {host} would have left this machine")


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything sent to an address other than loopback fails the test that sends it."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    sendto = socket.socket.sendto

    def guarded(self: socket.socket, address: Any) -> None:
        _stays_here(self.family, address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        _stays_here(self.family, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        _stays_here(self.family, rest[-1])
        return sendto(self, data, *rest)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)
    monkeypatch.setattr(socket.socket, "sendto", guarded_sendto)


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """The path of a shared sample; skips the test where it is absent."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"the shared sample {name} is not on this machine")
        return path

    return find
