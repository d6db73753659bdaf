"""Who a broadcast would reach, what keeps it from beginning, and what a customer would read. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from conversations.models import Conversation, Customer, Order
from marketing.models import Broadcast, BroadcastRecipient
from marketing.platform_rules import is_allowed, platform_of
from marketing.segments import Conditions, conditions_of, find_customers
from marketing.wording import BROADCAST_VARIABLES, Filled, fill_in, unknown_variables, variables_of
from routing.models import Channel

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a broadcast intends, stored or still in a form. No channels: all that are enabled."""

    conditions: Conditions
    text: str
    channel_ids: tuple[int, ...] = ()
    coupons: tuple[str, ...] = ()
    pause_days: int = 0
    broadcast_id: int | None = None

    @property
    def needs_coupon(self) -> bool:
        return "coupon" in variables_of(self.text)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would be written to if it began now."""

    customers: int
    reachable: int
    opted_out: int
    recently: int

    @property
    def written_to(self) -> int:
        return self.reachable - self.opted_out - self.recently


@dataclass(frozen=True, slots=True)
class Example:
    """What one customer would read."""

    customer: Customer
    filled: Filled


def plan_of(broadcast: Broadcast) -> Plan:
    """The plan of a stored broadcast."""
    return Plan(
        conditions=conditions_of(broadcast.segment),
        text=broadcast.text,
        channel_ids=tuple(broadcast.channels.values_list("pk", flat=True)),
        coupons=tuple(broadcast.coupons()),
        pause_days=broadcast.pause_days,
        broadcast_id=broadcast.pk,
    )


def channels_of(plan: Plan) -> QuerySet[Channel]:
    enabled = Channel.objects.filter(is_enabled=True)
    return enabled.filter(pk__in=plan.channel_ids) if plan.channel_ids else enabled


def candidates(plan: Plan, now: datetime) -> QuerySet[Any]:
    """The customers with `chat_id`, the conversation to write into, and `is_recent`: who got another lately."""
    chats = Conversation.objects.filter(customer=OuterRef("pk"), channel__in=channels_of(plan).values("pk"))
    latest = chats.order_by("-last_message_at", "-pk").values("pk")[:1]
    since = now - timedelta(days=plan.pause_days)
    others = BroadcastRecipient.objects.filter(
        customer=OuterRef("pk"), state=BroadcastRecipient.State.SENT, sent_at__gt=since
    ).exclude(broadcast=plan.broadcast_id)
    is_recent = Exists(others if plan.pause_days else others.none())
    rows: QuerySet[Any] = find_customers(plan.conditions, now).annotate(chat_id=Subquery(latest), is_recent=is_recent)
    return rows.filter(chat_id__isnull=False)


def audience_of(plan: Plan) -> Audience:
    """How many, and how many of them are left out for what."""
    now = timezone.now()
    customers = find_customers(plan.conditions, now).order_by().count()
    reachable = opted_out = recently = 0
    counted = candidates(plan, now).order_by().values_list("marketing_consent", "is_recent").annotate(Count("pk"))
    for consent, is_recent, count in counted:
        reachable += count
        if consent == Customer.Consent.REFUSED:
            opted_out += count
        elif is_recent:
            recently += count
    return Audience(customers, reachable, opted_out, recently)


def problems_of(plan: Plan, audience: Audience) -> list[str]:
    """What keeps it from beginning, in words for the manager."""
    problems = []
    if unknown := unknown_variables(plan.text, BROADCAST_VARIABLES):
        problems.append(gettext("The text has unknown variables: %(names)s.") % {"names": ", ".join(unknown)})
    if not plan.text.strip():
        problems.append(gettext("The text is empty."))
    if plan.needs_coupon and len(plan.coupons) < audience.written_to:
        text = gettext("%(customers)d customers, but only %(codes)d coupon codes.")
        problems.append(text % {"customers": audience.written_to, "codes": len(plan.coupons)})
    if not audience.written_to:
        problems.append(gettext("Nobody would get it."))
    strict = [str(one) for one in channels_of(plan) if not is_allowed(platform_of(one), plan.text)]
    if strict:
        text = gettext("These platforms forbid contact details in texts: %(names)s.")
        problems.append(text % {"names": ", ".join(strict)})
    return problems


def examples_of(plan: Plan) -> Sequence[Example]:
    """What the first customers would read."""
    orders = Order.objects.filter(customer=OuterRef("pk")).newest_first().values("number")[:1]
    rows = candidates(plan, timezone.now()).filter(is_recent=False).annotate(order_number=Subquery(orders))
    rows = rows.exclude(marketing_consent=Customer.Consent.REFUSED)
    codes = (*plan.coupons, *[""] * EXAMPLES)
    return [
        Example(row, fill_in(plan.text, {"name": row.name, "coupon": code, "order": row.order_number or ""}))
        for row, code in zip(rows[:EXAMPLES], codes, strict=False)
    ]


def without_value(plan: Plan) -> int:
    """How many would be left out because a variable without default has no value for them."""
    rows = candidates(plan, timezone.now()).order_by()
    empty = fill_in(plan.text, dict.fromkeys(BROADCAST_VARIABLES, "")).missing
    count = 0
    if "name" in empty:
        count += rows.filter(name="").count()
        rows = rows.exclude(name="")
    if "order" in empty:
        count += rows.filter(~Exists(Order.objects.filter(customer=OuterRef("pk")))).count()
    return count
