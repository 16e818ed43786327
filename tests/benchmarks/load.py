"""5,000 people on red, answered in 150 ms: the rate beside the bare SDK's, the plan's order on the
wire, and a limit that is kept and used."""

from __future__ import annotations

from collections.abc import Sequence

from fangxun.core.rate import Limit
from fangxun.engine.parts import Rates
from tests import crowd
from tests.benchmarks.house import say
from tests.benchmarks.throughput import bare, ours

SIZE = 5000
FIRST = 10
LIMIT = Limit(100, 100)


def behind(numbers: Sequence[str]) -> int:
    """How many of the others were on the wire before the last of the plan's first ten."""
    first = {crowd.number(10_000 + index) for index in range(FIRST)}
    return max(numbers.index(number) for number in first) + 1 - FIRST


def main() -> None:
    """Report both ratios, the order, and the limit. The peer runs before and after each, so that a
    machine which others slow down slows down both."""
    floors = [bare(SIZE)]
    for callbacks, goal in ((False, 0.9), (True, 0.75)):
        found = ours(callbacks=callbacks, size=SIZE)
        floors.append(bare(SIZE))
        floor = (floors[-2] + floors[-1]) / 2
        say(f"bare SDK, 100 threads            {floor:6.0f} a second")
        name = "with two signed callbacks" if callbacks else "without callbacks"
        rate = SIZE / found.seconds
        ratio = f"{rate / floor:.2f} of the bare SDK (goal {goal})"
        say(f"Fangxun, {name:25} {rate:6.0f} a second   {ratio}")
        share = behind(found.numbers) / (SIZE - FIRST)
        say(f"  of the rest before the plan's first {FIRST}: {share:.2%} (goal 1 %)")
    own = (SIZE - LIMIT.burst) / LIMIT.per_second
    took = ours(callbacks=False, size=SIZE, rates=Rates(whole=LIMIT)).seconds
    said = f"{took / own - 1:+.1%} of the limit's own time (goal 2 %)"
    say(f"at {LIMIT.per_second:g} a second: {took:.1f} s, {said}")
