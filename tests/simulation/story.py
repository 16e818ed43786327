"""What befalls a storm: drawn from a seed, and small enough to be printed and cut short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from fangxun.drill.chance import share

LENGTH = 9000
"""Seconds of a storm before the machine is left in peace."""


class Kind(StrEnum):
    """A fault. Those of the first two groups strike the n-th commit or request, the others in the
    n-th second, for `size` seconds."""

    KILL_BEFORE_COMMIT = "kill_before_commit"
    KILL_AFTER_COMMIT = "kill_after_commit"
    BUSY = "busy"
    """`size` transactions in a row find the database locked by another program."""
    DISK_FULL = "disk_full"
    """`size` transactions in a row cannot be written down."""
    TWO_EDITS = "two_edits"
    """Two people edit the roster for the same hour, between a look and a commit of the engine."""

    KILL_BEFORE_REQUEST = "kill_before_request"
    KILL_AFTER_REQUEST = "kill_after_request"
    """The provider has it, and we die before we hear so."""
    LOST = "lost"
    """The provider has them (`size` requests), and no answer comes."""
    DROPPED = "dropped"
    """The provider has nothing of them, and no answer comes."""
    SERVER_ERROR = "server_error"
    """500, and the provider has nothing of them."""
    SERVER_ERROR_TAKEN = "server_error_taken"
    """500, and the provider sends them all the same."""
    LATE = "late"
    """The answer comes after the callbacks, and often after the person's own reply."""
    REFUSED = "refused"
    """Refused for good (21610, opted out)."""

    THROTTLED = "throttled"
    """429 to everything."""
    UNREACHED = "unreached"
    """No connection."""
    MUTE = "mute"
    """Questions are answered with 503."""
    CALLBACKS_LOST = "callbacks_lost"
    CALLBACKS_TWICE = "callbacks_twice"
    CALLBACKS_REORDERED = "callbacks_reordered"
    CALLBACKS_EARLY = "callbacks_early"
    """They overtake the answer to the request."""
    FORGED = "forged"
    """Somebody without our token claims delivery, and answers for people who sleep."""
    FEED_OUT = "feed_out"
    FEED_AGAIN = "feed_again"
    """The feed serves everything since the beginning once more."""
    CLOCK_STEP = "clock_step"
    """The wall clock jumps by `size` seconds."""
    ASLEEP = "asleep"
    """The machine stands still."""
    DOWN = "down"
    """Killed in peace, and started again only after `size` seconds."""


COMMITS = (Kind.KILL_BEFORE_COMMIT, Kind.KILL_AFTER_COMMIT, Kind.BUSY, Kind.DISK_FULL,
           Kind.TWO_EDITS)  # fmt: skip
REQUESTS = (Kind.KILL_BEFORE_REQUEST, Kind.KILL_AFTER_REQUEST, Kind.LOST, Kind.DROPPED,
            Kind.SERVER_ERROR, Kind.SERVER_ERROR_TAKEN, Kind.LATE, Kind.REFUSED)  # fmt: skip
MOMENTS = tuple(kind for kind in Kind if kind not in COMMITS + REQUESTS)
KILLS = frozenset({Kind.KILL_BEFORE_COMMIT, Kind.KILL_AFTER_COMMIT, Kind.KILL_BEFORE_REQUEST,
                   Kind.KILL_AFTER_REQUEST, Kind.DOWN})  # fmt: skip

_COMMITS_OF_A_STORM, _REQUESTS_OF_A_STORM = 300, 300
_SIZES = {
    Kind.BUSY: (1, 6), Kind.DISK_FULL: (1, 8), Kind.LOST: (1, 40), Kind.DROPPED: (1, 40),
    Kind.SERVER_ERROR: (1, 40), Kind.SERVER_ERROR_TAKEN: (1, 40), Kind.LATE: (1, 60),
    Kind.REFUSED: (1, 3), Kind.CLOCK_STEP: (-2400, 2400), Kind.ASLEEP: (70, 1500),
    Kind.THROTTLED: (20, 400), Kind.FEED_OUT: (600, 5400), Kind.DOWN: (5, 900),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `at` counts commits, requests or seconds, by its kind."""

    kind: Kind
    at: int
    size: int = 1

    def holds(self, count: int) -> bool:
        """Whether it strikes at that commit, request or second."""
        return self.at <= count < self.at + abs(self.size)

    def __str__(self) -> str:
        unit = (
            "commit" if self.kind in COMMITS else "request" if self.kind in REQUESTS else "second"
        )
        return f"{self.kind.value} at {unit} {self.at}, size {self.size}"


@dataclass(frozen=True, slots=True)
class Story:
    """A storm and its faults. `size` officials a town; `raises` of the towns, in turn; `askable`:
    the provider can be asked what became of a request; `ends`: the storm ends with an all-clear."""

    seed: int
    faults: tuple[Fault, ...] = ()
    size: int = 38
    raises: int = 4
    askable: bool = True
    ends: bool = False
    sleepers: float = 0.03
    """The share of people who never answer."""
    length: int = LENGTH
    """Seconds until the machine is left in peace."""
    beat: float = 30.0
    """Callbacks and replies come on whole multiples of so many seconds: together, as in a storm."""
    calls: bool = False
    """Whoever has not answered a text is called."""
    rate: float | None = None
    """So many messages a second each account takes in the long run; None: as many as come."""

    def share(self, *what: object) -> float:
        """A number in [0, 1) that this seed always gives for these words."""
        return share(self.seed, *what)

    def of(self, *kinds: Kind) -> tuple[Fault, ...]:
        """The faults of these kinds."""
        return tuple(fault for fault in self.faults if fault.kind in kinds)

    def __str__(self) -> str:
        head = (
            f"seed {self.seed}: {self.raises} raises, {self.size} officials a town, "
            f"askable {self.askable}, all-clear {self.ends}, sleepers {self.sleepers:.0%}, "
            f"rate {self.rate}, calls {self.calls}"
        )
        return "\n".join([head, *(f"  {fault}" for fault in self.faults)])


_BEATS = ((0.04, 5.0), (0.12, 15.0), (1.0, 30.0))
"""Seldom a fine one: most of a storm's cost is in how often the engine is woken."""


def drawn(seed: int) -> Story:
    """The story of a seed."""
    count = 2 + int(6 * share(seed, "how many"))
    rate = 1.0 if share(seed, "rate") < 0.1 else None
    return Story(
        seed,
        faults=tuple(_fault(seed, number) for number in range(count)),
        askable=share(seed, "askable") < 0.7,
        ends=share(seed, "ends") < 0.2,
        beat=next(beat for limit, beat in _BEATS if share(seed, "beat") < limit),
        sleepers=0.06 if share(seed, "sleepy") < 0.15 else 0.02,
        rate=rate,
        calls=rate is None and share(seed, "calls") < 0.15,
    )


def _fault(seed: int, number: int) -> Fault:
    kinds = tuple(Kind)
    kind = kinds[int(len(kinds) * share(seed, "kind", number))]
    low, high = _SIZES.get(kind, (60, 1200) if kind in MOMENTS else (1, 1))
    size = int(low + (high - low) * share(seed, "size", number)) or 1
    span = {**dict.fromkeys(COMMITS, _COMMITS_OF_A_STORM),
            **dict.fromkeys(REQUESTS, _REQUESTS_OF_A_STORM)}.get(kind, LENGTH * 2 // 3)  # fmt: skip
    return Fault(kind, 1 + int(span * share(seed, "at", number)), size)


def shorter(story: Story) -> Iterator[Story]:
    """The story with a fault less, then with less of a storm."""
    for left_out in range(len(story.faults)):
        kept = story.faults[:left_out] + story.faults[left_out + 1 :]
        yield replace(story, faults=kept)
    if story.raises > 1:
        yield replace(story, raises=1)
        yield replace(story, raises=story.raises - 1)
    for size in (2, 6, 16):
        if size < story.size:
            yield replace(story, size=size)
    if story.ends:
        yield replace(story, ends=False)
    if story.calls:
        yield replace(story, calls=False)
