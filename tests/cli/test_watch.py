"""The terminal in the duty room, in a real terminal: it rings, shows, and takes a number."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from rich.cells import cell_len

from fangxun import clock
from fangxun.cli.watch import Eyes
from fangxun.core import alarm
from fangxun.core.page import How
from fangxun.engine import alarms, housekeep
from fangxun.engine.housekeep import Heartbeat
from fangxun.engine.parts import Parts
from fangxun.store import pages as page_store
from tests.cli.conftest import Desk
from tests.engine.stores import Gated

COMMAND = Path(sys.executable).with_name("fangxun")
BELL = b"\a"


class Terminal:
    """A person in front of `fangxun watch`."""

    def __init__(self, screen: int, program: subprocess.Popen[bytes]) -> None:
        self.screen = screen
        self.program = program
        self.seen = b""
        self.drawn = b""

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

    def shows(self, *words: str, seconds: float = 30.0) -> list[str]:
        """The rows of the terminal as its person sees them, once each of these words is on it."""
        deadline = clock.monotonic() + seconds
        rows: list[str] = []
        while (left := deadline - clock.monotonic()) > 0:
            if select.select([self.screen], [], [], min(left, 0.5))[0]:
                self.drawn += os.read(self.screen, 65536)
                continue
            size = termios.tcgetwinsize(self.screen)
            rows = drawn(self.drawn.decode("utf-8", "replace"), *size)
            if all(any(word in row for row in rows) for word in words):
                return rows
        raise AssertionError("\n".join(rows))

    def resize(self, rows: int, columns: int) -> None:
        """A person drags the window's corner."""
        termios.tcsetwinsize(self.screen, (rows, columns))

    def types(self, words: str) -> None:
        """A line and Enter."""
        os.write(self.screen, f"{words}\n".encode())


_STEP = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H|\x1b\[(?P<mode>[\d;?]*)(?P<what>[A-Za-z])"
    r"|\x1b(?P<cursor>[78])|(?P<text>[^\x1b\r\n\a])|(?P<control>[\r\n\a])"
)


def drawn(output: str, rows: int, columns: int) -> list[str]:
    """What a terminal of that size shows after this output; a character outside of it is lost."""
    cells = [[" "] * columns for _row in range(rows)]
    at = kept = (0, 0)
    for found in _STEP.finditer(output):
        row, column = at
        if found["row"]:
            at = (int(found["row"]) - 1, int(found["column"]) - 1)
        elif found["what"] == "J":
            cells = [[" "] * columns for _row in range(rows)]
        elif found["what"] == "K" and row < rows:
            cells[row][column:] = [" "] * (columns - column)
        elif found["cursor"] == "7":
            kept = at
        elif found["cursor"] == "8":
            at = kept
        elif found["control"] == "\n" and row == rows - 1:
            cells = [*cells[1:], [" "] * columns]
        elif found["text"]:
            wide = cell_len(found["text"])
            if row < rows and column + wide <= columns:
                cells[row][column : column + wide] = [found["text"], *[""] * (wide - 1)]
            at = (row, column + wide)
    return ["".join(row).rstrip() for row in cells]


@contextmanager
def terminal(desk: Desk, *words: str, rows: int = 24, columns: int = 80) -> Iterator[Terminal]:
    """As a bare console is; ends with its person's going."""
    screen, inside = pty.openpty()
    termios.tcsetwinsize(inside, (rows, columns))
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
    desk.lives()
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


PLACES = ("上云镇", "甲子沟", "下云镇", "南涧镇", "映月镇")


def test_in_a_storm_24_rows_of_80_show_alarms_pages_levels_and_the_watch(desk: Desk) -> None:
    """With how many more there are of each, and the row in which one types."""
    desk.lives()
    desk.storm(*PLACES)
    with terminal(desk) as officer:
        rows = officer.shows("在岗", "输入编号")
    assert len(rows) == 24
    heads = [row.split()[0] for row in rows if re.match("(告警|叫应|级别|在岗) ", row)]
    assert heads == ["告警", "叫应", "级别", "在岗"]
    assert sum("另有" in row for row in rows) >= 3
    assert any("无人应答" in row for row in rows)
    assert any("红色" in row and "镇" in row for row in rows)
    assert rows[-1].startswith("输入编号")


def test_the_answer_to_a_number_is_seen_whole_in_a_storm(desk: Desk) -> None:
    """Above everything else; and what is being typed is not painted over."""
    desk.lives()
    desk.storm(*PLACES)
    with terminal(desk, "--actor", "zhu-xiaoman") as officer:
        officer.shows("在岗", "输入编号")
        os.write(officer.screen, b"9999")
        assert officer.shows("确认： 9999")[-1] == "输入编号按回车确认： 9999"
        officer.types("")
        rows = officer.shows("没有第 9999 号叫应。请看：fangxun page list")
        assert "9999" in rows[1]
        assert rows[-1] == "输入编号按回车确认："


def test_a_terminal_that_is_resized_is_fitted_anew(desk: Desk) -> None:
    """Nothing is left of the old size, and nothing lies outside of the new one."""
    desk.lives()
    desk.storm(*PLACES)
    with terminal(desk) as officer:
        officer.shows("在岗", "输入编号")
        officer.drawn = b""
        officer.resize(12, 60)
        rows = officer.shows("云溪区", "输入编号")
    assert len(rows) == 12
    assert rows[0].startswith("云溪区")
    assert any(row.startswith("告警") for row in rows)
    assert rows[-1].startswith("输入编号")


def test_a_dead_daemon_shows_and_rings(desk: Desk) -> None:
    """A calm screen over a dead daemon would look like peace."""
    beat = Heartbeat(clock.now() - timedelta(minutes=5), 4711)
    housekeep.write_heartbeat(desk.folder / "state" / "heartbeat.json", beat)
    with terminal(desk) as officer:
        assert officer.sees(b"4711")
        assert officer.sees(BELL)


def test_a_database_that_goes_away_rings_and_is_told(desk: Desk) -> None:
    """The terminal stays, and says what is wrong."""
    desk.lives()
    with terminal(desk) as officer:
        assert officer.sees("云溪区".encode())
        for file in (desk.folder / "state").glob("fangxun.db*"):
            file.write_bytes(b"no database")
        assert officer.sees(BELL)
        assert officer.program.poll() is None


def test_a_server_that_hangs_rings_and_is_told_until_it_answers(desk: Desk) -> None:
    """It refuses nothing: a terminal that waited for it would be silent, and look like peace."""
    desk.lives()
    opened = Gated.over(desk.store())
    opened.holds = "look"
    eyes = Eyes(opened, desk.folder / "state" / "heartbeat.json", patience=0.1)
    scene = eyes.look()
    assert scene.rings
    assert "has not answered" in scene.broken
    assert eyes.look().rings, "and no second question waits behind the first"
    assert sum(thread.name == "look" for thread in threading.enumerate()) == 1
    opened.holds = ""
    opened.free.set()
    assert any(not eyes.look().broken for _ in range(200))
    opened.close()
