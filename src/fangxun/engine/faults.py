"""Barriers that a fault does not pass. One that comes back with every cycle is traced once in a
while, and fills no disk."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=10)
"""The same fault of the same part is logged once in so long."""


@dataclass(slots=True)
class _Told:
    said: str
    at: datetime
    since_then: int = 0


@dataclass(slots=True)
class Faults:
    """What was told of each part last; no truth, a restart tells it again. For many threads."""

    _told: dict[str, _Told] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def barrier(self, part: str, *, now: datetime, action: str) -> Barrier:
        """For `with`: what is raised within is told and goes no further."""
        return Barrier(self, part, now, action)

    def tell(self, part: str, error: Exception, *, now: datetime, action: str) -> bool:
        """Log a fault with its trace, unless the same one was logged lately; then it is counted.
        Tells whether it was logged."""
        said = f"{type(error).__name__}: {error}"
        with self._turn:
            told = self._told.get(part)
            if told is not None and told.said == said and abs(now - told.at) < AGAIN:
                told.since_then += 1
                return False
            before = told.since_then if told is not None else 0
            self._told[part] = _Told(said, now)
        log.error(
            "%s failed: %s (%d times more since it was logged last)", part, said, before,
            exc_info=error, extra={"action": action, "part": part},
        )  # fmt: skip
        return True


@dataclass(slots=True)
class Barrier:
    """`error` is what was raised within, None where nothing was."""

    faults: Faults
    part: str
    now: datetime
    action: str
    error: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = error
        self.faults.tell(self.part, error, now=self.now, action=self.action)
        return True
