"""One CAP alert -> a Bulletin. Lenient: the schema is lint, never a gate; what is odd is flagged.

Elements are looked up by name, so that order and namespace (CAP 1.1, 1.2) do not matter.
`senderName` is a person and is not kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from xml.etree.ElementTree import Element, tostring
from zoneinfo import ZoneInfo

from fangxun.core.level import Level
from fangxun.core.warning import Bulletin, MessageType, Reference, Status, Target
from fangxun.feeds import dates
from fangxun.feeds.cap import words
from fangxun.feeds.cap.geometry import MOST_TARGETS, targets
from fangxun.feeds.cap.xml import children, text

MOST_INFOS = 100
MOST_REFERENCES = 500
_COLOUR_PARAMETERS = frozenset({"awareness_level", "colour", "color", "colorcode", "预警级别"})
_OVER = frozenset({"ended", "cancelled", "canceled", "expired", "all clear", "allclear"})
_ACTIVE = frozenset({"active", "in_effect", "updated", "issued", "continued"})
_REFERENCE_PARTS = 3
E = TypeVar("E", MessageType, Status)


@dataclass(frozen=True, slots=True)
class Context:
    """What a document does not say itself: its feed, the language wanted, and the zone of times
    that are written without one."""

    feed: str
    language: str
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class _Info:
    """One <info> as read."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str
    urgency: str
    responses: frozenset[str]
    states: frozenset[str]
    level: Level
    onset: datetime | None
    expires: datetime | None
    targets: tuple[Target, ...]
    flags: frozenset[str]


def bulletin(alert: Element, context: Context) -> Bulletin:
    """The message of an <alert>, whatever is odd about it."""
    flags: set[str] = set()
    identifier, sender = _identity(alert, flags)
    sent = _date(text(alert, "sent"), context.zone, flags)
    kind = _member(MessageType, text(alert, "msgType"), MessageType.ALERT, flags, "bad-msgType")
    infos = tuple(_info(info, context.zone) for info in list(children(alert, "info"))[:MOST_INFOS])
    clear = all_clear(kind, infos)
    chosen = _chosen(infos, context.language)
    standing = chosen if clear else tuple(i for i in chosen if not _ended(i, kind)) or chosen
    main = max(standing, key=lambda info: info.level.rank, default=None)
    for info in standing:
        flags |= info.flags
    if main is not None and main.level is Level.UNKNOWN and not clear:
        flags.add("no-level")
    if main is None:
        flags.add("no-info")
    return Bulletin(
        feed=context.feed,
        sender=sender,
        identifier=identifier,
        sent=sent,
        status=_status(text(alert, "status"), flags),
        message_type=kind,
        hazard=words.hazard([*(i.event for i in infos), *(i.headline for i in infos)]),
        event=main.event if main else "",
        level=main.level if main else Level.UNKNOWN,
        headline=main.headline or main.event if main else "",
        description=main.description if main else text(alert, "note", most=1000),
        instruction=main.instruction if main else "",
        onset=_earliest(info.onset for info in standing),
        expires=_latest([info.expires for info in standing]),
        references=_references(alert, sender, identifier, flags),
        targets=_together(target for info in standing for target in info.targets),
        all_clear=clear,
        flags=tuple(sorted(flags)),
    )


def all_clear(kind: MessageType, infos: Iterable[_Info]) -> bool:
    """Whether a message takes a warning back: the one place that decides it.

    1. A Cancel does, whatever severity it still carries.
    2. So does a message all of whose <info> of one language have ended: by an AllClear response,
       by urgency Past in an Update, by a status parameter of their area, by the headline's words,
       or by expiring no later than they begin.

    Leaving the feed, and plain expiry, are for core.warning to judge: they need `now`.
    """
    if kind is MessageType.CANCEL:
        return True
    by_language: dict[str, list[_Info]] = {}
    for info in infos:
        by_language.setdefault(info.language, []).append(info)
    return any(all(_ended(info, kind) for info in group) for group in by_language.values())


def _ended(info: _Info, kind: MessageType) -> bool:
    if "allclear" in info.responses:
        return True
    if info.urgency == "past" and kind is MessageType.UPDATE:
        return True
    if info.states & _OVER and not info.states & _ACTIVE:
        return True
    if words.says_ended(info.headline):
        return True
    return info.expires is not None and info.onset is not None and info.expires <= info.onset


def _info(info: Element, zone: ZoneInfo | None) -> _Info:
    flags: set[str] = set()
    areas, odd = targets(info)
    flags |= odd
    parameters = [
        (text(p, "valueName", most=200).lower(), text(p, "value", most=200).lower())
        for p in [*children(info, "parameter"), *_area_parameters(info)]
    ]
    headline = text(info, "headline", most=500)
    begins = text(info, "onset") or text(info, "effective")
    return _Info(
        language=text(info, "language", most=20).lower(),
        event=text(info, "event", most=200),
        headline=headline,
        description=text(info, "description"),
        instruction=text(info, "instruction"),
        urgency=text(info, "urgency", most=40).lower(),
        responses=frozenset(
            "".join(r.itertext()).strip().lower() for r in children(info, "responseType")
        ),
        states=frozenset(value for name, value in parameters if name.endswith("status")),
        level=_level(text(info, "severity", most=40), headline, parameters, flags),
        onset=_date(begins, zone, flags),
        expires=_date(text(info, "expires"), zone, flags),
        targets=areas,
        flags=frozenset(flags),
    )


def _area_parameters(info: Element) -> list[Element]:
    """Some authorities write an area's status as a parameter or geocode of the area."""
    return [
        item
        for area in children(info, "area")
        for name in ("parameter", "geocode")
        for item in children(area, name)
        if text(item, "valueName", most=200).lower().endswith("status")
    ]


def _level(
    severity: str, headline: str, parameters: list[tuple[str, str]], flags: set[str]
) -> Level:
    """The colour that the headline names, else a colour parameter, else the severity's."""
    by_severity = words.SEVERITIES.get(severity.lower())
    by_colour = words.colour(headline)
    if by_colour is None:
        for name, value in parameters:
            if name in _COLOUR_PARAMETERS:
                by_colour = words.colour(f"warning {value.replace(';', ' warning ')} warning")
    if by_colour and by_severity and by_colour is not by_severity:
        flags.add("colour-differs")
    return by_colour or by_severity or Level.UNKNOWN


def _chosen(infos: tuple[_Info, ...], language: str) -> tuple[_Info, ...]:
    """The <info> blocks in the language wanted, else in English, else in the first one's."""
    order = [language[:2].lower(), "en"]
    for wanted in order:
        group = tuple(i for i in infos if i.language.startswith(wanted))
        if group:
            return group
    return tuple(i for i in infos if i.language == infos[0].language)


def _identity(alert: Element, flags: set[str]) -> tuple[str, str]:
    identifier = text(alert, "identifier", most=300)
    sender = text(alert, "sender", most=300)
    if not sender:
        flags.add("no-sender")
    if not identifier:
        flags.add("no-identifier")
        identifier = f"sha256:{hashlib.sha256(tostring(alert)).hexdigest()}"
    return identifier, sender


def _references(
    alert: Element, sender: str, identifier: str, flags: set[str]
) -> tuple[Reference, ...]:
    """What a message refers to, without itself: some updates name themselves."""
    written = text(alert, "references", most=100_000)
    pieces = [written] if written.count(",") == _REFERENCE_PARTS - 1 else re.split(r"\s+", written)
    found: list[Reference] = []
    for piece in pieces[:MOST_REFERENCES]:
        parts = [part.strip() for part in piece.split(",")]
        if len(parts) < _REFERENCE_PARTS - 1 or not parts[1]:
            if piece:
                flags.add("bad-references")
            continue
        # Senders may hold commas; identifier and time do not.
        whole = len(parts) >= _REFERENCE_PARTS
        name = ",".join(parts[:-2]) if whole else parts[0]
        named = parts[-2] if whole else parts[1]
        if (name, named) == (sender, identifier):
            flags.add("self-reference")
        else:
            found.append(Reference(name, named))
    return tuple(dict.fromkeys(found))


def _status(written: str, flags: set[str]) -> Status:
    """A missing status is taken as Actual, for a warning too many beats one too few; one that CAP
    does not know is a test."""
    if not written:
        flags.add("no-status")
        return Status.ACTUAL
    return _member(Status, written, Status.TEST, flags, "bad-status")


def _member(kind: type[E], written: str, other: E, flags: set[str], flag: str) -> E:
    for member in kind:
        if member.value.lower() == written.lower():
            return member
    flags.add(flag)
    return other


def _date(written: str, zone: ZoneInfo | None, flags: set[str]) -> datetime | None:
    instant, flag = dates.parse(written, zone)
    if flag:
        flags.add(flag)
    return instant


def _earliest(instants: Iterable[datetime | None]) -> datetime | None:
    return min((i for i in instants if i is not None), default=None)


def _latest(instants: list[datetime | None]) -> datetime | None:
    """The last end; none where one of several has none, for that one goes on."""
    known = [i for i in instants if i is not None]
    return max(known) if known and len(known) == len(instants) else None


def _together(areas: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(dict.fromkeys(areas))[:MOST_TARGETS]
