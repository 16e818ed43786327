"""Say that a page was wrong, to exactly those who were paged for it."""

from __future__ import annotations

from fangxun.core import message
from fangxun.core.district import District
from fangxun.core.errors import N_, Refused
from fangxun.core.journal import Event
from fangxun.core.wording import Occasion
from fangxun.engine import all_clear
from fangxun.engine.acts.base import Act, district_in_force, names, place_id, written
from fangxun.engine.all_clear import Correction
from fangxun.store import incidents as incident_store
from fangxun.store.base import Store
from fangxun.text import wordings


def correct(store: Store, incident_id: int, text: str, *, place: str = "", act: Act) -> Correction:
    """Approve a correction of an incident, or of the pages for one place of it.

    Refused for anyone whom the plan does not name for an all-clear, where nobody was paged, and for
    a text that does not fit: what is said in correction is never shortened. Open pages stay open;
    lowering the place ends them.
    """
    words = message.clean(text, most=1000)
    with store.write() as tx:
        district = district_in_force(tx)
        incident_store.get(tx, incident_id)
        where = place_id(district, place) if place else ""
        if act.actor not in district.plan.all_clear_approvers:
            raise Refused(
                N_("The plan lets only {approvers} approve a correction."),
                approvers=names(district, district.plan.all_clear_approvers),
            )
        _fits(district, incident_id, where, words)
        told = all_clear.told(tx, incident_id, place=where)
        if not told:
            raise Refused(N_("Nobody was paged for that; there is nobody to correct it to."))
        owed = Correction(incident_id, where, words, told)
        all_clear.owe_correction(tx, owed)
        subject = f"incident/{incident_id}"
        written(tx, act, Event.CORRECTED, subject, place=where, text=words, told=list(told))
    return owed


def _fits(district: District, incident_id: int, place: str, words: str) -> None:
    """Refuse an empty text, and one that a phone would not get whole."""
    if not words:
        raise Refused(N_("A correction needs a text: what was wrong, and what holds instead."))
    called = {area.id: area.name for area in district.areas}
    called |= {site.id: site.name for site in district.sites}
    longest = max(called.values(), key=len, default="")
    fields = {"incident": incident_id, "place": called.get(place, longest), "text": words}
    languages = {district.language, *(p.language for p in district.people if p.language)}
    for language in sorted(languages):
        template = wordings.words(district.texts, Occasion(language))["correction"]
        if words not in message.render(template, fields, signature=district.signature):
            raise Refused(
                N_("The text is too long for two segments, and a correction is not shortened: "
                   "{count} characters. Say it shorter."),
                count=len(words),
            )  # fmt: skip
