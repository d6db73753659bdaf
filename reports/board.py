"""The board: the six core figures with their trend, what became of the conversations, and where they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports import metrics
from reports.board_tables import RESPONSE, RESPONSE_DEFINITION, Hours, make_tables
from reports.figures import Figure, Rate
from reports.hours import hour_of
from reports.links import episodes_url
from reports.scope import Scope
from reports.tables import Table, write
from reports.totals import Totals, by_hour
from reports.waits import first_waits, quantile

FIRST_HUMAN_DEFINITION = gettext_lazy(
    "From the call for a person to the person's first message:"
    " the middle of all waits, and the one that nine of ten stay below."
)


@dataclass(frozen=True, slots=True)
class Card:
    """One core figure. `trend` is the change against the period before, `is_good` whether that is welcome."""

    key: str
    label: str | Promise
    definition: str | Promise
    text: str
    url: str
    trend: str = ""
    is_good: bool | None = None
    parts: Sequence[tuple[str | Promise, str, str, str | Promise]] = ()  # label, text, address, definition


@dataclass(frozen=True, slots=True)
class Share:
    """One outcome: how many, and of all."""

    key: str
    label: str | Promise
    definition: str | Promise
    count: int
    share: float
    url: str


@dataclass(frozen=True, slots=True)
class Board:
    scope: Scope
    totals: Totals
    cards: Sequence[Card]
    outcomes: Sequence[Share]
    tables: Sequence[Table]


def make_board(scope: Scope, now: datetime) -> Board:
    hours = by_hour(scope, now)
    totals = Totals.added(hours.values())
    before = Totals.added(_comparable(scope, now).values())
    return Board(
        scope,
        totals,
        cards=_cards(scope, totals, before),
        outcomes=_outcomes(scope, totals),
        tables=make_tables(scope, now, hours),
    )


def _comparable(scope: Scope, now: datetime) -> Hours:
    """The period before; of a period that is not over yet only as much as has passed of it."""
    passed = hour_of(now) - 24 * scope.length
    return {hour: totals for hour, totals in by_hour(scope.previous(), now).items() if hour <= passed}


def _cards(scope: Scope, totals: Totals, before: Totals) -> list[Card]:
    waits = first_waits(scope)
    return [
        _count_card(scope, metrics.conversations, totals, before, [metrics.proactive_only]),
        _count_card(scope, metrics.engaged, totals, before, [metrics.engaged_rate]),
        _rate_card(scope, metrics.lead_rate, totals, before, [metrics.leads], higher_is_better=True),
        _rate_card(
            scope, metrics.resolved_rate, totals, before, [metrics.confirmed, metrics.durable], higher_is_better=True
        ),
        _rate_card(
            scope,
            metrics.takeover_rate,
            totals,
            before,
            [metrics.asked_for_person, metrics.abandoned],
            higher_is_better=False,
        ),
        Card(
            "response",
            RESPONSE,
            RESPONSE_DEFINITION,
            write(totals.response_seconds, "duration"),
            "",
            *_relative(totals.response_seconds, before.response_seconds, higher_is_better=False),
            parts=[
                (_("AI"), write(totals.ai_seconds, "duration"), "", RESPONSE_DEFINITION),
                (_("Person, p50"), write(quantile(waits, 0.5), "duration"), "", FIRST_HUMAN_DEFINITION),
                (_("Person, p90"), write(quantile(waits, 0.9), "duration"), "", FIRST_HUMAN_DEFINITION),
            ],
        ),
    ]


def _count_card(scope: Scope, figure: Figure, totals: Totals, before: Totals, parts: Sequence[Figure | Rate]) -> Card:
    trend, _good = _relative(totals[figure.key], before[figure.key], higher_is_better=True)
    return Card(
        figure.key,
        figure.label,
        figure.definition,
        write(totals[figure.key], "count"),
        episodes_url(scope, figure=figure.key),
        trend,
        parts=[_part(scope, part, totals) for part in parts],
    )


def _rate_card(
    scope: Scope, rate: Rate, totals: Totals, before: Totals, parts: Sequence[Figure | Rate], *, higher_is_better: bool
) -> Card:
    value, earlier = totals.rate(rate), before.rate(rate)
    trend, good = "", None
    if value is not None and earlier is not None:
        points = round((value - earlier) * 100, 1)
        trend = _("%(points)s points") % {"points": f"{points:+.1f}"}
        good = None if points == 0 else (points > 0) == higher_is_better
    return Card(
        rate.key,
        rate.label,
        rate.definition,
        write(value, "percent"),
        episodes_url(scope, figure=rate.part.key),
        trend,
        good,
        parts=[_part(scope, part, totals) for part in parts],
    )


def _part(scope: Scope, part: Figure | Rate, totals: Totals) -> tuple[str | Promise, str, str, str | Promise]:
    if isinstance(part, Rate):
        return part.label, write(totals.rate(part), "percent"), "", part.definition
    url = episodes_url(scope, figure=part.key)
    return part.label, write(totals[part.key], "count"), url, part.definition


def _relative(value: float | None, before: float | None, *, higher_is_better: bool) -> tuple[str, bool | None]:
    if value is None or not before:
        return "", None
    change = round(100 * (value - before) / before)
    return f"{change:+d}%", None if change == 0 else (change > 0) == higher_is_better


def _outcomes(scope: Scope, totals: Totals) -> list[Share]:
    whole = totals[metrics.ai_cohort.key]
    return [
        Share(
            figure.key,
            figure.label,
            figure.definition,
            totals[figure.key],
            totals[figure.key] / whole if whole else 0.0,
            episodes_url(scope, figure=figure.key),
        )
        for figure in metrics.OUTCOMES
    ]
