"""A number that failed for good is used again once somebody says that it is mended."""

from __future__ import annotations

from fangxun.core import alarm
from fangxun.core.errors import N_, NotFound, Refused
from fangxun.core.journal import Event
from fangxun.core.plan import Channel
from fangxun.core.responsibility import Person, Phone
from fangxun.engine import alarms
from fangxun.engine.acts.base import Act, district_in_force, person, written
from fangxun.store import district as district_store
from fangxun.store.base import Store, Tx


def failed(phone: Phone) -> tuple[Channel, ...]:
    """By what a number cannot be reached any more."""
    marks = ((Channel.SMS, phone.invalid), (Channel.VOICE, phone.invalid_voice))
    return tuple(channel for channel, dead in marks if dead)


def mend_number(store: Store, person_id: str, which: int | None, *, act: Act) -> tuple[int, ...]:
    """Use a person's number again (his `which`-th, from 1; all of his where None); the numbers, by
    their places, that were marked. Its alarm ends with the last of them."""
    with store.write() as tx:
        someone = person(district_in_force(tx), person_id)
        chosen = _chosen(someone, which)
        if not chosen:
            raise Refused(
                N_("No number of {person} is marked as failed; see: fangxun number list"),
                person=someone.name,
            )
        for place, phone in chosen.items():
            channels = failed(phone)
            for channel in channels:
                district_store.mark_number(
                    tx, someone.id, phone.number, invalid=False, voice=channel is Channel.VOICE
                )
            written(
                tx,
                act,
                Event.NUMBER_MENDED,
                f"person/{someone.id}",
                number=place,
                channel=[channel.value for channel in channels],
            )
        _end_alarms(tx, someone.id, act)
    return tuple(chosen)


def _chosen(someone: Person, which: int | None) -> dict[int, Phone]:
    if which is not None and not 1 <= which <= len(someone.phones):
        raise NotFound(
            N_("{person} has {count} numbers; there is no number {which}."),
            person=someone.name, count=len(someone.phones), which=which,
        )  # fmt: skip
    return {
        place: phone
        for place, phone in enumerate(someone.phones, start=1)
        if failed(phone) and which in {None, place}
    }


def _end_alarms(tx: Tx, person_id: str, act: Act) -> None:
    """Those about a channel by which no number of his is marked any more."""
    after = person(district_in_force(tx), person_id)
    still = {channel for phone in after.phones for channel in failed(phone)}
    for channel in (Channel.SMS, Channel.VOICE):
        if channel not in still:
            alarms.cause_gone(tx, alarm.number_invalid_prefix(person_id, channel), now=act.now)
