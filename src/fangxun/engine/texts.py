"""The words of each message: which text it is by page, person and gateway, as the district words
it, put into the core's frame; and the registered template beside it, where the gateway has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fangxun.core import alarm, batching, message
from fangxun.core.assessment import Assessment
from fangxun.core.contacts import Contacts
from fangxun.core.escalation import Draft
from fangxun.core.exercise import TO_HIMSELF
from fangxun.core.page import Page, PageKind
from fangxun.core.plan import Channel, Contact, Owed
from fangxun.core.responsibility import Person
from fangxun.core.wording import Occasion, Registered, registered
from fangxun.engine.fields import again, evidence, fields_of
from fangxun.engine.links import BLANK
from fangxun.engine.parts import Parts, Ways
from fangxun.engine.view import View
from fangxun.gateways.base import Gateway
from fangxun.text import wordings

Bundle = Sequence[tuple[Draft, Page]]
"""One page, or several that one message tells of, each with its draft."""
_FROM_OUTSIDE = frozenset({"evidence", "text", "headline"})
"""Fields in which somebody's own words stand."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a text says beside its pages: how their places stand, and by which code the contact of a
    draft answers its page."""

    levels: Mapping[str, Assessment]
    code: Callable[[Draft], str]


@dataclass(frozen=True, slots=True)
class Told:
    """A message as it leaves: its text, and what a gateway gets that takes registered templates."""

    text: str
    template: Registered | None = None
    kind: str = ""
    shortened: tuple[str, ...] = ()
    """The fields that were shortened so that it fits."""


def for_bundle(
    parts: Parts,
    view: View,
    bundle: Bundle,
    gateway: Gateway,
    known: Known,
) -> Told:
    """One message for one page or several, behind the district's signature. A link in it is blank;
    see `links`."""
    draft, page = bundle[0]
    occasion = occasion_of(view, bundle)
    if draft.channel is Channel.VOICE:
        return _spoken(view, wordings.words(view.district.texts, occasion), bundle, known.levels)
    contacts = gateway.abilities.contacts(draft.number)
    words = wordings.words(view.district.texts, occasion, contacts)
    kind = kind_of(parts, bundle, gateway)
    if len(bundle) > 1:
        fields = _several(view, words, bundle)
    else:
        fields = fields_of(view, words, page, known.levels)
    if {"code", "codes"}.intersection(message.names_in(words[kind])):
        codes = [known.code(one) for one, _ in bundle]
        fields |= {"code": codes[0], "codes": " ".join(codes)}
    if "{link}" in words[kind]:
        fields["link"] = f"{parts.link_base}/c/{BLANK}"
    template = f"{mark_of(words, page)}{words[kind]}"
    told = message.fill(template, allowed(fields, contacts), signature=view.district.signature)
    return finished(parts, gateway, kind, occasion, told)


def finished(
    ways: Ways, gateway: Gateway, kind: str, occasion: Occasion, told: message.Filled
) -> Told:
    """A filled text, and its template with the same values, as shortened as they stand in it."""
    found = registered(ways.templates.get(gateway.name, ()), kind, occasion)
    if found is None:
        return Told(told.text, None, kind, told.shortened)
    params = tuple((name, told.values.get(name, "")) for name in found.params)
    return Told(told.text, Registered(found.id, params), kind, told.shortened)


def allowed(fields: Mapping[str, object], contacts: Contacts) -> dict[str, object]:
    """The fields without the links and phone numbers that their words may not bring along."""
    return {
        name: contacts.without(str(value)) if name in _FROM_OUTSIDE else value
        for name, value in fields.items()
    }


def takes(parts: Parts, view: View, bundle: Bundle, gateway: Gateway) -> bool:
    """Whether a gateway can carry what a bundle says: in words of our own, or by a template."""
    draft, _ = bundle[0]
    return draft.channel is Channel.VOICE or carries(
        parts, gateway, lambda: (kind_of(parts, bundle, gateway), occasion_of(view, bundle))
    )


def takes_notice(parts: Parts, view: View, person: str, kind: str, gateway: Gateway) -> bool:
    """The same of a notice."""
    return carries(parts, gateway, lambda: (kind, Occasion(language_of(view, person))))


def carries(ways: Ways, gateway: Gateway, meant: Callable[[], tuple[str, Occasion]]) -> bool:
    """The same of a kind of text on an occasion, which are asked for only where it depends."""
    if gateway.abilities.free_text:
        return True
    return registered(ways.templates.get(gateway.name, ()), *meant()) is not None


def occasion_of(view: View, bundle: Bundle) -> Occasion:
    """What a message is about, and in what language: its level and hazard where it has one."""
    language = language_of(view, bundle[0][0].contact)
    pages = [page for _, page in bundle]
    if pages[0].kind in {PageKind.ALARM, PageKind.REMINDER}:
        return Occasion(language)
    levels, hazards = {page.level for page in pages}, {page.hazard for page in pages}
    level = next(iter(levels)) if len(levels) == 1 else None
    return Occasion(language, level, next(iter(hazards)) if len(hazards) == 1 else None)


def mark_of(words: Mapping[str, str], page: Page) -> str:
    """What stands in front of every text of an exercise; no field, so nothing shortens it."""
    return words["exercise_mark"] if page.kind is PageKind.EXERCISE else ""


def language_of(view: View, person: str) -> str:
    """What a person is told in: his own language, else the district's."""
    known = view.people.get(person)
    return (known.language if known is not None else "") or view.district.language


def _spoken(
    view: View, words: Mapping[str, str], bundle: Bundle, levels: Mapping[str, Assessment]
) -> Told:
    """What a call says: whose it is, then the text without how to reply; the gateway asks for the
    key once it has been heard."""
    draft, page = bundle[0]
    if len(bundle) > 1:
        base = _base_of_several(bundle)
        fields = _several(view, words, bundle)
    else:
        base = _base(page, draft)
        found = levels.get(page.place or "")
        fields = fields_of(view, words, page, levels)
        fields["evidence"] = evidence(view, words, found.evidence if found else (), spoken=True)
    kind = f"{base}_voice"
    said = message.fill(words[kind], fields)
    exercise = page.kind is PageKind.EXERCISE
    return Told(spoken(view, words, said.text, exercise=exercise), None, kind, said.shortened)


def spoken(view: View, words: Mapping[str, str], said: str, *, exercise: bool) -> str:
    """A call's message as it is read out, from its text."""
    head = words["voice_head"].format(signature=view.district.signature)
    mark = words["voice_exercise"] if exercise else ""
    return message.speakable(f"{mark}{head if view.district.signature else ''}{said}")


def answers_back(gateway: Gateway, number: str) -> bool:
    """Whether a reply code in a text to this number makes sense."""
    abilities = gateway.abilities
    return abilities.two_way and abilities.codes and not abilities.bars(number)


def way(ways: Ways, base: str, gateway: Gateway, number: str) -> str:
    """The kind of text that a base kind becomes over a gateway, by how it can be answered there."""
    two_way = answers_back(gateway, number)
    linked = f"{base}{'_link' if two_way else '_link_only'}"
    if linked in wordings.KINDS and link_allowed(ways, gateway, number):
        return linked
    return base if two_way else f"{_unowed(base)}_oneway"


def link_allowed(ways: Ways, gateway: Gateway, number: str) -> bool:
    """Whether a link may stand in a text to this number, and leads anywhere."""
    return bool(ways.link_base) and gateway.abilities.contacts(number).links


def _unowed(base: str) -> str:
    """Where nothing comes back, nobody can report what he owes: he is told as others are."""
    for owed in Owed if base.startswith("page_") else ():
        base = base.removesuffix(f"_{owed.value}")
    return base


def kind_of(parts: Parts, bundle: Bundle, gateway: Gateway) -> str:
    """Which text says it: by whose page it is, whom it reaches, and how he can answer."""
    draft, page = bundle[0]
    base = _base_of_several(bundle) if len(bundle) > 1 else _base(page, draft)
    return way(parts, base, gateway, draft.number)


def _base(page: Page, draft: Draft) -> str:
    if page.kind is PageKind.ALARM:
        return f"alarm_{alarm_kind(page)}"
    if page.kind in TO_HIMSELF:
        return page.kind.value
    if draft.stands_for is not Contact.PERSON:
        about = "_by_hand" if page.by_hand else ""
        return f"page_other{about}{'_untold' if draft.untold else ''}"
    if page.by_hand:
        return "page_by_hand"
    return f"page_{page.owed.value}" if page.owed is not None else "page"


def alarm_kind(page: Page) -> str:
    """An alarm's kind, and for an unreached page which: in the officer's words, or never told."""
    told = dict(page.details)
    words = [alarm.kind_of(page.cause).value]
    words += ["by_hand"] if "text" in told else []
    words += ["untold"] if told.get("untold") else []
    return "_".join(words)


def _base_of_several(bundle: Bundle) -> str:
    draft, first = bundle[0]
    if first.kind is PageKind.ALARM:
        return "alarm_bundle" if len(bundle) <= batching.MOST_IN_ONE else "alarm_bundle_many"
    if draft.stands_for is not Contact.PERSON:
        return "page_other_bundle"
    owed = first.owed
    if owed is not None and all(page.owed is owed for _, page in bundle):
        return f"page_bundle_{owed.value}"
    return "page_bundle"


def _several(view: View, words: Mapping[str, str], bundle: Bundle) -> dict[str, object]:
    """One text for several pages: a short word for each."""
    draft, first = bundle[0]
    short = "short_page" if draft.stands_for is Contact.PERSON else "short_other"
    shorts = []
    for said, page in bundle:
        if page.kind is PageKind.ALARM:
            short = f"short_alarm_{alarm.kind_of(page.cause).value}"
        untold = said.untold or bool(dict(page.details).get("untold"))
        named = f"{short}_untold" if untold else short
        shorts.append(message.render(words[named], fields_of(view, words, page, {})))
    return {
        "count": len(bundle),
        "list": " ".join(dict.fromkeys(shorts)),
        "unit": view.unit_name(first.person or ""),
        "again": again(words, first),
    }


Notice = tuple[str, Mapping[str, object]]
"""Its kind and its fields."""


def notice(parts: Parts, view: View, person: Person, to: tuple[Gateway, str], said: Notice) -> Told:
    """A notice to one person over a gateway to a number or address."""
    gateway, number = to
    occasion = Occasion(person.language or view.district.language)
    told = notice_in(view, occasion, said, gateway.abilities.contacts(number))
    return finished(parts, gateway, said[0], occasion, told)


def notice_in(
    view: View, occasion: Occasion, said: Notice, contacts: Contacts = wordings.ALL
) -> message.Filled:
    """A notice in one language, where a text may hold what `contacts` say."""
    kind, fields = said
    words = wordings.words(view.district.texts, occasion, contacts)
    return message.fill(words[kind], allowed(fields, contacts), signature=view.district.signature)
