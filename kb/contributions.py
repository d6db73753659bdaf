"""Who contributed how much knowledge: this week, last week, the last four weeks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from kb.models import Proposal

WEEKS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Count:
    """Entries proposed in a span of time, and how many of them were published since."""

    proposed: int = 0
    approved: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.proposed + other.proposed, self.approved + other.approved)


@dataclass(slots=True)
class Line:
    """One person; `weeks` holds this week first, then the ones before."""

    name: str
    weeks: list[Count] = field(default_factory=lambda: [Count()] * WEEKS_SHOWN)

    @property
    def total(self) -> Count:
        return sum(self.weeks, Count())


def week_start(at: datetime) -> datetime:
    """Monday, midnight in the shop's time zone."""
    local = timezone.localtime(at)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=local.weekday())


def weekly_contributions(now: datetime) -> list[Line]:
    """Everybody who proposed something in the last weeks, who helped most comes first."""
    lines: dict[int, Line] = {}
    for place, (since, until) in enumerate(_weeks(now)):
        for row in Proposal.objects.contributions(since, until):
            line = lines.setdefault(row["by"], Line(row["by__display_name"] or row["by__username"]))
            line.weeks[place] = Count(row["proposed"], row["approved"])
    return sorted(lines.values(), key=lambda line: (-line.total.approved, -line.total.proposed, line.name))


def _weeks(now: datetime) -> Iterable[tuple[datetime, datetime]]:
    monday = week_start(now)
    for back in range(WEEKS_SHOWN):
        since = monday - timedelta(weeks=back)
        yield since, since + timedelta(weeks=1)
