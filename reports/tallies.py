"""Sums of episodes per hour and channel, and per day and category. Safe to repeat: what stands there is replaced."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from reports import metrics
from reports.figures import FIGURES
from reports.hours import day_of, hours_of_day, joined
from reports.models import Episode, HourTally, TopicTally
from reports.models.tally import Sums

ADDED = (
    "order_count",
    "order_amount",
    "customer_messages",
    "ai_answers",
    "ai_clarifies",
    "ai_unknowns",
    "ai_turns",
    "ai_wait_ms",
    "human_turns",
    "human_wait_ms",
    "human_turns_30s",
    "human_turns_180s",
    "handle_seconds",
)
SUM_FIELDS = tuple(field.name for field in Sums._meta.get_fields())


def sums(now: datetime) -> dict[str, Any]:
    """What to aggregate over episodes to get every field of a tally."""
    counts = {key: models.Count("pk", filter=figure.rows(now)) for key, figure in FIGURES.items()}
    added = {f"{name}_sum": Coalesce(Sum(name), 0) for name in ADDED}
    return counts | added | {"score_sum": Coalesce(Sum("rating"), 0)}


@dataclass(frozen=True, slots=True)
class Count:
    """Rows that were counted, and the place of those that they replace."""

    old: "QuerySet[Any]"
    fresh: list[Any]

    def write(self) -> int:
        self.old.delete()
        self.old.model._default_manager.bulk_create(self.fresh, batch_size=200)
        return len(self.fresh)


def rebuild_tallies(hours: Iterable[int], now: datetime) -> int:
    """Count these hours anew, and the categories of their days; returns how many rows stand there now."""
    with transaction.atomic():
        return sum(count().write() for count in plan_tallies(hours, now))


def plan_tallies(hours: Iterable[int], now: datetime) -> list[Callable[[], Count]]:
    """The steps of counting these hours anew. Each only counts; when it writes, nothing may have changed meanwhile."""
    wanted = sorted(set(hours))
    runs = joined((hour, hour + 1) for hour in wanted)
    days = sorted({day_of(hour) for hour in wanted})
    return [
        *(partial(_count_run, first, end, now) for first, end in runs),
        *(partial(_count_day, day, now) for day in days),
    ]


def _count_run(first: int, end: int, now: datetime) -> Count:
    rows = Episode.objects.filter(hour__gte=first, hour__lt=end).order_by()
    fresh = [HourTally(**_fields(row)) for row in rows.values("hour", "channel_id").annotate(**sums(now))]
    return Count(HourTally.objects.filter(hour__gte=first, hour__lt=end), fresh)


def _count_day(day: date, now: datetime) -> Count:
    first, end = hours_of_day(day)
    rows = Episode.objects.filter(hour__gte=first, hour__lt=end).order_by()
    grouped = rows.values("channel_id", "category_id").annotate(**sums(now))
    return Count(TopicTally.objects.filter(day=day), [TopicTally(day=day, **_fields(row)) for row in grouped])


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_sum"): value for name, value in row.items()}


assert {figure.key for figure in metrics.OUTCOMES} < set(SUM_FIELDS)  # importing `metrics` is what fills FIGURES
