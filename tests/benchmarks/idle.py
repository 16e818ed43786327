"""The daemon at rest: share of a core, resident memory, and what is not loaded."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from fangxun.standin.feed_server import FeedServer
from fangxun.standin.twilio_lives import TOKEN
from tests.benchmarks.house import say
from tests.benchmarks.provider import provider

SECONDS = 30
HEAVY = ("openpyxl", "holidays", "alembic")


def main() -> None:
    """Report after half a minute of calm with two feeds and a provider."""
    command = str(Path(sys.executable).with_name("fangxun"))
    with tempfile.TemporaryDirectory() as name, FeedServer() as feeds, provider() as url:
        folder = Path(name) / "demo"
        env = {
            **os.environ,
            "FANGXUN_CONFIG": str(folder / "fangxun.toml"),
            "FANGXUN_DEMO_TOKEN": TOKEN,
        }
        run = [command]
        subprocess.run(
            [*run, "init", "--demo", str(folder)], check=True, capture_output=True, env=env
        )
        path = folder / "fangxun.toml"
        text = path.read_text().replace("http://127.0.0.1:8901", feeds.url)
        path.write_text(text.replace("http://127.0.0.1:8902", url).replace("8787", "8797"))
        for words in (
            ["db", "upgrade"],
            ["roster", "apply", str(folder / "district"), "--yes", "-r", "x"],
        ):
            subprocess.run([*run, *words], check=True, capture_output=True, env=env)
        daemon = subprocess.Popen([*run, "run"], env=env, stdout=subprocess.DEVNULL)
        try:
            threading.Event().wait(8)
            before = ticks(daemon.pid)
            threading.Event().wait(SECONDS)
            used = (ticks(daemon.pid) - before) / os.sysconf("SC_CLK_TCK") / SECONDS
            status = Path(f"/proc/{daemon.pid}/status").read_text()
            rss = int(next(line for line in status.splitlines() if "VmRSS" in line).split()[1])
            loaded = Path(f"/proc/{daemon.pid}/maps").read_text()
        finally:
            daemon.terminate()
            daemon.wait(timeout=30)
    say(f"idle daemon: {used * 100:.2f} % of a core (goal 1), {rss / 1024:.0f} MB resident")
    probe = "import sys, fangxun.cli.run, fangxun.board.app, fangxun.engine.daemon, fangxun.wiring"
    names = f"print([n for n in {HEAVY!r} if n in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", f"{probe}; {names}"], check=True, capture_output=True, text=True
    )
    say(f"heavy modules loaded by the daemon: {found.stdout.strip()} (of {', '.join(HEAVY)})")
    assert loaded


def ticks(pid: int) -> int:
    """User and system time of a process in clock ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])
