"""From conditions to customers: one query, whatever the conditions."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, Coalesce

from conversations.models import Conversation, Customer, Order, OrderItem
from marketing.models import Lead, Segment

Contact = Segment.Contact


@dataclass(frozen=True, slots=True)
class Conditions:
    """Who is meant; all of it must hold. Rows are named by their ids, topics with all below them."""

    level: str = ""
    contact: str = Contact.ANY
    tags: tuple[str, ...] = ()
    channels: tuple[int, ...] = ()
    seen_within_days: int | None = None
    unseen_for_days: int | None = None
    products: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    orders_min: int | None = None
    orders_max: int | None = None
    spent_min: Decimal | None = None
    ordered_within_days: int | None = None


def conditions_of(segment: Segment) -> Conditions:
    """What a stored segment demands."""
    return read_conditions(segment, segment.channels.all(), segment.products.all(), segment.categories.all())


def read_conditions(segment: Segment, channels: Any, products: Any, categories: Any) -> Conditions:
    """What a segment demands, with its lists given: a form's segment has none of its own yet."""
    below = {node.pk for category in categories for node in category.descendants(include_self=True)}
    return Conditions(
        level=segment.level,
        contact=segment.contact,
        tags=tuple(segment.tag_names()),
        channels=tuple(channel.pk for channel in channels),
        seen_within_days=segment.seen_within_days,
        unseen_for_days=segment.unseen_for_days,
        products=tuple(product.pk for product in products),
        categories=tuple(sorted(below)),
        orders_min=segment.orders_min,
        orders_max=segment.orders_max,
        spent_min=segment.spent_min,
        ordered_within_days=segment.ordered_within_days,
    )


def find_customers(wanted: Conditions, now: datetime) -> QuerySet[Customer]:
    """Who fits, newest first; nobody who is blocked or became somebody else."""
    customers = Customer.objects.filter(is_blocked=False, merged_into__isnull=True)
    if wanted.level:
        customers = customers.filter(level=wanted.level)
    if wanted.tags:
        customers = customers.annotate(tags_text=Cast("tags", TextField())).filter(_any_tag(wanted.tags))
    customers = customers.filter(_contact(wanted.contact))
    for condition in [*_seen(wanted, now), *_bought(wanted)]:
        customers = customers.filter(condition)
    return _with_orders(customers, wanted, now).order_by("-pk")


def _any_tag(tags: tuple[str, ...]) -> Q:
    """SQLite keeps JSON as the text that Python wrote, with escapes; PostgreSQL as characters."""
    found = Q()
    for tag in tags:
        found |= Q(tags_text__contains=json.dumps(tag, ensure_ascii=connection.vendor == "sqlite"))
    return found


def _contact(contact: str) -> Any:
    has_lead = Exists(Lead.objects.filter(customer=OuterRef("pk")))
    left = ~Q(phone="") | ~Q(wechat="") | ~Q(email="") | has_lead
    if contact == Contact.LEFT:
        return Q(left)
    if contact == Contact.PHONE:
        return ~Q(phone="") | Exists(Lead.objects.filter(customer=OuterRef("pk")).exclude(phone=""))
    return ~Q(left) if contact == Contact.NONE else Q()


def _seen(wanted: Conditions, now: datetime) -> list[Any]:
    chats = Conversation.objects.filter(customer=OuterRef("pk"))
    conditions: list[Any] = []
    if wanted.channels:
        conditions.append(Exists(chats.filter(channel__in=wanted.channels)))
    if wanted.seen_within_days is not None:
        since = now - timedelta(days=wanted.seen_within_days)
        conditions.append(Exists(chats.filter(last_message_at__gte=since)))
    if wanted.unseen_for_days is not None:
        since = now - timedelta(days=wanted.unseen_for_days)
        conditions.append(~Exists(chats.filter(last_message_at__gte=since)))
    return conditions


def _bought(wanted: Conditions) -> list[Any]:
    lines = OrderItem.objects.filter(order__customer=OuterRef("pk"), order__paid_at__isnull=False)
    conditions: list[Any] = []
    if wanted.products:
        conditions.append(Exists(lines.filter(product__in=wanted.products)))
    if wanted.categories:
        conditions.append(Exists(lines.filter(product__category__in=wanted.categories)))
    return conditions


def _with_orders(customers: QuerySet[Customer], wanted: Conditions, now: datetime) -> QuerySet[Customer]:
    paid = Order.objects.filter(customer=OuterRef("pk"), paid_at__isnull=False).order_by().values("customer")
    if wanted.orders_min is not None or wanted.orders_max is not None:
        count = Coalesce(Subquery(paid.annotate(n=Count("pk")).values("n")), 0)
        customers = customers.annotate(paid_orders=count)
        if wanted.orders_min is not None:
            customers = customers.filter(paid_orders__gte=wanted.orders_min)
        if wanted.orders_max is not None:
            customers = customers.filter(paid_orders__lte=wanted.orders_max)
    if wanted.spent_min is not None:
        money = DecimalField(max_digits=14, decimal_places=2)
        total = Subquery(paid.annotate(sum=Sum("total")).values("sum"), output_field=money)
        customers = customers.annotate(spent=Coalesce(total, 0, output_field=money))
        customers = customers.filter(spent__gte=wanted.spent_min)
    if wanted.ordered_within_days is not None:
        since = now - timedelta(days=wanted.ordered_within_days)
        customers = customers.filter(Exists(Order.objects.filter(customer=OuterRef("pk"), paid_at__gte=since)))
    return customers
