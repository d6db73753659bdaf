"""What the AI saves: measured minutes, times what the merchant says a person costs. Every factor is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from cs_platform.audit import record
from cs_platform.models import User
from reports import metrics
from reports.links import episodes_url
from reports.models import CostAssumption
from reports.scope import Scope
from reports.tables import Cell, Column, Table, write
from reports.topics import roots_of_categories
from reports.totals import Totals, all_of, by_category

MEASURED_MIN = 20  # with fewer conversations an average means little
DAYS_A_YEAR = 365
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Handling:
    """How long people have a conversation for, on average, and how many were measured."""

    seconds: float
    measured: int
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Benefit:
    """`hours` of people's time saved in the period, the people that is at a time, and yuan a year, net of the AI."""

    solved: int
    minutes: float
    hours: float
    people: float
    gross: float
    ai_cost: float
    net: float


def assumptions() -> CostAssumption:
    return CostAssumption.objects.first() or CostAssumption()


@transaction.atomic
def change_assumptions(values: Mapping[str, Decimal], *, by: User) -> CostAssumption:
    """What the merchant says from now on. The trail keeps what it was before: every benefit shown hangs on it."""
    row = CostAssumption.objects.select_for_update().order_by("pk").first() or CostAssumption()
    changed = {
        name: [f"{getattr(row, name)}", f"{value}"] for name, value in values.items() if getattr(row, name) != value
    }
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.save()
        record("costs.changed", row, by=by, changed=changed)
    return row


def measure_handling(scope: Scope, wish: CostAssumption) -> dict[int | None, Handling]:
    """People's time per conversation, by first-level category, and over all under None."""
    rows = scope.episodes().filter(handle_seconds__gt=0)
    roots, _names = roots_of_categories()
    sums: dict[int | None, list[int]] = {}
    for category_id, seconds, count in rows.values_list("category_id").annotate(Sum("handle_seconds"), Count("pk")):
        for key in (roots.get(category_id or 0, 0), None):
            one = sums.setdefault(key, [0, 0])
            one[0] += seconds
            one[1] += count
    by_hand = Handling(float(wish.minutes_by_hand) * 60, sums.get(None, [0, 0])[1], is_assumed=True)
    over_all = _handling(sums.get(None), by_hand)
    return {key: _handling(one, over_all) for key, one in sums.items() if key is not None} | {None: over_all}


def reckon(solved: dict[int, int], handling: dict[int | None, Handling], days: int, wish: CostAssumption) -> Benefit:
    """Conversations that the AI solved, by category × people's time of that category. Pure."""
    seconds = sum(count * handling.get(pk, handling[None]).seconds for pk, count in solved.items())
    hours = seconds / 3600
    people = hours / days / float(wish.hours_per_day)
    gross = people * float(wish.annual_cost)
    ai_cost = float(wish.monthly_ai_cost) * 12
    count = sum(solved.values())
    minutes = seconds / 60 / count if count else handling[None].seconds / 60
    return Benefit(count, minutes, hours, people, gross, ai_cost, gross - ai_cost)


def make_tables(scope: Scope, now: datetime) -> list[Table]:
    wish = assumptions()
    handling = measure_handling(scope, wish)
    topics = _topics(scope, now)
    sides = [
        (metrics.durable, {pk: one[metrics.durable.key] for pk, (_name, one) in topics.items()}),
        (metrics.confirmed, {pk: one[metrics.confirmed.key] for pk, (_name, one) in topics.items()}),
        (metrics.resolved, {pk: one[metrics.resolved.key] for pk, (_name, one) in topics.items()}),
    ]
    lines = []
    for figure, solved in sides:
        benefit = reckon(solved, handling, scope.length, wish)
        count = Cell(benefit.solved, episodes_url(scope, figure=figure.key))
        money = [round(value * 100) for value in (benefit.gross, benefit.ai_cost, benefit.net)]
        lines.append([figure.label, count, benefit.minutes * 60, benefit.hours, benefit.people, *money])
    return [_benefit_table(lines), _topic_table(topics, handling)]


def explain(scope: Scope, now: datetime) -> list[str]:
    """The reckoning in one line each, with its numbers: nobody has to believe it."""
    wish, totals = assumptions(), all_of(scope, now)
    handling = measure_handling(scope, wish)
    solved = {pk: one[metrics.durable.key] for pk, (_name, one) in _topics(scope, now).items()}
    benefit = reckon(solved, handling, scope.length, wish)
    source = handling[None]
    measured = (
        _("assumed; only %(count)s conversations with people were measured") % {"count": source.measured}
        if source.is_assumed
        else _("measured on %(count)s conversations with people") % {"count": source.measured}
    )
    return [
        _("%(count)s conversations solved for good × %(minutes)s min (%(measured)s) = %(hours)s h")
        % {
            "count": benefit.solved,
            "minutes": f"{benefit.minutes:.1f}",
            "measured": measured,
            "hours": f"{benefit.hours:.1f}",
        },
        _("%(hours)s h ÷ %(days)s days ÷ %(daily)s h a day = %(people)s people")
        % {
            "hours": f"{benefit.hours:.1f}",
            "days": scope.length,
            "daily": f"{wish.hours_per_day:g}",
            "people": f"{benefit.people:.2f}",
        },
        _("%(people)s people × %(annual)s a year - %(ai)s a year for the AI = %(net)s a year")
        % {
            "people": f"{benefit.people:.2f}",
            "annual": write(wish.annual_cost * 100, "money"),
            "ai": write(benefit.ai_cost * 100, "money"),
            "net": write(benefit.net * 100, "money"),
        },
        _("In the same time people had %(count)s conversations.") % {"count": totals[metrics.handed_over.key]},
    ]


def _benefit_table(lines: list[list[Any]]) -> Table:
    return Table(
        "benefit",
        _("Saved by the AI"),
        [
            Column(_("Counted as solved"), "text"),
            Column(_("Conversations"), "count"),
            Column(
                _("People's time each"),
                "duration",
                _("Measured: how long people have a conversation of the same category, else of any, else assumed."),
            ),
            Column(_("Hours in the period"), "decimal", _("Conversations × people's time of their category.")),
            Column(_("People"), "decimal", _("Hours ÷ days of the period ÷ working hours a day.")),
            Column(_("Saved a year"), "money", _("People × one agent's cost a year.")),
            Column(_("AI cost a year"), "money", _("As assumed, × 12.")),
            Column(_("Net a year"), "money"),
        ],
        lines,
        note=_("Solved for good is the cautious count; the last days of a period cannot be durable yet."),
    )


def _topic_table(topics: dict[int, tuple[str, Totals]], handling: dict[int | None, Handling]) -> Table:
    lines = []
    for pk, (name, one) in topics.items():
        here = handling.get(pk, handling[None])
        solved = one[metrics.durable.key]
        source = _("assumed") if here.is_assumed else _("measured on %(count)s") % {"count": here.measured}
        lines.append([name, solved, Cell(here.seconds, hint=source), solved * here.seconds / 3600])
    return Table(
        "topics",
        _("By category"),
        [
            Column(_("Category"), "text"),
            Column(metrics.durable.label, "count", metrics.durable.definition),
            Column(_("People's time each"), "duration"),
            Column(_("Hours in the period"), "decimal"),
        ],
        lines,
    )


def _handling(sums: list[int] | None, otherwise: Handling) -> Handling:
    if sums is None or sums[1] < MEASURED_MIN:
        return otherwise
    return Handling(sums[0] / sums[1], sums[1], is_assumed=False)


def _topics(scope: Scope, now: datetime) -> dict[int, tuple[str, Totals]]:
    roots, names = roots_of_categories()
    found: dict[int, list[Totals]] = {}
    for pk, totals in by_category(scope, now).items():
        found.setdefault(roots.get(pk or 0, 0), []).append(totals)
    none = _("Without category")
    return {pk: (names.get(pk, none), Totals.added(many)) for pk, many in sorted(found.items())}
