"""`make bench`: run every benchmark, or those named, and print ratios."""

from __future__ import annotations

import sys

from tests.benchmarks import commands, drain, idle, latency, load, open_pages, roster, throughput

ALL = {
    "latency": latency.main,
    "throughput": throughput.main,
    "load": load.main,
    "drain": drain.main,
    "open_pages": open_pages.main,
    "commands": commands.main,
    "idle": idle.main,
    "roster": roster.main,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or ALL:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        ALL[name]()
