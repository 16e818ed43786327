"""A calendar file -> what it says of a roster; one event is one person's, or one group's, shift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from fangxun.core import icalendar
from fangxun.core.district import District
from fangxun.core.errors import N_, Fault
from fangxun.core.icalendar import Event
from fangxun.core.roster import Post
from fangxun.core.timeline import local_days
from fangxun.district import cells
from fangxun.district.faults import Amiss
from fangxun.sheet.claims import Asked, Claims
from fangxun.sheet.grid import Cell
from fangxun.sheet.headings import Heading, Kind, heading, section_of
from fangxun.sheet.layout import Column
from fangxun.sheet.month import Slot
from fangxun.sheet.names import Directory, Hints, read_names
from fangxun.sheet.posts import Posts

POST, DAY, SECTION, PEOPLE = (f"X-FANGXUN-{word}" for word in ("POST", "DAY", "SECTION", "PEOPLE"))
"""What an event of ours says for ourselves, beside its words for people."""


def read_calendar(text: str, district: District, asked: Asked, file: str) -> Claims:
    """Everything that the events of a calendar say; each fault with its line."""
    claims = Claims()
    zone = district.roster.zone
    calendar, faults = icalendar.read(text, zone=zone)
    claims.faults += [Fault(f"{file}: {f.where}", f.template, f.fields) for f in faults]
    posts, people = Posts(district, asked.meant), Directory(district.people, asked.meant)
    unit = asked.unit or posts.only_unit()
    for event in calendar.events:
        where = f"{file}: line {event.line}"
        if event.cancelled:
            continue
        try:
            post, who = _ours(event, district) or _theirs(event, posts, people, unit)
            slots = _slots(event, post, zone)
        except Amiss as amiss:
            claims.amiss(Cell(where, cells.shown(event.summary)), amiss)
            continue
        for slot in slots:
            if not asked.month.month or slot.day.month == asked.month.month:
                claims.said(slot, where, who)
    return claims


def _ours(event: Event, district: District) -> tuple[Post, tuple[str, ...]] | None:
    """The post and people of an event that we wrote; None for one of another program."""
    extra = dict(event.extra)
    post = next((p for p in district.roster.posts if p.id == extra.get(POST)), None)
    known = {person.id for person in district.people}
    who = tuple(extra.get(PEOPLE, "").split())
    if post is None or not who:
        return None
    if not set(who) <= known:
        message = N_("“{value}” is nobody in people.csv; expected their ids")
        raise Amiss(message, value=cells.shown(" ".join(who)))
    return post, who


def _theirs(
    event: Event, posts: Posts, people: Directory, unit: str
) -> tuple[Post, tuple[str, ...]]:
    """The same of "主班：张三", "张三 主班" or "张三（主班）"."""
    said = cells.plain(event.summary).replace(":", " ").replace("(", " ").replace(")", " ")
    words = said.split()
    for at, word in ((0, words[0]), (-1, words[-1])) if len(words) > 1 else ():
        found = heading(word) or Heading(Kind.POST, word)
        column = Column(0, found, word, "")
        try:
            post, _sections = posts.meant(column, unit, "")
        except Amiss:
            continue
        rest = words[1:] if at == 0 else words[:-1]
        return post, read_names(" ".join(rest), people, Hints())
    message = N_("“{value}” names no post of the unit and a person; expected as 主班：张三")
    raise Amiss(message, value=cells.shown(event.summary))


def _slots(event: Event, post: Post, zone: str) -> Sequence[Slot]:
    """The slots of an event: those that it says, else the days and the section that it begins
    with."""
    extra = dict(event.extra)
    if extra.get(POST) == post.id and extra.get(DAY):
        return (Slot(cells.day(extra[DAY]), post.id, extra.get(SECTION, "")),)
    local = ZoneInfo(zone)
    begins = event.span.start.astimezone(local)
    part = "" if event.all_day else f"{begins:%H:%M}"
    if not part or len(post.sections) == 1:
        sections = tuple(section.name for section in post.sections)
    else:
        section = section_of(post, part)
        if section is None:
            raise Amiss(
                N_("no section of {post} begins at {value}; they begin at: {known}"),
                post=post.id,
                value=part,
                known=", ".join(f"{one.start:%H:%M}" for one in post.sections),
            )
        sections = (section.name,)
    return tuple(Slot(day, post.id, one) for day in _days(event, local) for one in sections)


def _days(event: Event, zone: ZoneInfo) -> Iterator[date]:
    """The duty days of an event: the one on which it begins, and each further whole one."""
    days = tuple(local_days(event.span, zone))
    begins = event.span.start.astimezone(zone)
    for number, day in enumerate(days):
        whole = event.all_day or number == 0
        end = event.span.end.astimezone(zone)
        if whole or (day < end.date()) or (day == end.date() and end.time() > begins.time()):
            yield day
