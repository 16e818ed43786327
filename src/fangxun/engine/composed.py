"""What a round of composing came to: what can be queued, goes another way, or is refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fangxun.core.batching import Budgeted
from fangxun.core.escalation import Advance, Draft
from fangxun.core.exercise import TO_HIMSELF
from fangxun.core.page import Attempt
from fangxun.core.plan import Channel
from fangxun.engine.unsent import Joined


@dataclass(frozen=True, slots=True)
class Detour:
    """Why a draft goes another way than its ladder's, and by what channel."""

    why: Budgeted
    channel: Channel


@dataclass(frozen=True, slots=True)
class Composed:
    """What can be queued. `refused` are drafts that no number of their contact has room for,
    `moved` those that go to another number of his or as a call, each with what his own said."""

    attempts: list[Attempt] = field(default_factory=list)
    refused: dict[Draft, Budgeted] = field(default_factory=dict)
    moved: dict[Draft, Detour] = field(default_factory=dict)
    joined: list[Joined] = field(default_factory=list)
    """Attempts that also tell what texts would have told that still waited; those are taken back.
    """
    untold: frozenset[int] = frozenset()
    """Pages that turn to others, or end, and of which nothing can have reached their person."""

    def refusal(self, draft: Draft) -> Budgeted | None:
        """Why a draft (as the ladder made it) is not sent."""
        return self.refused.get(self._told(draft))

    def detour(self, draft: Draft) -> Detour | None:
        """Why it goes to another number than the ladder's, or as a call."""
        return self.moved.get(self._told(draft))

    def _told(self, draft: Draft) -> Draft:
        return replace(draft, untold=draft.page in self.untold)

    def left_out(self, advance: Advance) -> bool:
        """Whether a step sends nothing at all, so that the page need not wait for an answer."""
        return bool(advance.drafts) and all(map(self.refusal, advance.drafts))

    @property
    def exhausted(self) -> list[str]:
        """People who have a number that has had its messages of 24 hours; who is passed over by an
        exercise stands in its report, by a reminder in the alarm about it."""
        both = {**self.refused, **{draft: detour.why for draft, detour in self.moved.items()}}
        return [
            draft.contact
            for draft, why in both.items()
            if why is Budgeted.EXHAUSTED and draft.kind not in TO_HIMSELF
        ]
