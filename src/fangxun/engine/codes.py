"""By which code each contact is told of a page: small numbers that every phone counts for itself.

What can still be answered from one phone has different codes, whoever of its owners was told: a
reply comes from a number. So people who share a number share the sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from fangxun.core import reply
from fangxun.core.escalation import Draft
from fangxun.engine.view import View
from fangxun.store.codes import Ledger, Told

Look = Callable[[Collection[Told], Iterable[str]], Ledger]
"""What the store has for some who are to be told, and of these people; see `store.codes.ledger`."""


class Codes:
    """The codes of those who are told in one transaction. Looked up when the first text names one:
    most that is said by telephone or on the terminal names none."""

    def __init__(self, view: View, told: Iterable[Told], look: Look) -> None:
        """`told`: all for whom a text may ask."""
        self._view, self._told, self._look = view, set(told), look
        self._ledger: Ledger | None = None
        self._given = 0
        self.fresh: list[tuple[Told, int]] = []
        """Those given here, in their order, for `store.codes.give`."""

    def of(self, draft: Draft) -> str:
        """The code by which its contact is told of its page: the one that he was told before, but
        where an edit of numbers has brought it together with another page's on one phone."""
        ledger = self._known()
        told = draft.page, draft.contact
        near = self._sharing(draft.contact)
        code = ledger.own.get(told)
        if code is not None:
            if sum(ledger.answerable[one][code] for one in near) <= 1:
                return str(code)
            ledger.answerable[draft.contact][code] -= 1
        taken = {c for one in near for c, pages in ledger.answerable[one].items() if pages}
        given: dict[int, int] = {}
        for one in near:
            for c, at in ledger.given[one].items():
                given[c] = max(at, given.get(c, 0))
        return str(self._give(told, reply.next_code(taken, given)))

    def _give(self, told: Told, code: int) -> int:
        ledger, contact = self._known(), told[1]
        self._given += 1
        ledger.own[told] = code
        ledger.answerable[contact][code] += 1
        ledger.given[contact][code] = self._given
        self.fresh.append((told, code))
        return code

    def _known(self) -> Ledger:
        if self._ledger is None:
            people = {who for _page, contact in self._told for who in self._sharing(contact)}
            self._ledger = self._look(self._told, people)
            last = (max(codes.values(), default=0) for codes in self._ledger.given.values())
            self._given = max(last, default=0)
        return self._ledger

    def _sharing(self, contact: str) -> list[str]:
        """He, and all who have a number of his."""
        person = self._view.people.get(contact)
        phones = person.phones if person is not None else ()
        owners = (self._view.maps.owners.get(phone.number, ()) for phone in phones)
        return list(dict.fromkeys([contact, *(who for of in owners for who in of)]))
