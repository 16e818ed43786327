"""What a page is about, in words: on every screen that shows pages the same."""

from __future__ import annotations

from fangxun.cli import times
from fangxun.core import message
from fangxun.core.exercise import TO_HIMSELF, exercise_of
from fangxun.core.page import Page, PageKind
from fangxun.core.spotcheck import posts_of
from fangxun.engine.fields import fields_of
from fangxun.engine.texts import alarm_kind
from fangxun.engine.view import View
from fangxun.text import _, spoken
from fangxun.text.templates import templates

BRIEF = 60
"""Characters of a text in a table."""


def heads() -> tuple[str, ...]:
    """The columns of `row`."""
    return (
        _("page"), _("state"), _("level"), _("who"), _("what"), _("since"), _("confirmed"),
    )  # fmt: skip


def row(seen: View, item: Page) -> tuple[str, ...]:
    """One page as a line of a table."""
    zone = seen.district.roster.zone
    confirmed = ""
    if item.confirmed_by:
        how = _(item.how.value) if item.how else ""
        confirmed = (
            f"{seen.person_name(item.confirmed_by)} ({how}) {times.shown(item.ended_at, zone)}"
        )
    return (
        str(item.id),
        _(item.state.value),
        level(item),
        whose(seen, item),
        message.clean(about(seen, item), most=BRIEF),
        times.shown(item.opened_at, zone),
        confirmed,
    )


def level(item: Page) -> str:
    """The level that a page is for; one that a person sent by hand has none, and no place is at an
    exercise's, spot check's or reminder's."""
    unreal = item.by_hand or item.kind in TO_HIMSELF
    return "-" if unreal else _(item.level.value)


def whose(seen: View, item: Page) -> str:
    """Whose page it is; an alarm is the watch's."""
    return seen.person_name(item.person) if item.person else _("the watch")


def about(seen: View, item: Page) -> str:
    """The place that a page is for, the words that somebody sent, or what an alarm says; of an
    exercise first that it is one, and which; of a spot check the posts; the watch that a reminder
    is about."""
    if item.kind is PageKind.ALARM:
        return _first(alarm_text(seen, item))
    if item.kind is PageKind.EXERCISE:
        said = fields_of(seen, templates(spoken()), item, {})["text"]
        return _("exercise {number}: {text}").format(number=exercise_of(item), text=said)
    if item.kind is PageKind.REMINDER:
        return _("next on {post} from {start}").format(**fields_of(seen, {}, item, {}))
    if item.kind is PageKind.SPOT_CHECK:
        return ", ".join(map(seen.post_name, posts_of(item)))
    return seen.name_of(item.place) if item.place else item.cause


def alarm_text(seen: View, item: Page) -> str:
    """An alarm's text as it goes out where nobody can reply, in the language of this process."""
    words = templates(spoken())
    return message.render(
        words[f"alarm_{alarm_kind(item)}_oneway"], fields_of(seen, words, item, {}), most=9
    )


def _first(text: str) -> str:
    """The first sentence, without the word for an alarm before it."""
    said = text.partition(":")[2].strip() or text
    return said.partition("。")[0].partition(". ")[0]
