"""What the people of a group of replies can answer: read at once, and kept at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from fangxun.core.page import Attempt, How, Page
from fangxun.engine import acknowledge
from fangxun.store import codes as code_store
from fangxun.store import outbox
from fangxun.store import pages as page_store
from fangxun.store.base import Tx

LATE = timedelta(days=1)
"""So long after its page has ended a code means nothing else than that page."""


class Answerable:
    """The pages that some people can answer, as they stand after the replies taken until now, by
    which codes they were told of them, and what was sent for them.

    A storm's replies come in hundreds, nearly all of them plain confirmations. Those are kept
    together by `keep`; before anything else is read or written, `settle` keeps them and forgets
    what was read.
    """

    def __init__(self, tx: Tx, people: Iterable[str], *, now: datetime) -> None:
        """`people` (by id): whose replies are to come, in this order."""
        self.tx, self._now = tx, now
        self._coming = list(people)
        self._of: dict[str, list[int]] = {}
        self._pages: dict[int, Page] = {}
        self._codes: dict[str, dict[int, str]] = {}
        self._sent: dict[int, list[Attempt]] | None = None
        self._confirmed: dict[int, Page] = {}

    def pages(self, person: str) -> list[Page]:
        """Those that he can answer, by their numbers."""
        if person not in self._of:
            self._look(person)
        if person in self._coming:
            self._coming.remove(person)
        return [self._pages[number] for number in self._of[person]]

    def codes(self, person: str) -> Mapping[int, str]:
        """By page the code by which he was told of it: of those, and of what has ended lately."""
        self.pages(person)
        return self._codes.get(person, {})

    def sent(self, pages: Iterable[Page]) -> list[Attempt]:
        """The attempts that served these, each once. Few replies ask for them: a code says all."""
        if self._sent is None:
            self._sent = _by_page(outbox.of_page(self.tx, self._pages))
        known = self._sent
        return list({one.id: one for page in pages for one in known.get(page.id, ())}.values())

    def confirm(self, item: Page, *, by: str, said: str) -> None:
        """Confirm a page by somebody's reply, as it stands: where what he confirmed before it was
        unreached, the alarm about that has ended, which he may confirm by the same word."""
        present = self._pages.get(item.id) or page_store.get(self.tx, item.id)
        after = acknowledge.confirmed(
            self.tx, present, by=by, how=How.REPLY, said=said, now=self._now
        )
        if after != present:
            self._confirmed[after.id] = self._pages[after.id] = after
        if after.was_unreached:  # its alarm ends, which somebody else of these may answer
            self.settle()

    def keep(self) -> None:
        """Write what was confirmed."""
        if self._confirmed:
            acknowledge.keep(self.tx, list(self._confirmed.values()), now=self._now)
            self._confirmed = {}

    def settle(self) -> None:
        """Before anything else is read or written: the store has it all, and is read anew."""
        self.keep()
        self._of, self._pages, self._codes, self._sent = {}, {}, {}, None

    def _look(self, person: str) -> None:
        self.settle()
        people = {person, *self._coming}
        told = page_store.told_to(self.tx, people)
        self._of = {one: [page.id for page in told.get(one, ())] for one in people}
        self._pages = {page.id: page for pages in told.values() for page in pages}
        self._codes = code_store.meant(self.tx, people, since=self._now - LATE)


def _by_page(sent: Sequence[Attempt]) -> dict[int, list[Attempt]]:
    found: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in sent:
        for page_id in attempt.pages:
            found[page_id].append(attempt)
    return found
