"""`fangxun who` and `fangxun --help`, beside a bare one-command Typer program."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from fangxun import clock
from tests.benchmarks.house import percentile, say

ROUNDS = 25
BARE = """
import typer
app = typer.Typer()
@app.command()
def main(name: str = "world") -> None:
    typer.echo(name)
app()
"""


def timed(words: list[str], folder: Path) -> float:
    """The median wall time of a command in seconds."""
    env = {**os.environ, "FANGXUN_CONFIG": str(folder / "demo/fangxun.toml")}
    times = []
    for _ in range(ROUNDS):
        begin = clock.monotonic()
        subprocess.run(words, check=True, capture_output=True, env=env, cwd=folder)
        times.append(clock.monotonic() - begin)
    return percentile(times, 0.5)


def main() -> None:
    """Report both ratios."""
    command = str(Path(sys.executable).with_name("fangxun"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        env = {**os.environ, "FANGXUN_CONFIG": str(folder / "demo/fangxun.toml")}
        for words in (
            ["init", "--demo", "demo"],
            ["db", "upgrade"],
            ["roster", "apply", "demo/district", "--yes"],
        ):
            subprocess.run([command, *words], check=True, capture_output=True, env=env, cwd=folder)
        floor = timed([sys.executable, "bare.py"], folder)
        say(f"bare Typer program  {floor * 1e3:6.1f} ms")
        for words, goal in ((["who"], 1.3), (["--help"], 1.2)):
            ours = timed([command, *words], folder)
            ratio = f"{ours / floor:.2f} times (goal {goal})"
            say(f"fangxun {words[0]:10}  {ours * 1e3:6.1f} ms   {ratio}")
