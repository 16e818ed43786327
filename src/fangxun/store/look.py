"""One look at the database that several readings of a thread share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Looks(threading.local, Generic[T]):
    """The look of each thread that shares one: taken by the first reading, given up by the next
    write, so that what is read after that is what was written."""

    def __init__(self) -> None:
        """Nobody shares one yet."""
        self.shared = False
        self._taken: T | None = None
        self._held = ExitStack()

    @contextmanager
    def share(self) -> Iterator[None]:
        """The readings within share their look; within another sharing, that one's."""
        outermost, self.shared = not self.shared, True
        try:
            yield
        finally:
            if outermost:
                self.shared = False
                self.give_up()

    @contextmanager
    def taken(self, take: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
        """The look as it is, or one that is taken now; after an error it is used no more."""
        try:
            if self._taken is None:
                self._taken = self._held.enter_context(take())
            yield self._taken
        except BaseException:
            self.give_up()
            raise

    def give_up(self) -> None:
        """The next reading looks anew."""
        self._taken = None
        self._held.close()
