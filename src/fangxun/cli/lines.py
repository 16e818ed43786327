"""A line of the journal in words: names for ids, the room's clock, phrases for data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fangxun.cli import times
from fangxun.core import message
from fangxun.core.exercise import TO_HIMSELF
from fangxun.core.journal import Entry, Event
from fangxun.core.page import PageKind
from fangxun.engine.view import View
from fangxun.store import pages as page_store
from fangxun.store.base import Tx
from fangxun.text import _, spoken
from fangxun.text.codes import OURS
from fangxun.text.retold import retold
from fangxun.text.templates import templates


@dataclass(frozen=True, slots=True)
class Known:
    """What a line is told with: the room's zone, names by "kind/id", and of pages by number whose
    they are and for what."""

    zone: str = "UTC"
    called: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[int, str] = field(default_factory=dict)


def known(tx: Tx, seen: View | None, entries: list[Entry]) -> Known:
    """What these lines need; while no district is in force, little is known."""
    if seen is None:
        return Known()
    numbers = {number for entry in entries for number in _pages_in(entry)}
    pages = {
        item.id: " ".join(
            part
            for part in (
                seen.person_name(item.person or ""),
                seen.name_of(item.place) if item.place and item.kind is PageKind.PAGE else "",
                _(item.kind.value) if item.kind in TO_HIMSELF else "",
            )
            if part
        )
        for item in page_store.get_many(tx, numbers)
    }
    return Known(seen.district.roster.zone, called(seen), pages)


def called(seen: View) -> dict[str, str]:
    """What people call everything that the journal can be about."""
    return {**seen.maps.names, f"district/{seen.district.id}": seen.district.name}


def _pages_in(entry: Entry) -> Iterator[int]:
    kind, _slash, number = entry.subject.partition("/")
    if kind == "page" and number.isdecimal():
        yield int(number)
    pages = dict(entry.data).get("pages")
    if isinstance(pages, list):
        yield from (int(page) for page in pages)


def told(entry: Entry, known: Known) -> str:
    """One line: what happened, to what, by whom, why, and what else is known of it."""
    actor = known.called.get(f"person/{entry.actor}", _(entry.actor))
    why = _why(entry, known)
    facts = _between().join(_facts(entry, known))
    parts = (_(entry.event.value), _subject(entry, known), f"[{actor}]", why, facts)
    return "  ".join(part for part in parts if part)


def _between() -> str:
    return "，" if spoken() == "zh_CN" else ", "


def _subject(entry: Entry, known: Known) -> str:
    kind, _slash, number = entry.subject.partition("/")
    called = known.called.get(entry.subject) or known.called.get(f"gauge/{number}")
    if called:
        return called
    if kind == "page" and number.isdecimal():
        return f"{_(kind)} {number} {known.pages.get(int(number), '')}".rstrip()
    if kind == "attempt":
        number = number[:8]
    return f"{_(kind)} {number}".strip()


def _why(entry: Entry, known: Known) -> str:
    """The reason as a phrase; of a level change with what it rests on."""
    data = dict(entry.data)
    reason = "" if entry.reason == entry.event.value else entry.reason
    reason = _REASONS.get((entry.event, reason), reason)
    said = retold(_(reason)) if reason else ""
    if entry.event is not Event.LEVEL_CHANGED:
        return message.clean(said, most=300)
    found = data.get("evidence")
    rests_on = [
        phrase
        for one in (found if isinstance(found, list) else [])
        if one.get("level") == data.get("level") and (phrase := evidence(one, known))
    ]
    return ": ".join(part for part in (said, _between().join(dict.fromkeys(rests_on))) if part)


_REASONS = {
    (Event.STEP_FIRED, "person"): "himself",
    (Event.POST_ACTIVATED, "level"): "level_reached",
    (Event.POST_RELEASED, "level"): "level_gone",
    (Event.NOTICE_QUEUED, "ok"): "",
    (Event.WARNING_RECEIVED, "Alert"): "",
    (Event.INCIDENT_OPENED, "opened"): "",
}
"""Where a reason's word means something else than elsewhere, or says nothing."""


def evidence(one: Mapping[str, object], known: Known) -> str:
    """Evidence as the journal keeps it: gauge, amount, window and limit; or the headline."""
    words = templates(spoken())
    source = str(one.get("source") or "")
    headline = known.called.get(f"person/{one.get('headline')}", str(one.get("headline") or ""))
    fields = {
        "source": known.called.get(f"gauge/{source}", source),
        "hours": _number(one.get("hours")),
        "amount": _number(one.get("amount")),
        "limit": _number(one.get("limit")),
        "headline": headline,
    }
    template = words.get(f"evidence_{one.get('kind')}")
    return message.render(template, fields, most=9) if template else ""


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else ""


_SILENT = {
    "key",
    "cause",
    "evidence",
    "copy_of",
    "blame",
    "ladder",
    "rung",
    "before",
    "pid",
    "attempt",
    "digest",
}
"""What the program needs of a line and a reader does not."""
_KINDS = {
    "person": (
        "person",
        "instead_of",
        "incoming",
        "told",
        "relayed_for",
        "approvers",
        "handler",
        "outgoing",
    ),
    "place": ("place", "area", "touches"),
    "post": ("post",),
    "gauge": ("missing", "gauge"),
    "unit": ("unit",),
}
"""Under which names the ids of each kind stand in an entry's data."""
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}
_LABELS = {"told": "who_was_told"}
"""Where a key is another word on other screens."""
_VERBATIM = {
    "text",
    "said",
    "how",
    "headline",
    "identifier",
    "account",
    "head",
    "code",
    "source",
    "result",
    "note",
}
"""What people or vendors have written."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")


def _facts(entry: Entry, known: Known) -> Iterator[str]:
    """What else is known, each with its word before it."""
    about = _subject(entry, known)
    for key, value in entry.data:
        if key in _SILENT or value in (None, "", [], {}):
            continue
        if key == "round" and not value:
            continue
        said = _value(key, value, known)
        if said and not (key in {"person", "place", "area"} and said in about):
            yield f"{_(_LABELS.get(key, key))} {said}"


def _value(key: str, value: object, known: Known) -> str:
    """One of an entry's data in words."""
    if isinstance(value, (list, tuple)):
        return " ".join(_value(key, item, known) for item in value)
    text = _plain(key, value)
    if key == "code" and text in OURS:
        return _(OURS[text]).rstrip(".。")
    if key in _VERBATIM:
        return message.clean(text, most=200)
    if _INSTANT.fullmatch(text):
        return times.minute(datetime.fromisoformat(text), known.zone)
    return known.called.get(f"{_KIND_OF.get(key, '')}/{text}", _(text))


def _plain(key: str, value: object) -> str:
    """A number or truth as people write it; the first step is step 1."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "step" and isinstance(value, int):
        return str(value + 1)
    if (key, value) == ("contact", "person"):
        return "himself"
    return f"{value:g}" if isinstance(value, float) else str(value)
