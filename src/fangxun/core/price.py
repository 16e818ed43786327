"""What a message costs over a gateway, at the prices that its configuration gives."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fangxun.core.plan import Channel


@dataclass(frozen=True, slots=True)
class Price:
    """What one gateway takes, in `currency` (ISO 4217); None where nobody said, which is not 0."""

    per_segment: Decimal | None = None
    per_call: Decimal | None = None
    currency: str = ""

    def of(self, channel: Channel, segments: int) -> Decimal | None:
        """What one message costs: an SMS by its segments, a call as a whole, whatever its length.
        None where its price is not known; the terminal and e-mail cost nothing."""
        if channel is Channel.SMS:
            return self.per_segment * segments if self.per_segment is not None else None
        return self.per_call if channel is Channel.VOICE else Decimal(0)
