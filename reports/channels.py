"""Channel effect: volume, contacts, orders and what they brought, against what the channel cost."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from reports import metrics
from reports.hours import each_day
from reports.links import episodes_url
from reports.models import ChannelCost
from reports.scope import Scope
from reports.tables import Cell, Column, Table
from reports.totals import Totals, by_channel
from routing.models import Channel


def make_tables(scope: Scope, now: datetime) -> list[Table]:
    found = by_channel(scope, now)
    names = dict(Channel.objects.values_list("pk", "name"))
    costs = costs_of(scope)
    order = sorted(found, key=lambda pk: -found[pk][metrics.conversations.key])
    drawn = (metrics.engaged, metrics.ordered, metrics.leads)
    return [
        Table(
            "effect",
            _("Effect of each channel"),
            _columns(),
            [_line(names.get(pk, f"#{pk}"), replace(scope, channel=pk), found[pk], costs.get(pk)) for pk in order],
            note=_("Orders count for a channel when they were paid within 7 days after a conversation on it."),
        ),
        Table(
            "orders",
            _("Conversations and orders by channel"),
            [
                Column(_("Channel"), "text"),
                *(Column(figure.label, "count", figure.definition) for figure in drawn),
            ],
            [
                [
                    names.get(pk, f"#{pk}"),
                    *(found[pk][figure.key] for figure in drawn),
                ]
                for pk in order
            ],
            chart="ranks",
            is_wide=True,
            drawn=(1, 2, 3),
        ),
    ]


def costs_of(scope: Scope) -> dict[int, int]:
    """What each channel cost in the period, in fen: of a month as many days as belong to the period."""
    days: dict[tuple[int, int], int] = defaultdict(int)
    for day in each_day(scope.start, scope.end):
        days[day.year, day.month] += 1
    costs: dict[int, Decimal] = defaultdict(Decimal)
    rows = ChannelCost.objects.filter(month__range=(scope.start.replace(day=1), scope.end))
    for channel_id, month, amount in rows.values_list("channel_id", "month", "amount"):
        share = Decimal(days[month.year, month.month]) / monthrange(month.year, month.month)[1]
        costs[channel_id] += amount * 100 * share
    return {channel_id: round(cost) for channel_id, cost in costs.items()}


def _columns() -> list[Column]:
    counted = (metrics.conversations, metrics.engaged)
    return [
        Column(_("Channel"), "text"),
        *(Column(figure.label, "count", figure.definition) for figure in counted),
        Column(metrics.lead_rate.label, "percent", metrics.lead_rate.definition),
        Column(metrics.conversion_rate.label, "percent", metrics.conversion_rate.definition),
        Column(
            _("Orders"),
            "count",
            _("Orders, of which a conversation may bring several: its list shows the conversations."),
        ),
        Column(_("Order amount"), "money", _("Of the orders that count for it; refunded and closed ones do not.")),
        Column(_("Average order value"), "money", _("Order amount ÷ orders.")),
        Column(_("Cost"), "money", _("As entered under channel costs; a part of a month costs its share.")),
        Column("ROI", "percent", _("(Order amount - cost) ÷ cost: turnover, not profit. Only where a cost is given.")),
    ]


def _line(name: str, scope: Scope, totals: Totals, cost: int | None) -> list[object]:
    amount = totals["order_amount"]
    return [
        name,
        *(
            Cell(totals[figure.key], episodes_url(scope, figure=figure.key))
            for figure in (metrics.conversations, metrics.engaged)
        ),
        Cell(totals.rate(metrics.lead_rate), episodes_url(scope, figure=metrics.leads.key)),
        Cell(totals.rate(metrics.conversion_rate), episodes_url(scope, figure=metrics.ordered.key)),
        Cell(totals["order_count"], episodes_url(scope, figure=metrics.ordered.key)),
        amount,
        totals.order_value,
        cost,
        (amount - cost) / cost if cost else None,
    ]
