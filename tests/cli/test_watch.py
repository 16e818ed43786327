"""The terminal in the duty room, in a real terminal: it rings, shows, and takes a number."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from fangxun import clock
from fangxun.core import alarm
from fangxun.core.page import How
from fangxun.engine import alarms, housekeep
from fangxun.engine.housekeep import Heartbeat
from fangxun.engine.parts import Parts
from fangxun.store import pages as page_store
from tests.cli.conftest import Desk

COMMAND = Path(sys.executable).with_name("fangxun")
BELL = b"\a"


class Terminal:
    """A person in front of `fangxun watch`."""

    def __init__(self, screen: int, program: subprocess.Popen[bytes]) -> None:
        self.screen = screen
        self.program = program
        self.seen = b""

    def sees(self, word: bytes, seconds: float = 20.0) -> bool:
        """Whether a word comes in time; what came before it has been read away."""
        deadline = clock.monotonic() + seconds
        while word not in self.seen:
            left = deadline - clock.monotonic()
            if left <= 0 or not select.select([self.screen], [], [], left)[0]:
                return False
            self.seen += os.read(self.screen, 65536)
        self.seen = self.seen.partition(word)[2]
        return True

    def types(self, words: str) -> None:
        """A line and Enter."""
        os.write(self.screen, f"{words}\n".encode())


@contextmanager
def terminal(desk: Desk, *words: str) -> Iterator[Terminal]:
    """100 by 40; ends with its person's going."""
    screen, inside = pty.openpty()
    termios.tcsetwinsize(inside, (40, 100))
    program = subprocess.Popen(
        [COMMAND, "watch", *words], cwd=desk.folder, stdin=inside, stdout=inside, stderr=inside,
        env={**os.environ, "FANGXUN_LANG": "zh_CN", "TERM": "xterm"}, start_new_session=True,
    )  # fmt: skip
    os.close(inside)
    try:
        yield Terminal(screen, program)
    finally:
        program.terminate()
        program.wait(timeout=20)
        os.close(screen)


def lives(desk: Desk) -> None:
    """The daemon has just finished a cycle, and will have for a while."""
    beat = Heartbeat(clock.now() + timedelta(seconds=50), 4711)
    housekeep.write_heartbeat(desk.folder / "state" / "heartbeat.json", beat)


def alarmed(desk: Desk) -> int:
    """An alarm is open; its page's number."""
    opened = desk.store()
    parts = Parts(
        store=opened, feeds={}, gateways=(), token=clock.token, clock=clock.now, link_base=""
    )
    now = clock.now()
    with opened.write() as tx:
        alarms.open_for(parts, tx, alarm.disk(80, now=now), now=now)
        (page,) = page_store.open_pages(tx)
    opened.close()
    return page.id


def test_an_alarm_rings_until_its_number_is_typed(desk: Desk) -> None:
    """In Chinese, with the text of the alarm; confirmed as the officer, at the terminal."""
    lives(desk)
    number = alarmed(desk)
    with terminal(desk, "--actor", "zhu-xiaoman") as officer:
        assert officer.sees(b"80MB")
        assert officer.sees(BELL)
        assert officer.sees(BELL), "it goes on"
        officer.types("99999")
        assert officer.sees(b"99999")
        officer.types(str(number))
        while officer.sees(BELL, 1.5):
            pass
        assert not officer.sees(BELL, 6.0), "it is silent again"
    after = stands(desk, number)
    assert (after.how, after.confirmed_by) == (How.TERMINAL, "zhu-xiaoman")


def stands(desk: Desk, number: int) -> page_store.Page:
    """The page as the store has it."""
    opened = desk.store()
    try:
        with opened.read() as tx:
            return page_store.get(tx, number)
    finally:
        opened.close()


def test_a_dead_daemon_shows_and_rings(desk: Desk) -> None:
    """A calm screen over a dead daemon would look like peace."""
    beat = Heartbeat(clock.now() - timedelta(minutes=5), 4711)
    housekeep.write_heartbeat(desk.folder / "state" / "heartbeat.json", beat)
    with terminal(desk) as officer:
        assert officer.sees(b"4711")
        assert officer.sees(BELL)


def test_a_database_that_goes_away_rings_and_is_told(desk: Desk) -> None:
    """The terminal stays, and says what is wrong."""
    lives(desk)
    with terminal(desk) as officer:
        assert officer.sees("云溪区".encode())
        for file in (desk.folder / "state").glob("fangxun.db*"):
            file.write_bytes(b"no database")
        assert officer.sees(BELL)
        assert officer.program.poll() is None
