"""Reads sums: by hour, channel or category, from the tallies where they know the answer, else from the episodes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from reports.figures import Rate
from reports.models import Episode, HourTally, TopicTally
from reports.scope import Scope, in_category
from reports.tallies import SUM_FIELDS, sums

SECONDS = 1000


class Totals(dict[str, int]):
    """The sums of some episodes, by the name of the figure."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Totals":
        return cls({name: row.get(name) or row.get(f"{name}_sum") or 0 for name in SUM_FIELDS})

    @classmethod
    def added(cls, many: Iterable["Totals"]) -> "Totals":
        result = cls.fromkeys(SUM_FIELDS, 0)
        for one in many:
            for name, value in one.items():
                result[name] += value
        return cls(result)

    def rate(self, rate: Rate) -> float | None:
        return _share(self[rate.part.key], self[rate.whole.key])

    @property
    def response_seconds(self) -> float | None:
        """All waits of customers, for the AI and for people ÷ replies."""
        wait = self["ai_wait_ms"] + self["human_wait_ms"]
        return _share(wait / SECONDS, self["ai_turns"] + self["human_turns"])

    @property
    def ai_seconds(self) -> float | None:
        return _share(self["ai_wait_ms"] / SECONDS, self["ai_turns"])

    @property
    def human_seconds(self) -> float | None:
        return _share(self["human_wait_ms"] / SECONDS, self["human_turns"])

    @property
    def coverage(self) -> float | None:
        """Questions that the AI answered ÷ all to which it replied."""
        return _share(self["ai_answers"], self["ai_answers"] + self["ai_clarifies"] + self["ai_unknowns"])

    @property
    def score(self) -> float | None:
        return _share(self["score"], self["rated"])

    @property
    def order_value(self) -> float | None:
        """Fen per order."""
        return _share(self["order_amount"], self["order_count"])

    @property
    def handle_seconds(self) -> float | None:
        """People's time per episode that they had."""
        return _share(self["handle_seconds"], self["handed_over"])


def by_hour(scope: Scope, now: datetime) -> dict[int, Totals]:
    if _needs_episodes(scope):
        return _grouped(scope.episodes(), "hour", now)
    return _summed(_hours(scope), "hour")


def sums_by_hour(scope: Scope, now: datetime) -> dict[int, Totals]:
    """The same, always from the episodes themselves."""
    return _grouped(scope.episodes(), "hour", now)


def by_channel(scope: Scope, now: datetime) -> dict[int, Totals]:
    if _needs_episodes(scope):
        return _grouped(scope.episodes(), "channel_id", now)
    return _summed(_hours(scope), "channel_id")


def by_category(scope: Scope, now: datetime) -> dict[int | None, Totals]:
    """By the category of the first question itself, not by the branch above it."""
    if scope.at is not None or scope.agent is not None or scope.reason:
        return _grouped(scope.episodes(), "category_id", now)
    rows = TopicTally.objects.filter(day__range=(scope.start, scope.end)).order_by()
    if scope.days:
        rows = rows.filter(day__in=scope.each_day())
    if scope.channel is not None:
        rows = rows.filter(channel_id=scope.channel)
    if scope.category is not None:
        rows = rows.filter(in_category(scope.category))
    return _summed(rows, "category_id")


def all_of(scope: Scope, now: datetime) -> Totals:
    return Totals.added(by_channel(scope, now).values())


def _needs_episodes(scope: Scope) -> bool:
    return scope.category is not None or scope.agent is not None or bool(scope.reason)


def _hours(scope: Scope) -> "QuerySet[HourTally]":
    wanted = Q(pk__in=[])
    for first, end in scope.runs():
        wanted |= Q(hour__gte=first, hour__lt=end)
    if scope.channel is not None:
        wanted &= Q(channel_id=scope.channel)
    return HourTally.objects.filter(wanted).order_by()


def _summed(rows: "QuerySet[Any]", key: str) -> dict[Any, Totals]:
    grouped = rows.values(key).annotate(**{f"{name}_sum": Sum(name) for name in SUM_FIELDS})
    return {row[key]: Totals.of(row) for row in grouped}


def _grouped(rows: "QuerySet[Episode]", key: str, now: datetime) -> dict[Any, Totals]:
    return {row[key]: Totals.of(row) for row in rows.values(key).annotate(**sums(now))}


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
