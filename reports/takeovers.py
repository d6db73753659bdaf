"""Why people had to take over, how fast they came, and when nobody did."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from conversations.models import Conversation
from reports import metrics
from reports.hours import moment_of
from reports.links import episodes_url
from reports.scope import Scope
from reports.tables import Cell, Chart, Column, Table
from reports.waits import quantile

REASONS = dict(Conversation.HandoffReason.choices)


@dataclass(slots=True)
class Reason:
    count: int = 0
    joined: int = 0
    abandoned: int = 0
    waits: list[float] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)


def make_tables(scope: Scope, now: datetime) -> list[Table]:
    reasons, hours = _read(scope, now)
    whole = sum(reason.count for reason in reasons.values())
    order = sorted(reasons, key=lambda key: -reasons[key].count)
    return [
        _chart(
            "reason-chart", _("Reasons for a person"), [(reason_label(key), reasons[key]) for key in order], "ranks"
        ),
        _chart("hour-chart", _("When people are called"), [(f"{at}:00", hours[at]) for at in range(24)], "bars"),
        _reason_table(scope, [(key, reasons[key]) for key in order], whole),
        _hour_table(scope, hours),
    ]


def reason_label(key: str) -> str:
    return str(REASONS.get(key) or key or _("Not said"))


def _read(scope: Scope, now: datetime) -> tuple[dict[str, Reason], dict[int, Reason]]:
    rows = scope.episodes().filter(metrics.called.rows(now)).annotate(outcome=metrics.outcome(now))
    reasons: dict[str, Reason] = defaultdict(Reason)
    hours: dict[int, Reason] = defaultdict(Reason)
    values = rows.values_list("handoff_reason", "hour", "handoff_at", "joined_at", "outcome", "rating")
    for key, hour, called_at, joined_at, outcome, score in values:
        for one in (reasons[key], hours[moment_of(hour).hour]):
            one.count += 1
            one.abandoned += outcome == metrics.abandoned.key
            one.joined += joined_at is not None
            if called_at is not None and joined_at is not None and joined_at >= called_at:
                one.waits.append((joined_at - called_at).total_seconds())
            if score is not None:
                one.scores.append(score)
    return reasons, hours


def _chart(key: str, title: str, lines: Sequence[tuple[str, Reason]], chart: Chart) -> Table:
    return Table(
        key,
        title,
        [
            Column("", "text"),
            Column(metrics.called.label, "count", metrics.called.definition),
            Column(metrics.abandoned.label, "count", metrics.abandoned.definition),
        ],
        [[label, one.count, one.abandoned] for label, one in lines] if any(one.count for _key, one in lines) else [],
        empty=_("No person was called in this period."),
        chart=chart,
        drawn=(1, 2),
    )


def _reason_table(scope: Scope, reasons: list[tuple[str, Reason]], whole: int) -> Table:
    return Table(
        "reasons",
        _("Reasons in detail"),
        [Column(_("Reason"), "text"), Column(_("Conversations"), "count", metrics.called.definition), *_columns()],
        [
            [
                reason_label(key),
                Cell(one.count, episodes_url(scope, figure=metrics.called.key, reason=key)),
                *_values(replace(scope, reason=key), one, whole),
            ]
            for key, one in reasons
        ],
        empty=_("No person was called in this period."),
    )


def _hour_table(scope: Scope, hours: dict[int, Reason]) -> Table:
    whole = sum(one.count for one in hours.values())
    return Table(
        "hours",
        _("Hours in detail"),
        [Column(_("Hour"), "text"), Column(_("Conversations"), "count", metrics.called.definition), *_columns()],
        [
            [
                f"{at}:00",
                Cell(one.count, episodes_url(scope, figure=metrics.called.key, at=at) if one.count else ""),
                *_values(replace(scope, at=at), one, whole),
            ]
            for at, one in sorted(hours.items())
            if one.count
        ],
        empty=_("No person was called in this period."),
    )


def _columns() -> list[Column]:
    wait = _("From the call for a person until a person joined; half of the waits are shorter, nine of ten.")
    return [
        Column(_("Share"), "percent"),
        Column(_("Time to a person, p50"), "duration", wait),
        Column(_("Time to a person, p90"), "duration", wait),
        Column(_("Within 30 s"), "percent", _("Of those whom a person joined.")),
        Column(metrics.abandoned.label, "count", metrics.abandoned.definition),
        Column(_("Average score"), "decimal"),
    ]


def _values(scope: Scope, one: Reason, whole: int) -> list[Any]:
    waits = sorted(one.waits)
    quick = sum(wait <= 30 for wait in waits)
    abandoned = episodes_url(scope, figure=metrics.abandoned.key) if one.abandoned else ""
    return [
        one.count / whole if whole else None,
        quantile(waits, 0.5),
        quantile(waits, 0.9),
        quick / len(waits) if waits else None,
        Cell(one.abandoned, abandoned),
        sum(one.scores) / len(one.scores) if one.scores else None,
    ]
