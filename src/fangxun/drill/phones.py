"""What the phones of a drill must have got: the right words, and the journal's head.

The other checks read the store; these read what left. A page that is confirmed is worth nothing
where its text named another town.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from fangxun.core.errors import N_
from fangxun.core.handover import HEAD_DIGITS
from fangxun.core.journal import Event
from fangxun.core.page import Page, PageKind
from fangxun.core.roster import Role
from fangxun.drill.run import Outcome, Sent
from fangxun.drill.violation import Violation, violation
from fangxun.engine.view import Maps, maps_of
from fangxun.text.templates import templates

HEADS_WITHIN = timedelta(hours=25)
"""The journal's head leaves daily; an hour more, since it is tried again hourly."""
_NAMED = (("person", "person"), ("place", "place"), ("gauge", "gauge"), ("post", "post"))
_AS_IT_IS = ("feed", "gateway")


def right_words(outcome: Outcome) -> Iterator[Violation]:
    """Each text names the place and level of each page that it is for, or what its alarm is about;
    a list that was shortened names at least the first."""
    maps = maps_of(outcome.district)
    pages = {page.id: page for page in outcome.pages}
    covers = {attempt.id: attempt.pages for attempt in outcome.attempts}
    for sent in outcome.sent:
        of = [pages[number] for number in covers.get(sent.order.attempt, ())]
        for page in of[:1] if "…" in sent.order.text else of:
            wanted = _words(outcome, maps, page, sent)
            if not all(word in sent.order.text for word in wanted):
                yield violation(
                    N_("the text of page {page} to {person} does not say {wanted}: {text}"),
                    page=page.id, person=sent.person, wanted=", ".join(wanted),
                    text=sent.order.text,
                )  # fmt: skip


def _words(outcome: Outcome, maps: Maps, page: Page, sent: Sent) -> list[str]:
    """What the text for a page must say to this reader."""
    if page.kind is PageKind.ALARM:
        details = dict(page.details)
        about = [maps.names.get(f"{kind}/{details.get(key)}", "") for key, kind in _NAMED]
        about += [str(details.get(key) or "") for key in _AS_IT_IS]
        return [name for name in about if name][:1]
    if page.place is None:
        return []
    reader = maps.people.get(sent.person)
    language = (reader.language if reader else "") or outcome.district.language
    level = templates(language)[f"level_{page.level.value}"]
    return [maps.names[f"place/{page.place}"], level]


def hand_overs(outcome: Outcome) -> Iterator[Violation]:
    """Whoever takes over as a leader gets the journal's head within the minute."""
    leaders = {post.id for post in outcome.district.roster.posts if post.role is Role.LEADER}
    for line in outcome.lines:
        entry = line.entry
        if entry.event is not Event.HANDOVER or entry.subject.partition("/")[2] not in leaders:
            continue
        person = str(dict(entry.data)["incoming"])
        until = entry.at + timedelta(minutes=1)
        if not any(
            sent.person == person and entry.at <= sent.at <= until and _head_in(outcome, sent)
            for sent in outcome.sent
        ):
            yield violation(
                N_("{person} took over {post} and was told nothing of the journal's head"),
                person=person, post=entry.subject,
            )  # fmt: skip


def heads_left(outcome: Outcome) -> Iterator[Violation]:
    """A true head of the journal is on somebody's phone at least daily."""
    left = sorted(sent.at for sent in outcome.sent if _head_in(outcome, sent))
    times = [line.entry.at for line in outcome.lines]
    for before, after in pairwise([min(times), *left, max(times)] if times else []):
        if after - before > HEADS_WITHIN:
            yield violation(
                N_("no head of the journal left the machine from {start} to {end}"),
                start=before.isoformat(), end=after.isoformat(),
            )  # fmt: skip


def _head_in(outcome: Outcome, sent: Sent) -> bool:
    """Whether a text holds count and hash of a line that the journal really has."""
    return any(
        line.mac[:HEAD_DIGITS] in sent.order.text and str(line.seq) in sent.order.text
        for line in outcome.anchors
    )
