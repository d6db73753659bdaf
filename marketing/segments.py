"""From a segment's conditions to its customers: one query, whatever the conditions."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, Coalesce

from conversations.models import Conversation, Customer, Order, OrderItem
from marketing.models import Lead, Segment

Contact = Segment.Contact


def customers_of(segment: Segment, now: datetime) -> QuerySet[Customer]:
    """Who fits all conditions of a stored segment, newest first; nobody who is blocked or became somebody else."""
    customers = Customer.objects.filter(is_blocked=False, merged_into__isnull=True)
    if segment.level:
        customers = customers.filter(level=segment.level)
    if tags := segment.tag_names():
        customers = customers.annotate(tags_text=Cast("tags", TextField())).filter(_any_tag(tags))
    customers = customers.filter(_contact(segment.contact))
    for condition in [*_seen(segment, now), *_bought(segment)]:
        customers = customers.filter(condition)
    return _with_orders(customers, segment, now).order_by("-pk")


def _any_tag(tags: list[str]) -> Q:
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


def _seen(segment: Segment, now: datetime) -> list[Any]:
    chats = Conversation.objects.filter(customer=OuterRef("pk"))
    conditions: list[Any] = []
    channels = list(segment.channels.values_list("pk", flat=True))
    if channels:
        conditions.append(Exists(chats.filter(channel__in=channels)))
    if segment.seen_within_days is not None:
        since = now - timedelta(days=segment.seen_within_days)
        conditions.append(Exists(chats.filter(last_message_at__gte=since)))
    if segment.unseen_for_days is not None:
        since = now - timedelta(days=segment.unseen_for_days)
        conditions.append(~Exists(chats.filter(last_message_at__gte=since)))
    return conditions


def _bought(segment: Segment) -> list[Exists]:
    lines = OrderItem.objects.filter(order__customer=OuterRef("pk"), order__paid_at__isnull=False)
    conditions = []
    products = list(segment.products.values_list("pk", flat=True))
    if products:
        conditions.append(Exists(lines.filter(product__in=products)))
    categories = {node.pk for category in segment.categories.all() for node in category.descendants(include_self=True)}
    if categories:
        conditions.append(Exists(lines.filter(product__category__in=categories)))
    return conditions


def _with_orders(customers: QuerySet[Customer], segment: Segment, now: datetime) -> QuerySet[Customer]:
    paid = Order.objects.filter(customer=OuterRef("pk"), paid_at__isnull=False).order_by().values("customer")
    if segment.orders_min is not None or segment.orders_max is not None:
        count = Coalesce(Subquery(paid.annotate(n=Count("pk")).values("n")), 0)
        customers = customers.annotate(paid_orders=count)
        if segment.orders_min is not None:
            customers = customers.filter(paid_orders__gte=segment.orders_min)
        if segment.orders_max is not None:
            customers = customers.filter(paid_orders__lte=segment.orders_max)
    if segment.spent_min is not None:
        money = DecimalField(max_digits=14, decimal_places=2)
        total = Subquery(paid.annotate(sum=Sum("total")).values("sum"), output_field=money)
        customers = customers.annotate(spent=Coalesce(total, 0, output_field=money))
        customers = customers.filter(spent__gte=segment.spent_min)
    if segment.ordered_within_days is not None:
        since = now - timedelta(days=segment.ordered_within_days)
        customers = customers.filter(Exists(Order.objects.filter(customer=OuterRef("pk"), paid_at__gte=since)))
    return customers
