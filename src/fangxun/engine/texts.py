"""The words of each SMS: fields from the store and the district, put into the core's frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from fangxun.core import alarm, batching, message
from fangxun.core.assessment import Assessment, Evidence, EvidenceKind
from fangxun.core.escalation import Draft
from fangxun.core.page import Page, PageKind
from fangxun.core.plan import Channel, Contact, Group
from fangxun.core.responsibility import Person
from fangxun.engine.links import BLANK
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.gateways.base import Gateway
from fangxun.text.templates import templates


def for_bundle(
    parts: Parts,
    view: View,
    bundle: Sequence[tuple[Draft, Page]],
    gateway: Gateway,
    levels: Mapping[str, Assessment],
) -> str:
    """The text of one message for one page or several, behind the district's signature. A link in
    it is blank; see `links`."""
    draft, page = bundle[0]
    words = templates(language_of(view, draft.contact))
    two_way = answers_back(gateway, draft.number)
    if draft.channel is Channel.VOICE:
        return _spoken(view, words, bundle, levels)
    if len(bundle) > 1:
        kind, fields = _several(view, words, bundle, two_way=two_way)
    else:
        kind = _kind(page, draft, two_way=two_way, link=link_allowed(parts, gateway, draft.number))
        fields = fields_of(view, words, page, levels)
    if "{link}" in words[kind]:
        fields["link"] = f"{parts.link_base}/c/{BLANK}"
    template = f"{mark_of(words, page)}{words[kind]}"
    return message.render(template, fields, signature=view.district.signature)


def mark_of(words: Mapping[str, str], page: Page) -> str:
    """What stands in front of every text of an exercise; no field, so nothing shortens it."""
    return words["exercise_mark"] if page.kind is PageKind.EXERCISE else ""


def language_of(view: View, person: str) -> str:
    """What a person is told in: his own language, else the district's."""
    known = view.people.get(person)
    return (known.language if known is not None else "") or view.district.language


def _spoken(
    view: View,
    words: Mapping[str, str],
    bundle: Sequence[tuple[Draft, Page]],
    levels: Mapping[str, Assessment],
) -> str:
    """What a call says: whose it is, then the text without how to reply; the gateway asks for the
    key once it has been heard."""
    draft, page = bundle[0]
    if len(bundle) > 1:
        kind, fields = _several(view, words, bundle, two_way=True)
    else:
        kind = _kind(page, draft, two_way=True, link=False)
        found = levels.get(page.place or "")
        fields = fields_of(view, words, page, levels)
        fields["evidence"] = evidence(view, words, found.evidence if found else (), spoken=True)
    said = message.render(words[f"{kind}_voice"], fields)
    head = words["voice_head"].format(signature=view.district.signature)
    mark = words["voice_exercise"] if page.kind is PageKind.EXERCISE else ""
    return message.speakable(f"{mark}{head if view.district.signature else ''}{said}")


def answers_back(gateway: Gateway, number: str) -> bool:
    """Whether a reply code in a text to this number makes sense."""
    return gateway.abilities.two_way and gateway.abilities.codes and _may_link(gateway, number)


def _may_link(gateway: Gateway, number: str) -> bool:
    return not any(number.startswith(p) for p in gateway.abilities.no_reply_prefixes)


def link_allowed(parts: Parts, gateway: Gateway, number: str) -> bool:
    """Whether a link may stand in a text to this number, and leads anywhere."""
    return bool(parts.link_base) and gateway.abilities.links and _may_link(gateway, number)


def _kind(page: Page, draft: Draft, *, two_way: bool, link: bool) -> str:
    """Which template says it: by whose page it is, whom it reaches, and how he can answer."""
    oneway = "" if two_way else "_oneway"
    linked = "_link" if two_way else "_link_only"
    if page.kind is PageKind.ALARM:
        return f"alarm_{alarm_kind(page)}{oneway}"
    if page.kind is PageKind.EXERCISE:
        return f"exercise{linked if link else oneway}"
    if draft.stands_for is not Contact.PERSON:
        about = "_by_hand" if page.by_hand else ""
        return f"page_other{about}{'_untold' if draft.untold else ''}{oneway}"
    if page.by_hand:
        return f"page_by_hand{oneway}"
    if link and page.owed is None:
        return f"page{linked}"
    owed = f"_{page.owed.value}" if page.owed is not None else ""
    return f"page{oneway or owed}"


def alarm_kind(page: Page) -> str:
    """An alarm's kind, and for an unreached page which: in the officer's words, or never told."""
    told = dict(page.details)
    words = [alarm.kind_of(page.cause).value]
    words += ["by_hand"] if "text" in told else []
    words += ["untold"] if told.get("untold") else []
    return "_".join(words)


def _several(
    view: View,
    words: Mapping[str, str],
    bundle: Sequence[tuple[Draft, Page]],
    *,
    two_way: bool,
) -> tuple[str, dict[str, object]]:
    """One text for several pages: a short word for each, and a code for each or one for all."""
    draft, first = bundle[0]
    pages = [page for _, page in bundle]
    kind, short = "page_bundle", "short_page"
    if first.kind is PageKind.ALARM:
        kind = "alarm_bundle" if len(pages) <= batching.MOST_IN_ONE else "alarm_bundle_many"
    elif draft.stands_for is not Contact.PERSON:
        kind, short = "page_other_bundle", "short_other"
    elif first.owed is not None and two_way and all(page.owed is first.owed for page in pages):
        kind = f"page_bundle_{first.owed.value}"
    if not two_way:
        kind = f"{kind}_oneway"
    shorts = []
    for said, page in bundle:
        if page.kind is PageKind.ALARM:
            short = f"short_alarm_{alarm.kind_of(page.cause).value}"
        untold = said.untold or bool(dict(page.details).get("untold"))
        named = f"{short}_untold" if untold else short
        shorts.append(message.render(words[named], fields_of(view, words, page, {})))
    return kind, {
        "count": len(pages),
        "list": " ".join(dict.fromkeys(shorts)),
        "codes": " ".join(page.code for page in pages),
        "unit": view.unit_name(first.person or ""),
        "again": again(words, first),
    }


def again(words: Mapping[str, str], page: Page) -> str:
    """Tells a repeated round; without it the third text would be the same and be rejected."""
    return message.render(words["again"], {"times": page.round + 1}) if page.round else ""


def fields_of(
    view: View, words: Mapping[str, str], page: Page, levels: Mapping[str, Assessment]
) -> dict[str, object]:
    """What the templates may name of a page or an alarm."""
    found = levels.get(page.place or "")
    fields: dict[str, object] = {
        "code": page.code,
        "place": view.name_of(page.place) if page.place else view.district.name,
        "level": words[f"level_{page.level.value}"],
        "evidence": evidence(view, words, _for(page, found.evidence if found else ())),
        "person": view.person_name(page.person or ""),
        "text": page.cause,
        "unit": view.unit_name(page.person or ""),
        "again": again(words, page),
    }
    if page.kind is PageKind.ALARM:
        fields |= _alarm_fields(view, words, page)
    if page.kind is PageKind.EXERCISE and not page.cause:
        fields["text"] = message.render(words["exercise_text"], fields)
    return fields


def _for(page: Page, found: Sequence[Evidence]) -> Sequence[Evidence]:
    """What a page is about: only the duty room is called for a warning of a division above."""
    if page.group is None or page.group is Group.DUTY_ROOM:
        return found
    return [e for e in found if e.kind is not EvidenceKind.ANCESTOR_WARNING] or found


def _alarm_fields(view: View, words: Mapping[str, str], page: Page) -> dict[str, object]:
    """The fields that an alarm was opened with, in the words of the reader."""
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
        "level": lambda value: words[f"level_{value}"],
        **dict.fromkeys(
            ("since", "start", "end", "at"),
            lambda value: local(view, datetime.fromisoformat(value)),
        ),
    }
    spoken = {key: say[key](str(value)) for key, value in fields.items() if key in say}
    return {**fields, **spoken}


def local(view: View, instant: datetime) -> str:
    """An instant as the duty room's wall clock shows it, without the year."""
    return f"{instant.astimezone(ZoneInfo(view.district.roster.zone)):%m-%d %H:%M}"


def evidence(
    view: View, words: Mapping[str, str], found: Sequence[Evidence], *, spoken: bool = False
) -> str:
    """The strongest evidence in one phrase: gauge, amount, window, limit; or the headline. Spoken,
    without the limit, which only confuses the ear."""
    best = max(found, key=lambda item: item.level.rank, default=None)
    if best is None or not best.level.rank:
        return words["evidence_none"]
    hours = best.window.total_seconds() / 3600 if best.window else 0
    plain = words[f"evidence_{best.kind.value}"]
    return message.render(
        words.get(f"spoken_{best.kind.value}", plain) if spoken else plain,
        {
            "source": view.gauge_name(best.source),
            "hours": f"{hours:g}",
            "amount": best.amount,
            "limit": f"{best.limit:g}" if best.limit is not None else "",
            "headline": best.headline,
        },
    )


def notice(view: View, person: Person, kind: str, fields: Mapping[str, object]) -> str:
    """The text of a notice to one person."""
    return notice_in(view, person.language or view.district.language, kind, fields)


def notice_in(view: View, language: str, kind: str, fields: Mapping[str, object]) -> str:
    """The text of a notice in one language."""
    return message.render(templates(language)[kind], fields, signature=view.district.signature)
