"""How much a platform lets the shop say: so many messages within so long after the customer's last sign. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one kind of sign of the customer opens."""

    messages: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Window:
    """What may still be said, and until when."""

    remaining: int
    expires_at: datetime

    def allows(self, now: datetime) -> bool:
        return self.remaining > 0 and now < self.expires_at


Allowances = Mapping[str, Allowance]
"""By kind of sign: message, follow, scan, menu …; kinds that are missing open nothing."""


def reopen(window: Window | None, allowance: Allowance | None, now: datetime) -> Window | None:
    """The window after a new sign of the customer.

    Allowances do not add up: a sign sets its own anew. One that gives less than what is still open changes nothing.
    """
    if allowance is None:
        return window
    fresh = Window(allowance.messages, now + timedelta(seconds=allowance.seconds))
    if window is None or not window.allows(now):
        return fresh
    is_more = fresh.expires_at >= window.expires_at or (fresh.remaining > window.remaining and window.remaining == 0)
    return fresh if is_more else window
