"""A message as it would leave, with sample values: what a text says, takes and costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fangxun.core import message
from fangxun.core.assessment import Evidence, EvidenceKind
from fangxun.core.criterion import Criterion
from fangxun.core.district import District
from fangxun.core.errors import N_, NotFound, Refused
from fangxun.core.level import Certainty, Hazard, Level
from fangxun.core.message import Encoding
from fangxun.core.place import Measure
from fangxun.core.plan import Channel
from fangxun.core.responsibility import FICTIONAL, Person
from fangxun.core.wording import Occasion, Registered
from fangxun.engine import texts
from fangxun.engine.fields import evidence, local
from fangxun.engine.parts import Ways
from fangxun.engine.view import View, maps_of
from fangxun.gateways.base import Gateway
from fangxun.text import translator, wordings
from fangxun.text.templates import templates
from fangxun.text.ways import WAYS

EXTRA = 1.1
"""How far a sample amount is over its limit."""
_CODES = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown. None, or "", is for the district's own choice."""

    kind: str
    level: Level
    hazard: Hazard | None
    place: str
    person: Person
    language: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Preview:
    """`units` are those used of each segment. `own`: the district words it itself."""

    kind: str
    text: str
    gateway: str
    number: str
    encoding: Encoding
    units: tuple[int, ...]
    shortened: tuple[str, ...]
    own: bool
    template: Registered | None
    left_out: bool
    """Own words hold a link or phone number that may not go there; the next closest are said."""
    then: str = ""
    """What a call says behind it."""


def view_of(district: District, *, now: datetime) -> View:
    """A district that is not applied, with nobody on watch."""
    return View(
        at=now, version=(0, 0), wake_count=0, district=district, roster=district.roster, shifts=(),
        active=frozenset(), standing=(), maps=maps_of(district),
    )  # fmt: skip


def preview(ways: Ways, view: View, asked: Asked, gateway: Gateway, number: str) -> Preview:
    """The message that would leave over a gateway to a number or address."""
    kind = _kind(ways, asked, gateway, number)
    language = asked.language or texts.language_of(view, asked.person.id)
    occasion = Occasion(language, asked.level, asked.hazard or _hazard(view, asked))
    spoken = asked.channel is Channel.VOICE
    contacts = wordings.ALL if spoken else gateway.abilities.contacts(number)
    words = wordings.words(view.district.texts, occasion, contacts)
    fields = texts.allowed(samples(view, words, asked, gateway), contacts)
    fields["link"] = f"{ways.link_base}/c/{'0' * 32}"
    exercise = kind.startswith("exercise")
    mark = words["exercise_mark"] if exercise and not spoken else ""
    signature = "" if spoken else view.district.signature
    filled = message.fill(f"{mark}{words[kind]}", fields, signature=signature)
    told = texts.finished(ways, gateway, kind, occasion, filled)
    text = filled.text
    if spoken:
        text = texts.spoken(view, words, text, exercise=exercise)
    encoding, units = message.units_of(text)
    return Preview(
        kind=kind, text=text, gateway=gateway.name, number=number, encoding=encoding, units=units,
        shortened=filled.shortened, own=words[kind] != templates(language)[kind],
        template=None if spoken else told.template,
        left_out=words[kind] != wordings.words(view.district.texts, occasion)[kind],
        then=_then(words, gateway) if spoken else "",
    )  # fmt: skip


def _then(words: Mapping[str, str], gateway: Gateway) -> str:
    return words["voice_press" if gateway.abilities.key_press else "voice_desk"]


def carrier(ways: Ways, view: View, asked: Asked) -> tuple[Gateway, str]:
    """The first gateway that carries it, and the number or address that it goes to."""
    number = number_of(asked)
    occasion = Occasion(texts.language_of(view, asked.person.id), asked.level, asked.hazard)
    found = ways.able(
        asked.channel,
        number,
        takes=lambda gateway: asked.channel is Channel.VOICE or texts.carries(
            ways, gateway, lambda: (_kind(ways, asked, gateway, number), occasion)
        ),
    )  # fmt: skip
    if found is None:
        raise NotFound(
            N_("No gateway carries {kind} by {channel} to {person}; see docs/gateways.md."),
            kind=asked.kind, channel=asked.channel, person=asked.person.name,
        )  # fmt: skip
    return found, number


def number_of(asked: Asked) -> str:
    """The first number or address of the person that takes the channel."""
    if asked.channel is Channel.CONSOLE:
        return ""
    if asked.channel is Channel.EMAIL:
        numbers = [asked.person.email] if asked.person.email else []
    else:
        sms = asked.channel is Channel.SMS
        numbers = [p.number for p in asked.person.phones if (p.sms if sms else p.voice)]
    if not numbers:
        raise Refused(
            N_("{person} has nothing that takes {channel}; name another with --person."),
            person=asked.person.name, channel=asked.channel,
        )  # fmt: skip
    return numbers[0]


def _kind(ways: Ways, asked: Asked, gateway: Gateway, number: str) -> str:
    """The kind asked for, in the way that the gateway asks for an answer; as named, where a way is
    named with it."""
    if asked.kind.endswith(WAYS):
        return asked.kind
    voice = f"{asked.kind}_voice"
    if asked.channel is Channel.VOICE:
        if voice not in wordings.KINDS:
            raise Refused(N_("{kind} is never spoken."), kind=asked.kind)
        return voice
    found = texts.way(ways, asked.kind, gateway, number)
    return found if found in wordings.KINDS else asked.kind


def _hazard(view: View, asked: Asked) -> Hazard | None:
    found = _criterion(view, asked)
    return found.hazard if found is not None else None


def _criterion(view: View, asked: Asked) -> Criterion | None:
    """One that the place has for the level, and the hazard if one is named; rain before stage."""
    found = [
        one
        for one in view.district.criteria
        if one.place == asked.place
        and one.level is asked.level
        and asked.hazard in {None, one.hazard}
    ]
    return min(found, key=lambda one: one.measure is not Measure.RAIN, default=None)


def _evidence(view: View, asked: Asked) -> Evidence:
    """What a storm that just passes the limit would say; without a criterion, 100 mm in 3 h."""
    found = _criterion(view, asked)
    near = [gauge.id for gauge in view.district.gauges if asked.place in gauge.places]
    gauges = near or [gauge.id for gauge in view.district.gauges]
    stage = found is not None and found.measure is Measure.STAGE
    limit = found.limit if found is not None else 100.0
    return Evidence(
        EvidenceKind.STAGE if stage else EvidenceKind.RAIN,
        asked.level,
        Certainty.KNOWN,
        found.hazard if found is not None else Hazard.RAIN,
        gauges[0] if gauges else "",
        view.at,
        amount=round(limit + 0.5 if stage else limit * EXTRA, 1),
        limit=limit,
        window=found.window if found is not None else timedelta(hours=3),
    )


def samples(
    view: View, words: Mapping[str, str], asked: Asked, gateway: Gateway
) -> dict[str, object]:
    """A sample of every field that a text may name, as far as there is one from the district."""
    say = translator(asked.language or texts.language_of(view, asked.person.id))
    district, proof = view.district, [_evidence(view, asked)]
    level = words[f"level_{asked.level.value}"]
    others = [site.name for site in district.sites] or [area.name for area in district.areas]
    posts = [post.id for post in district.roster.posts]
    gauge = view.gauge_name(proof[0].source)
    place = view.name_of(asked.place)
    text = say(N_("bring the boat to the underpass"))
    return {
        "place": place, "level": level, "person": asked.person.name, "gauge": gauge,
        "unit": view.unit_name(asked.person.id), "code": _CODES[0], "codes": " ".join(_CODES),
        "count": len(_CODES), "list": " ".join(f"{name}{level}" for name in others[:3]),
        "evidence": evidence(view, words, proof, spoken=asked.channel is Channel.VOICE),
        "text": message.render(words["exercise_text"], {"place": place, "level": level})
        if asked.kind.startswith("exercise") else text,
        "headline": say(N_("The observatory issues a red rainstorm warning")),
        "source": gauge, "hours": "3", "amount": "110", "limit": "100", "again": "",
        "times": 2, "group": words["group_officials"], "feed": "warnings", "gateway": gateway.name,
        "channel": words["by_sms"], "measure": words["measure_rain"], "code_": "30003",
        "part": words["part_poll"],
        "post": view.post_name(posts[0]) if posts else "", "since": local(view, view.at),
        "start": local(view, view.at), "end": local(view, view.at + timedelta(hours=12)),
        "at": local(view, view.at), "seconds": 3600, "free": 120, "incident": 12, "incidents": 2,
        "unconfirmed": 14, "unreached": 3, "head": "0123456789ab", "response": "II",
        "phone": f"{FICTIONAL}001", "outgoing": asked.person.name,
        "incoming": view.district.people[0].name,
    }  # fmt: skip
