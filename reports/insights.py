"""What customers want to know more, and less, than before; and which products cause which after-sales matters."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from cs_platform.text import clean_question
from reports import metrics
from reports.links import episodes_url
from reports.scope import Scope
from reports.tables import Cell, Column, Table
from reports.topics import category_names
from reports.totals import Totals, by_category
from routing.models import Intent

BOUGHT_WITHIN = timedelta(days=60)
QUESTIONS_READ = 20_000
LINES_MAX = 20
_ENDINGS = " ?？!！。."
PRODUCTS_MAX = 15


def make_tables(scope: Scope, now: datetime) -> list[Table]:
    found, before = by_category(scope, now), by_category(scope.previous(), now)
    names = category_names()
    return [
        _topic_table(scope, found, before, names),
        _question_table(scope, now),
        _product_table(scope, names),
        _intent_table(scope, now),
    ]


def _topic_table(
    scope: Scope, found: dict[int | None, Totals], before: dict[int | None, Totals], names: dict[int, str]
) -> Table:
    key = metrics.engaged.key
    whole, whole_before = (sum(one[key] for one in side.values()) for side in (found, before))
    lines: list[list[Any]] = []
    for pk in {pk for side in (found, before) for pk in side if pk is not None}:
        count, earlier = (side[pk][key] if pk in side else 0 for side in (found, before))
        share = count / whole if whole else 0.0
        moved = share - earlier / whole_before if whole_before else None
        here = replace(scope, category=pk)
        cell = Cell(count, episodes_url(here, figure=key) if count else "")
        rate = found[pk].rate(metrics.resolved_rate) if pk in found else None
        above, _mark, name = names.get(pk, f"#{pk}").rpartition(" › ")
        lines.append([Cell(name, hint=above), cell, share, earlier, moved, rate])
    lines.sort(key=lambda line: -abs(line[4] if line[4] is not None else line[2]))
    return Table(
        "topics",
        _("Topics that grow and shrink"),
        [
            Column(_("Category"), "text"),
            Column(metrics.engaged.label, "count", metrics.engaged.definition),
            Column(_("Share"), "percent", _("Of all conversations in which the customer wrote.")),
            Column(_("Before"), "count", _("In as many days just before.")),
            Column(_("Change of share"), "points", _("Against the period before; the largest changes first.")),
            Column(metrics.resolved_rate.label, "percent", metrics.resolved_rate.definition),
        ],
        lines[:LINES_MAX],
        chart="ranks",
        is_wide=True,
        drawn=(1, 3),
    )


def _question_table(scope: Scope, now: datetime) -> Table:
    rows = scope.episodes().filter(metrics.engaged.rows(now)).exclude(question="").order_by("-hour")
    counts: Counter[str] = Counter(
        clean_question(text).rstrip(_ENDINGS) for text in rows.values_list("question", flat=True)[:QUESTIONS_READ]
    )
    whole = sum(counts.values())
    return Table(
        "questions",
        _("Most frequent first questions"),
        [Column(_("Question"), "text"), Column(_("Times")), Column(_("Share"), "percent")],
        [[text, count, count / whole] for text, count in counts.most_common(LINES_MAX)],
    )


def _product_table(scope: Scope, names: dict[int, str]) -> Table:
    """Episodes with a category, and what their customers had bought within the weeks before."""
    bought = Q(
        customer__orders__created_at__lte=F("first_customer_at"),
        customer__orders__created_at__gte=F("first_customer_at") - BOUGHT_WITHIN,
    )
    rows = scope.episodes().filter(bought, category__isnull=False)
    counted = rows.values_list("customer__orders__items__name", "category_id").annotate(
        count=Count("pk", distinct=True)
    )
    products: dict[str, Counter[int]] = defaultdict(Counter)
    for product, category_id, count in counted:
        if product:
            products[product][category_id] += count
    order = sorted(products, key=lambda name: -products[name].total())[:PRODUCTS_MAX]
    lines: list[list[Any]] = [
        [
            product,
            products[product].total(),
            "、".join(
                f"{names.get(pk, '#').rpartition(' › ')[2]} {count}" for pk, count in products[product].most_common(3)
            ),
        ]
        for product in order
    ]
    return Table(
        "products",
        _("After-sales matters by product"),
        [
            Column(_("Product"), "text"),
            Column(_("Conversations"), "count", _("With customers who ordered it in the 60 days before they wrote.")),
            Column(_("Most frequent matters"), "text"),
        ],
        lines,
        empty=_("No customer of this period had an order before: connect your shop's orders to see causes by product."),
    )


def _intent_table(scope: Scope, now: datetime) -> Table:
    rows = scope.episodes().filter(metrics.engaged.rows(now)).exclude(intent="").values("intent")
    names = dict(Intent.objects.values_list("key", "name"))
    counts = rows.annotate(
        count=Count("pk"),
        called=Count("pk", filter=metrics.called.rows(now)),
        resolved=Count("pk", filter=metrics.resolved.rows(now)),
    )
    return Table(
        "intents",
        _("What customers want"),
        [
            Column(_("Intent"), "text"),
            Column(metrics.engaged.label, "count", metrics.engaged.definition),
            Column(metrics.resolved.label, "count", metrics.resolved.definition),
            Column(metrics.called.label, "count", metrics.called.definition),
        ],
        [
            [names.get(row["intent"], row["intent"]), row["count"], row["resolved"], row["called"]]
            for row in sorted(counts, key=lambda row: -row["count"])[:LINES_MAX]
        ],
        empty=_("No intent was recognised in this period."),
    )
