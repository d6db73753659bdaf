"""A shop with cards, triggers, customers and broadcasts, as tests need them."""

import io
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from PIL import Image

from conversations.models import Conversation, Customer, Order, OrderItem
from kb.models import Product
from marketing.models import Broadcast, BroadcastRecipient, Card, OrderNotice, OrderNoticeSent, Segment, Trigger
from marketing.services.broadcasts import start_broadcast
from marketing.services.leads import Capture, capture_lead
from routing.models import Channel
from tests.factories import make_conversation, make_customer

_numbers = itertools.count(1)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # in Shanghai


def make_card(name: str = "", **fields: Any) -> Card:
    return Card.objects.create(
        name=name or f"card-{next(_numbers)}", **{"title": "留下联系方式", "consent_text": "同意联系我", **fields}
    )


def make_trigger(**fields: Any) -> Trigger:
    return Trigger.objects.create(**{"name": f"trigger-{next(_numbers)}", "text": "需要帮忙吗？", **fields})


def make_segment(**fields: Any) -> Segment:
    return Segment.objects.create(name=f"segment-{next(_numbers)}", **fields)


def make_broadcast(**fields: Any) -> Broadcast:
    fields = {"name": "三月上新", "text": "{name|亲}，周五全场 9 折", "quiet_from": None, "quiet_until": None, **fields}
    if "segment" not in fields:
        fields["segment"] = make_segment()
    return Broadcast.objects.create(**fields)


def make_running(**fields: Any) -> Broadcast:
    """A broadcast whose recipients are written; all of them may be sent at once."""
    broadcast = make_broadcast(status=Broadcast.Status.SCHEDULED, per_minute=6000, **fields)
    start_broadcast(broadcast.pk)
    Broadcast.objects.filter(pk=broadcast.pk).update(paced_until=timezone.now() - timedelta(seconds=1))
    broadcast.refresh_from_db()
    return broadcast


def make_shopper(channel: Channel, name: str = "", **fields: Any) -> Conversation:
    """A customer with an idle conversation on a channel."""
    return make_conversation(channel, make_customer(name, **fields))


def make_shoppers(channel: Channel, count: int) -> list[Conversation]:
    customers = Customer.objects.bulk_create([Customer(name=f"客户{number}") for number in range(count)])
    return Conversation.objects.bulk_create([Conversation(customer=one, channel=channel) for one in customers])


def make_order(customer: Customer, *, total: int = 100, days_ago: int = 0, product: Product | None = None) -> Order:
    paid_at = timezone.now() - timedelta(days=days_ago)
    number = f"2026{next(_numbers):06d}"
    order = Order.objects.create(
        number=number,
        number_key=number,
        customer=customer,
        total=total,
        paid_at=paid_at,
        created_at=paid_at,
        status="paid",
    )
    OrderItem.objects.create(order=order, name="灯", product=product)
    return order


def states(broadcast: Broadcast) -> list[tuple[str, str]]:
    """State and reason of every recipient."""
    rows = BroadcastRecipient.objects.filter(broadcast=broadcast).order_by("pk")
    return [(row.state, row.reason) for row in rows]


def picture(kind: str = "PNG", size: tuple[int, int] = (600, 600)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "white").save(content, kind)
    return content.getvalue()


def fill_marketing(conversation: Conversation) -> None:
    """A row of everything that the back office lists."""
    customer, parcel = conversation.customer, conversation.customer.orders.get().shipments.get()
    make_trigger(card=make_card()).channels.add(conversation.channel)
    capture_lead(Capture(f"a{customer.pk}", phone=f"139{customer.pk:08}", customer=customer, conversation=conversation))
    BroadcastRecipient.objects.create(
        broadcast=make_broadcast(), customer=customer, conversation=conversation, due_at=conversation.created_at
    )
    OrderNotice.objects.get_or_create(event="shipped", defaults={"text": "{name}"})
    OrderNoticeSent.objects.create(shipment=parcel, event="shipped")
