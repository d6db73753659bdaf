"""News of parcels: once for each parcel and status, at a decent hour, never in the middle of a chat."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations.models import Conversation, Message, Order, Shipment
from conversations.services.handover import take_over
from conversations.services.orders import upsert_orders
from cs_platform.due import run_due
from cs_platform.models import DueItem, User
from kb.models import Category, Product
from marketing.models import OrderNotice, OrderNoticeSent
from marketing.services.notices import NOTICE, related_products, send_notice, tell_of_parcel
from routing.models import Channel
from tests.factories import make_channel, texts_of
from tests.marketing.shop import make_order, make_shopper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_day(db: None) -> None:
    """Texts of the test's own, in force at any hour."""
    for event in OrderNotice.Event.values:
        defaults = {"text": f"{{name|亲}} {{order}} {event} {{carrier}} {{tracking}}", "is_urgent": True}
        OrderNotice.objects.update_or_create(event=event, defaults=defaults)


@pytest.fixture
def shopping(channel: Channel) -> Conversation:
    return make_shopper(channel, "Lin")


@pytest.fixture
def parcel(shopping: Conversation) -> Shipment:
    return send_parcel(make_order(shopping.customer))


def send_parcel(order: Order, status: str = "shipped") -> Shipment:
    events = [
        {"at": "2026-03-01T10:00:00+08:00", "text": "已揽收"},
        {"at": "2026-03-01T12:00:00+08:00", "text": "已发出"},
    ]
    return Shipment.objects.create(order=order, status=status, carrier="顺丰", tracking_number="SF1", events=events)


def test_a_parcel_that_was_sent_is_told_with_its_course(shopping: Conversation, parcel: Shipment) -> None:
    tell_of_parcel(parcel.pk, "shipped")
    run_due()
    message = Message.objects.get()
    assert (message.sender, message.text) == ("system", f"Lin {parcel.order.number} shipped 顺丰 SF1")
    assert message.card is not None
    assert [event["text"] for event in message.card["events"]] == ["已发出", "已揽收"]
    assert OrderNoticeSent.objects.get().message == message


def test_the_shops_system_starts_it(shopping: Conversation, deliver: Callable[[], None]) -> None:
    parcel = {"tracking_number": "SF1", "status": "shipped"}
    upsert_orders([{"number": "2026A1", "customer": {"id": shopping.customer_id}, "shipments": [parcel]}])
    deliver()
    run_due()
    assert [sender for sender, _ in texts_of(shopping)] == ["system"]


def test_the_same_status_twice_is_told_once(shopping: Conversation, parcel: Shipment) -> None:
    for _ in range(2):
        tell_of_parcel(parcel.pk, "shipped")
        run_due()
    assert len(texts_of(shopping)) == 1


def test_each_status_is_told(shopping: Conversation, parcel: Shipment) -> None:
    tell_of_parcel(parcel.pk, "shipped")
    run_due()
    Shipment.objects.update(status="delivered")
    tell_of_parcel(parcel.pk, "delivered")
    run_due()
    assert [text.split()[2] for _, text in texts_of(shopping)] == ["shipped", "delivered"]


def test_at_night_it_waits_for_the_morning(shopping: Conversation, parcel: Shipment) -> None:
    clock = timezone.localtime()
    around = {"quiet_from": (clock - timedelta(hours=1)).time(), "quiet_until": (clock + timedelta(hours=1)).time()}
    OrderNotice.objects.update(is_urgent=False, **around)
    tell_of_parcel(parcel.pk, "shipped")
    run_due()
    assert texts_of(shopping) == []
    assert DueItem.objects.get(kind=NOTICE).due_at > timezone.now() + timedelta(minutes=59)


def test_in_a_chat_with_a_person_it_waits(shopping: Conversation, parcel: Shipment, agent: User) -> None:
    take_over(shopping.pk, agent)
    tell_of_parcel(parcel.pk, "shipped")
    run_due()
    assert OrderNoticeSent.objects.get().state == "pending"
    assert DueItem.objects.get(kind=NOTICE).due_at > timezone.now() + timedelta(minutes=4)


@pytest.mark.parametrize(
    ("status", "event"), [("delivered", "shipped"), ("in_transit", "delayed"), ("returned", "delayed")]
)
def test_old_news_are_not_told(shopping: Conversation, parcel: Shipment, status: str, event: str) -> None:
    tell_of_parcel(parcel.pk, event)
    Shipment.objects.update(status=status)
    run_due()
    assert texts_of(shopping) == []
    assert OrderNoticeSent.objects.get().reason == "outdated"


def test_switched_off(shopping: Conversation, parcel: Shipment) -> None:
    OrderNotice.objects.update(is_active=False)
    assert tell_of_parcel(parcel.pk, "shipped") is False
    assert not OrderNoticeSent.objects.exists()


def test_a_customer_without_a_conversation(channel: Channel, shopper: object) -> None:
    parcel = send_parcel(make_order(shopper))  # type: ignore[arg-type]
    tell_of_parcel(parcel.pk, "shipped")
    run_due()
    assert OrderNoticeSent.objects.get().reason == "no_conversation"


def test_where_the_customer_was_last(shopping: Conversation, parcel: Shipment) -> None:
    later = shopping.customer.conversations.create(
        channel=make_channel(), last_message_at=timezone.now() + timedelta(minutes=1)
    )
    tell_of_parcel(parcel.pk, "shipped")
    run_due()
    assert Message.objects.get().conversation == later


def test_related_products_are_of_the_same_topic_and_new(shopping: Conversation) -> None:
    lights, cups = Category.objects.create(name="灯"), Category.objects.create(name="杯")
    lamp = Product.objects.create(sku="a", name="台灯", category=lights)
    bulb = Product.objects.create(sku="b", name="灯泡", category=lights)
    Product.objects.create(sku="c", name="旧灯", category=lights, is_active=False)
    Product.objects.create(sku="d", name="杯子", category=cups)
    assert related_products(make_order(shopping.customer, product=lamp), 3) == [bulb]


@pytest.mark.django_db(transaction=True)
def test_told_at_once_by_several_it_is_one_message() -> None:
    parcel = send_parcel(make_order(make_shopper(make_channel()).customer))
    together = threading.Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tell_together(parcel.pk, together), range(4)))
    assert (OrderNoticeSent.objects.count(), Message.objects.count()) == (1, 1)


def tell_together(shipment_id: int, together: threading.Barrier) -> None:
    together.wait(timeout=10)
    try:
        tell_of_parcel(shipment_id, "shipped")
        for number in OrderNoticeSent.objects.values_list("pk", flat=True):
            send_notice(number)
    finally:
        connection.close()
