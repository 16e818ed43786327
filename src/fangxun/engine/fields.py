"""What the texts may name of a page, an alarm or its evidence, in the words of the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from fangxun.core import message
from fangxun.core.assessment import Assessment, Evidence, EvidenceKind
from fangxun.core.page import Page, PageKind
from fangxun.core.plan import Group
from fangxun.engine.view import View


def again(words: Mapping[str, str], page: Page) -> str:
    """Tells a repeated round; without it the third text would be the same and be rejected."""
    return message.render(words["again"], {"times": page.round + 1}) if page.round else ""


def fields_of(
    view: View, words: Mapping[str, str], page: Page, levels: Mapping[str, Assessment]
) -> dict[str, object]:
    """What the templates may name of a page or an alarm, but for codes and links."""
    found = levels.get(page.place or "")
    fields: dict[str, object] = {
        "place": view.name_of(page.place) if page.place else view.district.name,
        "level": words[f"level_{page.level.value}"],
        "evidence": evidence(view, words, _for(page, found.evidence if found else ())),
        "person": view.person_name(page.person or ""),
        "text": page.cause,
        "unit": view.unit_name(page.person or ""),
        "again": again(words, page),
    }
    if page.kind in {PageKind.ALARM, PageKind.REMINDER}:
        fields |= _alarm_fields(view, words, page)
    if page.kind is PageKind.SPOT_CHECK:
        fields["end"] = local(view, datetime.fromisoformat(str(dict(page.details)["end"])))
    if page.kind is PageKind.EXERCISE and not page.cause:
        fields["text"] = message.render(words["exercise_text"], fields)
    return fields


def _for(page: Page, found: Sequence[Evidence]) -> Sequence[Evidence]:
    """What a page is about: only the duty room is called for a warning of a division above."""
    if page.group is None or page.group is Group.DUTY_ROOM:
        return found
    return [e for e in found if e.kind is not EvidenceKind.ANCESTOR_WARNING] or found


def _alarm_fields(view: View, words: Mapping[str, str], page: Page) -> dict[str, object]:
    """The fields that an alarm or a reminder was opened with, in the words of the reader."""
    fields: dict[str, object] = {
        ("code_" if key == "code" else key): value for key, value in page.details
    }
    say: Mapping[str, Callable[[str], str]] = {
        "person": view.person_name,
        "place": view.name_of,
        "gauge": view.gauge_name,
        "post": view.post_name,
        "channel": lambda value: words[f"by_{value}"],
        "group": lambda value: words[f"group_{value}"],
        "measure": lambda value: words[f"measure_{value}"],
        "part": lambda value: words.get(f"part_{value}", value),
        "code_": lambda value: words.get(f"code_{value}", value) or words["code_none"],
        "level": lambda value: words[f"level_{value}"],
        **dict.fromkeys(
            ("since", "start", "end", "at"),
            lambda value: local(view, datetime.fromisoformat(value)),
        ),
    }
    spoken = {key: say[key](str(value)) for key, value in fields.items() if key in say}
    spoken |= {
        key: "/".join(view.person_name(str(one)) for one in value)
        for key, value in fields.items()
        if isinstance(value, list)
    }
    return {**fields, **spoken}


def local(view: View, instant: datetime) -> str:
    """An instant as the duty room's wall clock shows it, without the year."""
    return f"{instant.astimezone(ZoneInfo(view.district.roster.zone)):%m-%d %H:%M}"


def evidence(
    view: View, words: Mapping[str, str], found: Sequence[Evidence], *, spoken: bool = False
) -> str:
    """The strongest evidence in one phrase: gauge, amount, window, limit; or the headline. Spoken,
    without the limit, which only confuses the ear. A gauge's long name is cut here, so that its
    figures are not cut later."""
    best = max(found, key=lambda item: item.level.rank, default=None)
    if best is None or not best.level.rank:
        return words["evidence_none"]
    hours = best.window.total_seconds() / 3600 if best.window else 0
    plain = words[f"evidence_{best.kind.value}"]
    return message.render(
        words.get(f"spoken_{best.kind.value}", plain) if spoken else plain,
        {
            "source": message.shorter(view.gauge_name(best.source), message.LONG_NAME),
            "hours": f"{hours:g}",
            "amount": f"{best.amount:g}" if best.amount is not None else "",
            "limit": f"{best.limit:g}" if best.limit is not None else "",
            "headline": best.headline,
        },
    )
