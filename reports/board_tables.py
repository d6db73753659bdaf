"""The tables of the board: over time, by hour of the week, by kind of day, channel and category."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports import metrics
from reports.figures import Figure
from reports.hours import day_of, hours_of_day, moment_of
from reports.links import episodes_url
from reports.scope import WEEKDAY, WEEKEND, Scope
from reports.tables import Cell, Column, Table
from reports.topics import name_categories
from reports.totals import Totals, by_category, by_channel, by_hour
from routing.models import Channel

Hours = Mapping[int, Totals]
RESPONSE = gettext_lazy("Average response time")
RESPONSE_DEFINITION = gettext_lazy(
    "From the customer's first unanswered message to the next reply, by the AI or a person; all waits ÷ all replies."
)
COVERAGE_DEFINITION = gettext_lazy(
    "Replies of the AI with an answer ÷ all its replies to questions: answers, questions back and admitted misses."
)


def make_tables(scope: Scope, now: datetime, hours: Hours | None = None) -> list[Table]:
    hours = by_hour(scope, now) if hours is None else hours
    steps = _by_step(scope, hours)
    return [
        _volume_table(scope, steps),
        _outcome_table(scope, steps),
        _response_table(scope, steps),
        _heat_table(scope, hours),
        _coverage_table(scope, steps),
        _rating_table(scope, steps),
        _weekend_table(scope, hours),
        _channel_table(scope, now),
        _category_table(scope, now),
    ]


Step = tuple[str, Scope, Totals]


def _by_step(scope: Scope, hours: Hours) -> list[Step]:
    """Each hour of a short period, each day of a longer one, also those in which nothing happened."""
    if scope.is_by_hour:
        steps = [(moment_of(hour), hour) for day in scope.each_day() for hour in range(*hours_of_day(day))]
        return [
            (
                date_format(at, "H:i") if scope.length == 1 else date_format(at, "m-d H:i"),
                replace(scope, start=at.date(), end=at.date(), at=at.hour),
                hours.get(hour) or Totals.added([]),
            )
            for at, hour in steps
            if scope.at in (None, at.hour)
        ]
    days: dict[date, list[Totals]] = defaultdict(list)
    for hour, totals in hours.items():
        days[day_of(hour)].append(totals)
    return [
        (date_format(day, "m-d"), replace(scope, start=day, end=day), Totals.added(days[day]))
        for day in scope.each_day()
    ]


def _step_column(scope: Scope) -> Column:
    return Column(_("Hour") if scope.is_by_hour else _("Date"), "text")


def _volume_table(scope: Scope, steps: Sequence[Step]) -> Table:
    figures = (metrics.conversations, metrics.engaged, metrics.resolved, metrics.called, metrics.leads)
    return Table(
        "volume",
        _("Conversations over time"),
        [_step_column(scope), *(Column(figure.label, "count", figure.definition) for figure in figures)],
        [[label, *(_cell(at, figure, totals) for figure in figures)] for label, at, totals in steps],
        chart="bars",
        drawn=(1, 2, 3, 4),
    )


def _outcome_table(scope: Scope, steps: Sequence[Step]) -> Table:
    return Table(
        "outcomes",
        _("What became of them"),
        [_step_column(scope), *(Column(figure.label, "count", figure.definition) for figure in metrics.OUTCOMES)],
        [[label, *(_cell(at, figure, totals) for figure in metrics.OUTCOMES)] for label, at, totals in steps],
        chart="stack",
        drawn=(1, 2, 3, 4, 5),
    )


def _response_table(scope: Scope, steps: Sequence[Step]) -> Table:
    return Table(
        "response",
        _("Response time"),
        [
            _step_column(scope),
            Column(_("AI"), "duration", RESPONSE_DEFINITION),
            Column(_("People"), "duration", RESPONSE_DEFINITION),
        ],
        [[label, totals.ai_seconds, totals.human_seconds] for label, _at, totals in steps],
        chart="lines",
        drawn=(1, 2),
    )


def _coverage_table(scope: Scope, steps: Sequence[Step]) -> Table:
    return Table(
        "coverage",
        _("Knowledge coverage"),
        [
            _step_column(scope),
            Column(_("Coverage"), "percent", COVERAGE_DEFINITION),
            Column(_("Answered"), "count"),
            Column(_("Asked back"), "count"),
            Column(_("Did not know"), "count"),
        ],
        [
            [label, totals.coverage, *(totals[name] for name in ("ai_answers", "ai_clarifies", "ai_unknowns"))]
            for label, _at, totals in steps
        ],
        note=COVERAGE_DEFINITION,
        chart="lines",
        drawn=(1,),
    )


def _rating_table(scope: Scope, steps: Sequence[Step]) -> Table:
    figures = (metrics.positive, metrics.negative)
    rate = metrics.positive_rate
    return Table(
        "ratings",
        _("Satisfaction over time"),
        [
            _step_column(scope),
            Column(rate.label, "percent", rate.definition),
            *(Column(figure.label, "count", figure.definition) for figure in figures),
            Column(_("Average score"), "decimal"),
        ],
        [
            [label, totals.rate(rate), *(_cell(at, figure, totals) for figure in figures), totals.score]
            for label, at, totals in steps
        ],
        chart="lines",
        drawn=(1,),
    )


def _heat_table(scope: Scope, hours: Hours) -> Table:
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for hour, totals in hours.items():
        at = moment_of(hour)
        counts[at.weekday(), at.hour] += totals[metrics.engaged.key]
    monday = date(2024, 1, 1)
    lines = [
        [
            date_format(monday.replace(day=1 + day), "D"),
            *(Cell(counts[day, at], _heat_url(scope, day, at, counts[day, at])) for at in range(24)),
        ]
        for day in range(7)
    ]
    return Table(
        "heat",
        _("When customers write"),
        [Column(_("Day of the week"), "text"), *(Column(f"{at}", "count") for at in range(24))],
        lines,
        note=metrics.engaged.definition,
        chart="heat",
        drawn=tuple(range(1, 25)),
    )


def _heat_url(scope: Scope, day: int, at: int, count: int) -> str:
    return episodes_url(scope, figure=metrics.engaged.key, days=str(day), at=at) if count else ""


def _weekend_table(scope: Scope, hours: Hours) -> Table:
    lines = []
    for label, kind in ((_("Weekdays"), WEEKDAY), (_("Weekends"), WEEKEND)):
        half = replace(scope, days=kind)
        days = len(half.each_day())
        runs = half.runs() if days else []
        totals = Totals.added(one for hour, one in hours.items() if any(first <= hour < end for first, end in runs))
        counts = (totals[figure.key] for figure in (metrics.conversations, metrics.engaged))
        lines.append([label, days, *(count / days if days else None for count in counts), *_rates(half, totals)])
    columns = [
        Column(_("Days"), "text"),
        Column(_("Number of days"), "count"),
        Column(_("Conversations a day"), "decimal", metrics.conversations.definition),
        Column(_("Customers who wrote, a day"), "decimal", metrics.engaged.definition),
        *_rate_columns(),
    ]
    return Table("weekend", _("Weekdays and weekends"), columns, lines)


def _channel_table(scope: Scope, now: datetime) -> Table:
    found = by_channel(scope, now)
    names = dict(Channel.objects.values_list("pk", "name"))
    lines = [
        _place_line(names.get(pk, f"#{pk}"), replace(scope, channel=pk), totals)
        for pk, totals in sorted(found.items(), key=lambda item: -item[1][metrics.conversations.key])
    ]
    return Table("channels", _("By channel"), _place_columns(_("Channel")), lines)


def _category_table(scope: Scope, now: datetime) -> Table:
    lines = [
        _place_line(name, replace(scope, category=pk), totals)
        for pk, name, totals in name_categories(by_category(scope, now))
    ]
    return Table(
        "categories",
        _("By category"),
        _place_columns(_("Category")),
        lines,
        note=_("The category of the knowledge entry that answered the first question."),
    )


def _place_columns(label: str) -> list[Column]:
    figures = (metrics.conversations, metrics.engaged)
    counts = [Column(figure.label, "count", figure.definition) for figure in figures]
    return [Column(label, "text"), *counts, *_rate_columns()]


def _place_line(name: str, scope: Scope, totals: Totals) -> list[Any]:
    counts = [_cell(scope, figure, totals) for figure in (metrics.conversations, metrics.engaged)]
    return [name, *counts, *_rates(scope, totals)]


def _rate_columns() -> list[Column]:
    rates = (metrics.lead_rate, metrics.resolved_rate, metrics.takeover_rate)
    return [
        *(Column(rate.label, "percent", rate.definition) for rate in rates),
        Column(RESPONSE, "duration", RESPONSE_DEFINITION),
    ]


def _rates(scope: Scope, totals: Totals) -> list[Any]:
    rates = (metrics.lead_rate, metrics.resolved_rate, metrics.takeover_rate)
    cells = [Cell(totals.rate(rate), episodes_url(scope, figure=rate.part.key)) for rate in rates]
    return [*cells, totals.response_seconds]


def _cell(scope: Scope, figure: Figure, totals: Totals) -> Cell:
    count = totals[figure.key]
    return Cell(count, episodes_url(scope, figure=figure.key) if count else "")
