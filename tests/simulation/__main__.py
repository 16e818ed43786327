"""`make simulate SEEDS=1000`: so many storms in two processes; a failure prints its seed.

python -m tests.simulation 1000        seeds 0 to 999
python -m tests.simulation --seed 17   one seed, and its story
python -m tests.simulation --kills     a small storm, killed at every commit and every request
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Sequence
from multiprocessing import Pool

from fangxun import clock
from tests.simulation.kills import BLIND, SMALL, at_requests, found, judge_each
from tests.simulation.run import Verdict, judge, live_in, memory, shortest, told
from tests.simulation.story import drawn

PROCESSES = 2


def one(seed: int) -> Verdict:
    """One seed; a failure comes as the shortest story that still fails."""
    verdict = judge(drawn(seed))
    return shortest(verdict) if verdict.broken else verdict


def every_kill() -> int:
    """1 where a kill broke an invariant."""
    with memory() as home:
        live_in(home)
        verdicts = [*judge_each(SMALL, found(SMALL)), *judge_each(BLIND, at_requests(BLIND))]
    broken = [verdict for verdict in verdicts if verdict.broken]
    for verdict in broken:
        sys.stdout.write(f"FAILED {told(verdict)}\n\n")
    sys.stdout.write(f"{len(verdicts)} storms, {len(broken)} failed\n")
    return 1 if broken else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where any storm broke an invariant."""
    parser = argparse.ArgumentParser(description="Storms under faults, in virtual time.")
    parser.add_argument("seeds", type=int, nargs="?", default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, help="only this one, with its story")
    parser.add_argument("--kills", action="store_true", help="every kill of a small storm")
    given = parser.parse_args(arguments)
    if given.kills:
        return every_kill()
    if given.seed is not None:
        sys.stdout.write(f"{drawn(given.seed)}\n")
        seeds = range(given.seed, given.seed + 1)
    else:
        seeds = range(given.first, given.first + given.seeds)
    began = clock.monotonic()
    failures = 0
    with memory() as home, Pool(min(PROCESSES, len(seeds)), live_in, (home,)) as pool:
        for verdict in pool.imap_unordered(one, seeds):
            if verdict.broken:
                failures += 1
                sys.stdout.write(f"FAILED {told(verdict)}\n\n")
                sys.stdout.flush()
        pool.close()
        pool.join()
    seconds = clock.monotonic() - began
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    each = (cpu.ru_utime + cpu.ru_stime) / len(seeds)
    sys.stdout.write(
        f"{len(seeds)} storms, {failures} failed, {seconds:.0f} s, "
        f"{each * 1000:.0f} ms of CPU each\n"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
