"""A handover that is signed by text: 交班, 接班 or 会签 from a known phone, alone in its text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fangxun.core import handover
from fangxun.core.handover import HandoverEvent, Verdict
from fangxun.engine import handovers, notices
from fangxun.engine.acts import handovers as acts
from fangxun.engine.acts.base import Act
from fangxun.engine.fields import local
from fangxun.engine.parts import Parts
from fangxun.engine.view import View
from fangxun.store.base import Tx


def sign(  # noqa: PLR0913  each is a value that the caller already holds
    parts: Parts, tx: Tx, view: View, people: Sequence[str], event: HandoverEvent, *, now: datetime
) -> None:
    """Sign for whoever of the phone's owners may; on a phone of several that must be one alone.
    He is told whether it counts: who thinks that he has signed does not look again."""
    able = [one for one in people if _may(tx, view, one, event, now=now)]
    if len(able) != 1:
        notices.to_people(parts, tx, view, people[:1], "notice_unsigned", {}, now=now)
        return
    (who,) = able
    item = acts.sign(tx, view, event, note="", act=Act(who, "reply", now))
    said: dict[str, object] = {"start": local(view, item.due_at)}
    notices.to_people(parts, tx, view, [who], "notice_signed", said, now=now)


def _may(tx: Tx, view: View, who: str, event: HandoverEvent, *, now: datetime) -> bool:
    return any(
        handover.step(item, event, by=who, now=now).verdict is Verdict.SIGNED
        for item in handovers.in_question(tx, view, event, now=now)
    )
