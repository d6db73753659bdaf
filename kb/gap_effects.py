"""Did publishing help? The share of a group's conversations that the AI solved, before its entry and since.

Knowledge does not know how conversations end. Who does registers the function that counts it; without one nothing
is claimed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kb.models import Gap
from kb.significance import Share, interval

DAYS_MAX = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A share as the pages draw it: its rate and its 95 % interval in whole per cent; no rate without conversations."""

    share: Share
    rate: int | None
    low: int
    high: int

    @property
    def span(self) -> int:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Effect:
    """Conversations that the AI solved of those in which it was asked, over `days` before and as many since."""

    days: int
    before: Share
    since: Share

    @property
    def bars(self) -> tuple[Bar, Bar]:
        """Before and since."""
        return _bar(self.before), _bar(self.since)


Counting = Callable[[Sequence[Gap], datetime], dict[int, Effect]]
_counting: list[Counting] = []


def register_counting(counting: Counting) -> None:
    """Count effects with this function; the last one registered is asked."""
    _counting[:] = [counting]


def effects_of(gaps: Sequence[Gap], now: datetime) -> dict[int, Effect]:
    """By group, for those that were resolved; in a fixed number of queries."""
    resolved = [gap for gap in gaps if gap.resolved_at is not None and gap.entry_id is not None]
    return _counting[0](resolved, now) if _counting and resolved else {}


def _bar(share: Share) -> Bar:
    low, high = interval(share)
    return Bar(share, None if share.rate is None else round(share.rate * 100), round(low * 100), round(high * 100))
