"""The documents that an index names: which of them one poll asks for, in which order, and what
becomes of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from xml.etree.ElementTree import Element

from fangxun.core.errors import N_, FeedFault
from fangxun.core.warning import Bulletin
from fangxun.feeds import http
from fangxun.feeds.base import FeedSettings
from fangxun.feeds.cap import index, xml
from fangxun.feeds.cap.document import Context, bulletin
from fangxun.feeds.cap.geometry import usable
from fangxun.feeds.cap.index import Item, Listing
from fangxun.feeds.cap.remember import Known, Trouble
from fangxun.text import _, say

MOST_DOCUMENTS = 60
"""So many documents are asked for in one poll; the next poll goes on."""
MOST_LOOKED_AGAIN = 5
"""So many unchanged documents are asked for again in each poll, by turns: some authorities rewrite
a document without telling the index."""
SHARE = 0.25
"""Of the poll's deadline, for one document: a slow one must not keep the others out."""
_WHY = 200


@dataclass(slots=True)
class Work:
    """What one poll has gathered so far."""

    settings: FeedSettings
    context: Context
    session: http.Session
    bulletins: list[Bulletin] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    """What is known of each document that the index names, the one that waits longest first."""
    left: int = 0
    """Documents that are new or changed, and were not reached."""
    read: int = 0
    """Documents that were read for the first time."""
    troubled: bool = False
    """Whether there was trouble before this poll, so that its end is news."""

    def documents(self, listing: Listing, before: dict[str, Known]) -> None:
        """Ask for those that are due, as long as each can have its share of the time."""
        named = {item.url for item in listing.items}
        self.known = {url: known for url, known in before.items() if url in named}
        self.troubled = any(known.trouble for known in before.values())
        items = [item for item in listing.items if self._followed(item)]
        line = self._line(items)
        for count, item in enumerate(line):
            short = self.session.over or (count and not self.session.room(SHARE))
            if short or count == MOST_DOCUMENTS:
                self.left = sum(self._is_news(item) for item in line[count:])
                break
            old = self.known.pop(item.url, None)  # whatever comes of it, it goes to the end
            self.known[item.url] = self._looked_at(item, old)
        if self.left:
            left = _("{count} documents are left for the next poll.")
            self.notes.append(left.format(count=self.left))

    def _line(self, items: list[Item]) -> list[Item]:
        """In which order documents are asked for.

        1. Those never asked for, the newest first.
        2. Those whose stamp has changed, and those to be looked at again, in turn: what did not
           come, what the index gives no stamp for, and a few of the others. Of each the one that
           has waited longest first, so that none waits for ever.
        """
        named = {item.url: item for item in items}
        waiting = [named[url] for url in self.known if url in named]
        changed = [item for item in waiting if self._is_news(item)]
        again = self._again([item for item in waiting if not self._is_news(item)])
        in_turn = chain.from_iterable(zip_longest(changed, again))
        return [
            *(item for item in items if item.url not in self.known),
            *(item for item in in_turn if item is not None),
        ]

    def _again(self, waiting: list[Item]) -> Iterator[Item]:
        spare = MOST_LOOKED_AGAIN
        for item in waiting:
            due = not item.stamp or self.known[item.url].trouble in _ASKED_AGAIN
            if due or spare:
                spare -= not due
                yield item

    def _is_news(self, item: Item) -> bool:
        """Whether the index names a version that was never asked for."""
        known = self.known.get(item.url)
        return known is None or (known.stamp != item.stamp and known.trouble not in _ASKED_AGAIN)

    def _followed(self, item: Item) -> bool:
        """Whether its host is allowed; noted once where it is not."""
        old = self.known.get(item.url)
        if http.may_follow(item.url, self.settings.url, self.settings.allow_hosts):
            if old is not None and old.trouble is Trouble.ELSEWHERE:
                del self.known[item.url]
            return True
        why = _(
            "{url} lies elsewhere and is not followed; name its host in allow_hosts to read it."
        ).format(url=item.url[:_WHY])
        if old is None:
            self.notes.append(why)
        self.known[item.url] = Known(stamp=item.stamp, trouble=Trouble.ELSEWHERE, why=why)
        return False

    def _looked_at(self, item: Item, old: Known | None) -> Known:
        """What is known of a document after it was asked for; whatever is wrong with it is its own
        fault and costs no other."""
        known = old or Known()
        try:
            with self.session.share(SHARE):
                got = self.session.get(item.url, etag=known.etag, last_modified=known.last_modified)
        except http.NotCome as fault:
            return self._troubled(item, known, Trouble.LATE, say(fault))
        except FeedFault as fault:
            return self._troubled(item, known, Trouble.REFUSED, say(fault))
        except Exception as error:  # noqa: BLE001  told as the document's trouble
            return self._troubled(
                item, known, Trouble.REFUSED, f"{http.shown(item.url)}: {error!r}"
            )
        known = replace(
            known, stamp=item.stamp, etag=got.etag or (known.etag if got.unchanged else ""),
            last_modified=got.last_modified or (known.last_modified if got.unchanged else ""),
        )  # fmt: skip
        if known.trouble in _ASKED_AGAIN:
            known = replace(known, trouble=Trouble.NONE, why="")
        digest = known.digest if got.unchanged else hashlib.sha256(got.body).hexdigest()
        if digest == known.digest:
            return known
        self.read += old is None or not old.digest
        return self._taken(item, got.body, replace(known, digest=digest))

    def _taken(self, item: Item, body: bytes, known: Known) -> Known:
        """A document that came anew."""
        try:
            alerts = index.read(xml.parse(body), "").alerts
            found = self.take(alerts) if alerts else _no_alert()
        except FeedFault as fault:
            return self._troubled(item, known, Trouble.BAD, f"{http.shown(item.url)}: {say(fault)}")
        except Exception as error:  # noqa: BLE001  told as the document's trouble
            return self._troubled(item, known, Trouble.BAD, f"{http.shown(item.url)}: {error!r}")
        return replace(
            known, keys=found.keys, live=found.live, placed=found.placed, trouble=found.trouble,
            why=found.why,
        )  # fmt: skip

    def _troubled(self, item: Item, known: Known, trouble: Trouble, why: str) -> Known:
        """A look that failed. Where we know the version that the index names, nothing is lost."""
        why = why[:_WHY]
        if trouble is not Trouble.BAD and known.digest and item.stamp == known.stamp != "":
            return known
        if trouble is not Trouble.LATE and (known.trouble, known.why) != (trouble, why):
            self.notes.append(why)
        if Trouble.BAD in {trouble, known.trouble}:
            known = replace(known, keys=(), live=0, placed=False)
        if known.trouble is Trouble.BAD:  # what it was does not tell what it will be
            known = replace(known, digest="", etag="", last_modified="")
        return replace(known, stamp=item.stamp, trouble=trouble, why=why)

    def take(self, alerts: Iterable[Element]) -> Known:
        """Read alerts; what they come to is told as of a document. One that cannot be read costs no
        other."""
        found: list[Bulletin] = []
        why = ""
        for alert in alerts:
            try:
                found.append(bulletin(alert, self.context))
            except Exception as error:  # noqa: BLE001  told as the document's trouble
                why = f"{error!r}"[:_WHY]
                self.notes.append(why)
        self.bulletins += found
        live = [one for one in found if not one.all_clear]
        return Known(
            keys=tuple((one.sender, one.identifier) for one in found),
            live=len(live),
            placed=any(usable(target) for one in live for target in one.targets),
            trouble=Trouble.BAD if why else Trouble.NONE,
            why=why,
        )


def _no_alert() -> Known:
    raise FeedFault(N_("It holds no CAP alert."))


_ASKED_AGAIN = frozenset({Trouble.LATE, Trouble.REFUSED})
