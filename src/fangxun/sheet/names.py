"""A cell with names, as clerks fill it -> the people that it means, and nobody guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fangxun.core.errors import N_
from fangxun.core.responsibility import Person
from fangxun.district import cells
from fangxun.district.faults import Amiss
from fangxun.district.phones import read_phones

_PHONE = re.compile(r"\+?\d[\d\s()-]{5,22}\d")
_ASIDE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_BETWEEN = re.compile(r"[、,;/\n|]+")
_WITH_ID = re.compile(r"[^\s(),、;/]+ ?\(([a-z0-9][a-z0-9_-]*)\)")
"""As we write somebody whose name is not his alone: 张三(zhang-san)."""
_NOBODY = frozenset({"", "-", "--", "—", "/", "无", "空", "none", "n/a"})
_REMARKS = re.compile(r":|手机|电话|座机|短号|tel", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hints:
    """What stands beside a name and may say which of two people it is: numbers, titles."""

    phones: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()

    def with_(self, phones: Iterable[str], titles: Iterable[str]) -> Hints:
        """These and more."""
        return Hints(self.phones.union(phones), self.titles.union(titles))


class Directory:
    """Everybody by name and id, and who was meant by names that the caller was asked about."""

    def __init__(self, people: Sequence[Person], meant: Mapping[str, str]) -> None:
        """`meant`: a name as it stands in the table -> a person's id."""
        self._by_id = {person.id: person for person in people}
        self._by_name: dict[str, list[Person]] = {}
        for person in people:
            self._by_name.setdefault(_joined(person.name), []).append(person)
        self._meant = {_joined(name): id_ for name, id_ in meant.items()}
        self._titles = {_joined(person.title) for person in people if person.title}

    def known(self, word: str) -> bool:
        """Whether somebody is called so."""
        return word in self._by_name or word in self._meant or word in self._by_id

    def has(self, id_: str) -> bool:
        """Whether it is somebody's id."""
        return id_ in self._by_id

    def is_title(self, word: str) -> bool:
        """Whether a word is somebody's title, or most of one."""
        return any(word and (word in title or title in word) for title in self._titles)

    def person(self, word: str, hints: Hints) -> str:
        """The id of the one person who is meant. Amiss where nobody is called so, and with the
        candidates where several are and neither a number nor a title beside the name decides."""
        if word in self._meant:
            return self._meant[word]
        if word in self._by_id:
            return word
        bearers = self._by_name.get(word, [])
        if not bearers:
            raise Amiss(
                N_(
                    "“{value}” is nobody in people.csv; add them, or say who is meant: --as "
                    "{value}=ID"
                ),
                value=cells.shown(word),
            )
        for fits in (_by_number(bearers, hints), _by_title(bearers, hints)):
            if len(bearers) > 1 and len(fits) == 1:
                return fits[0].id
        if len(bearers) > 1:
            raise Amiss(
                N_("“{value}” is the name of several people; say who: {choices}"),
                value=word,
                choices=", ".join(f"--as {word}={one.id} ({one.unit})" for one in bearers),
            )
        return bearers[0].id

    def owner_elsewhere(self, person: str, numbers: Iterable[str]) -> str:
        """The id of somebody else whose number stands beside a person's name; "" where none."""
        for number in numbers:
            owners = [one.id for one in self._by_id.values() if number in _numbers(one)]
            if owners and person not in owners:
                return owners[0]
        return ""


def _joined(word: str) -> str:
    return "".join(cells.plain(word).split())


def _numbers(person: Person) -> set[str]:
    return {phone.number for phone in person.phones}


def _by_number(bearers: Sequence[Person], hints: Hints) -> list[Person]:
    return [one for one in bearers if hints.phones & _numbers(one)]


def _by_title(bearers: Sequence[Person], hints: Hints) -> list[Person]:
    return [one for one in bearers if one.title and _joined(one.title) in hints.titles]


def phones_in(text: str) -> frozenset[str]:
    """The numbers in a cell, in E.164; what is none is nobody's number and says nothing."""
    found: set[str] = set()
    for match in _PHONE.finditer(cells.plain(text)):
        try:
            found.update(phone.number for phone in read_phones(match[0]).phones)
        except Amiss:
            continue
    return frozenset(found)


def read_names(text: str, directory: Directory, beside: Hints) -> tuple[str, ...]:
    """The ids of the people in a cell, in their order, each once.

    1. numbers and what stands in brackets are taken out, and kept as hints;
    2. the rest is cut at 、 , ; / and line ends;
    3. a piece is one name, with blanks in it or not, or several words: names and titles.

    A number or a title in a cell with one name is his; with several it says nothing of either.
    """
    plain = _WITH_ID.sub(lambda m: m[1] if directory.has(m[1]) else m[0], cells.plain(text))
    own = phones_in(plain)
    asides = [_joined(found[1]) for found in _ASIDE.finditer(_PHONE.sub(" ", plain))]
    rest = _ASIDE.sub(" ", _PHONE.sub(" ", plain))
    words: list[str] = []
    titles = [aside for aside in asides if aside]
    for piece in _BETWEEN.split(rest):
        names, others = _piece(piece, directory)
        words += names
        titles += others
    words = [word for word in dict.fromkeys(words) if word.casefold() not in _NOBODY]
    alone = len(words) == 1
    hints = beside.with_(own, titles) if alone else beside
    found = tuple(dict.fromkeys(directory.person(word, hints) for word in words))
    if alone:
        _refuse_other(words[0], found[0], directory, own)
    return found


def _refuse_other(word: str, person: str, directory: Directory, numbers: Iterable[str]) -> None:
    other = directory.owner_elsewhere(person, numbers)
    if other:
        raise Amiss(
            N_("the number beside “{value}” is {other}'s in people.csv; which of them is meant?"),
            value=word, other=other,
        )  # fmt: skip


def _piece(piece: str, directory: Directory) -> tuple[list[str], list[str]]:
    """(names, titles) of a piece between separators."""
    if directory.known(_joined(piece)):
        return [_joined(piece)], []
    tokens = _REMARKS.sub(" ", piece).split()
    whole = "".join(tokens)
    if directory.known(whole) or len(tokens) < 2:  # noqa: PLR2004  one word is a name
        return _led(whole, directory)
    if any(directory.known(token) for token in tokens):
        names = [token for token in tokens if not directory.is_title(token)]
        return names, [token for token in tokens if directory.is_title(token)]
    return [whole], []


def _led(word: str, directory: Directory) -> tuple[list[str], list[str]]:
    """A name with a title grown on to it (张三副区长), or two joined by 和; else the word."""
    if directory.known(word):
        return [word], []
    both = word.split("和")
    if len(both) > 1 and all(directory.known(one) for one in both):
        return both, []
    for cut in range(len(word) - 1, 1, -1):
        for name, title in ((word[:cut], word[cut:]), (word[-cut:], word[:-cut])):
            if directory.known(name) and directory.is_title(title):
                return [name], [title]
    return [word], []
