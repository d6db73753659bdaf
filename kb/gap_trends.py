"""How often each group of pending knowledge was asked, week by week."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone

from kb.models import GapQuestion

WEEKS = 8


def weekly_counts(gap_ids: Iterable[int], now: datetime, weeks: int = WEEKS) -> dict[int, list[int]]:
    """Per group the counts of the last weeks, the current one last; weeks begin on Monday. One query for all."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    counts: dict[int, list[int]] = {gap_id: [0] * weeks for gap_id in gap_ids}
    asked = GapQuestion.objects.filter(gap__in=counts, asked_at__gte=first).order_by()
    for gap_id, week, count in asked.values_list("gap", TruncWeek("asked_at")).annotate(count=Count("pk")):
        place = round((timezone.localtime(week) - first) / timedelta(weeks=1))
        counts[gap_id][min(place, weeks - 1)] += count
    return counts
