"""值班 or WATCH, texted from a known number, is answered with who is on watch and until when.

1. A number has two answers an hour; more stand in the journal and are not answered.
2. The district's own watch comes first, then that of the asker's unit: as many as fit.
3. Their phones stand in it only where the gateway may carry numbers to his.
The answer is a notice, out of the notices' share of the number's budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from fangxun.core import enquiry, message, watch
from fangxun.core.contacts import Contacts
from fangxun.core.enquiry import Asked
from fangxun.core.journal import Entry, Event
from fangxun.core.roster import Shift
from fangxun.core.wording import Occasion
from fangxun.engine import notices, texts
from fangxun.engine.fields import local
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store import journal, lately
from fangxun.store.base import Tx
from fangxun.text import wordings

KIND = "on_watch"


def answer(parts: Parts, tx: Tx, view: View, whose: tuple[str, str], *, now: datetime) -> None:
    """Answer a person at his number, (person, number), who has asked who is on watch."""
    person, number = whose
    before = lately.told_since(tx, number, KIND, since=now - enquiry.HOUR)
    verdict = enquiry.heard(before)
    if verdict is Asked.OFTEN:
        told = (("kind", KIND),)
        subject = f"person/{person}"
        entry = Entry(now, Event.NOTICE_QUEUED, "system", subject, verdict.value, told)
        journal.append(tx, [entry])
        return
    notices.to_number(
        parts, tx, view, whose, KIND, now=now,
        fields=lambda contacts: fields(view, person, contacts),
    )  # fmt: skip


def fields(view: View, person: str, contacts: Contacts) -> Mapping[str, object]:
    """The fullest answer that fits its text; where none does, the one that is shortened least."""
    occasion = Occasion(texts.language_of(view, person))
    words = wordings.words(view.district.texts, occasion, contacts)
    own = view.people[person].unit
    units = tuple(dict.fromkeys((view.root_unit, own)))
    standing = watch.on_watch(
        view.shifts, view.at, posts=view.district.roster.posts, active=view.active
    )
    shifts = enquiry.of_interest(standing, view.district.roster.posts, units)
    said: dict[str, object] = {}
    for listed in _shorter(view, words, shifts, contacts):
        said = {"at": local(view, view.at), "list": listed}
        if not texts.notice_in(view, occasion, (KIND, said), contacts).shortened:
            break
    return said


def _shorter(
    view: View, words: Mapping[str, str], shifts: Sequence[Shift], contacts: Contacts
) -> Iterator[str]:
    """All of them, then ever fewer with how many more there are; the last is one alone."""
    if not shifts:
        yield words["short_on_watch_nobody"]
    told = [_one(view, words, shift, contacts) for shift in shifts]
    for most in range(len(told), 0, -1):
        more = message.render(words["short_on_watch_more"], {"count": len(told) - most})
        yield " ".join(told[:most] if most == len(told) else [*told[:most], more])


def _post(view: View, post: str) -> str:
    """A post of the district's own unit without that unit's name, which stands in the signature."""
    found = next((one for one in view.district.roster.posts if one.id == post), None)
    own = found is not None and found.unit == view.root_unit
    return found.name if found is not None and own else view.post_name(post)


def _one(view: View, words: Mapping[str, str], shift: Shift, contacts: Contacts) -> str:
    someone = view.people.get(shift.person)
    usable = [p.number for p in (someone.phones if someone else ()) if not p.invalid_voice]
    number = next(iter(usable), "") if contacts.numbers else ""
    told = {
        "post": _post(view, shift.post),
        "person": view.person_name(shift.person),
        "end": local(view, shift.span.end),
        "phone": number,
    }
    kind = "short_on_watch_phone" if number else "short_on_watch"
    return message.render(words[kind], told)
