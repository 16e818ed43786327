"""The daemon's threads: they do what they are given, and hold up no stop."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from fangxun import clock
from fangxun.engine.daemon import Daemon
from fangxun.engine.hands import Threads
from fangxun.engine.parts import Parts
from fangxun.store.base import migrate, open_store

LONG = 30.0


def test_jobs_are_done_by_at_most_so_many_threads_and_all_of_them() -> None:
    """A hundred jobs, three threads."""
    hands, together, most = Threads(3, "test"), [0], [0]
    lock, done = threading.Lock(), threading.Semaphore(0)

    def job() -> str:
        with lock:
            together[0] += 1
            most[0] = max(most[0], together[0])
        with lock:
            together[0] -= 1
        return threading.current_thread().name

    names: set[str] = set()
    for _ in range(100):
        hands.give(job, lambda name: (names.add(name), done.release()))
    for _ in range(100):
        assert done.acquire(timeout=LONG)
    assert hands.close(LONG)
    assert most[0] <= 3
    assert len(names) <= 3


def test_a_job_that_raises_does_not_end_its_thread(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged; the next one is done."""
    hands, done = Threads(1, "test"), threading.Event()
    hands.give(lambda: 1 / 0, print)
    hands.give(lambda: None, lambda _: done.set())
    assert done.wait(LONG)
    assert hands.close(LONG)
    assert [record.__dict__["action"] for record in caplog.records] == ["job_failed"]


def test_nothing_is_taken_after_the_end() -> None:
    """Whoever gives it keeps it."""
    hands = Threads(1, "test")
    assert hands.close(0)
    with pytest.raises(RuntimeError):
        hands.give(lambda: None, print)


def test_a_job_that_never_ends_keeps_neither_a_stop_nor_the_process_waiting() -> None:
    """A server that drips for ever; the process ends well."""
    script = (
        "import threading; from fangxun.engine.hands import Threads; "
        "hands = Threads(2, 'test'); hands.give(threading.Event().wait, print); "
        "assert not hands.close(0.1)"
    )
    ended = subprocess.run([sys.executable, "-c", script], timeout=LONG, check=False)
    assert ended.returncode == 0


def test_a_daemon_stops_while_a_request_hangs(tmp_path: Path, hung: threading.Event) -> None:
    """What it was sending is in doubt at the next start, and nobody waits for it."""
    url = f"sqlite:///{tmp_path / 'fangxun.db'}"
    migrate(url)
    store = open_store(url, key_path=tmp_path / "journal.key")
    parts = Parts(
        store=store, feeds={}, gateways=(), token=lambda bits: "0" * (bits // 4), clock=clock.now
    )
    daemon = Daemon(parts, clock.monotonic, tmp_path / "heartbeat.json", {}, grace=0.2)
    daemon.start()
    began = clock.monotonic()
    daemon.parts.polling.give(partial(hung.wait, LONG * 2), print)
    daemon.stop()
    assert clock.monotonic() - began < LONG
    store.close()


@pytest.fixture
def hung():
    """Set at the end, so that no thread is left."""
    event = threading.Event()
    yield event
    event.set()
