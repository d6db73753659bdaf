"""An event reaches each endpoint that asked for it, once."""

import json
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from conversations.events import ConversationCreated, MessageCreated
from cs_platform.events import Envelope, deliver_pending, emit
from cs_platform.models import OutboxItem, WebhookDelivery
from cs_platform.webhooks.endpoints import change_endpoint, delete_endpoint
from cs_platform.webhooks.publishing import event_names, publish, wants
from tests.at_once import at_once
from tests.cs_platform.webhook_rows import EVENT, happen, make_endpoint

pytestmark = pytest.mark.django_db
Deliver = Callable[[], None]


CONTRACT = {
    *("conversation.created", "conversation.status_changed", "message.created", "lead.captured", "lead.updated"),
    *("ticket.created", "ticket.updated", "customer.updated", "broadcast.finished", "knowledge.gap_found"),
}


def envelope() -> Envelope:
    return Envelope(WebhookDelivery().event_id, EVENT, {"conversation_id": 7}, timezone.now())


def test_every_event_of_the_contract_can_be_asked_for() -> None:
    assert CONTRACT - set(event_names()) == set()


def test_an_event_becomes_a_delivery_for_each_who_asked(deliver: Deliver) -> None:
    one, other = make_endpoint(), make_endpoint("https://crm.example.com/")
    make_endpoint(events=["message.created"])
    happen(deliver)
    rows = WebhookDelivery.objects.order_by("endpoint_id")
    assert [(row.endpoint_id, row.event_name, row.status) for row in rows] == [
        (one.pk, EVENT, "pending"),
        (other.pk, EVENT, "pending"),
    ]
    assert len({row.message_id for row in rows}) == 1


def test_the_body_says_what_when_and_whom(deliver: Deliver) -> None:
    make_endpoint()
    happen(deliver, 7)
    body = json.loads(WebhookDelivery.objects.get().body)
    assert body["type"] == EVENT and body["timestamp"].endswith("Z")
    assert body["data"] == {"conversation_id": 7, "channel": "shop", "customer_id": 3}


def test_nothing_is_stored_where_nobody_asked() -> None:
    make_endpoint(events=["message.created"])
    emit(ConversationCreated(1, "shop", 1))
    assert not OutboxItem.objects.filter(handler="webhooks").exists()


def test_who_is_switched_off_or_gone_hears_nothing(deliver: Deliver) -> None:
    change_endpoint(make_endpoint(), by=None, is_active=False)
    delete_endpoint(make_endpoint(), by=None)
    happen(deliver)
    assert WebhookDelivery.objects.count() == 0


def test_told_twice_it_is_delivered_once() -> None:
    make_endpoint()
    same = envelope()
    publish([same])
    publish([same])
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_told_at_once_it_is_delivered_once() -> None:
    make_endpoint()
    same, together = envelope(), threading.Barrier(4)

    def tell() -> None:
        together.wait()
        publish([same])
        connection.close()

    threads = [threading.Thread(target=tell) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert WebhookDelivery.objects.count() == 1


def say(number: int) -> None:
    """An event that only endpoints listen to."""
    emit(MessageCreated(number, 7, seq=number, sender="ai", name="", text="hi", created_at=""))


def told(deliveries: QuerySet[WebhookDelivery]) -> list[int]:
    return [json.loads(row.body)["data"]["message_id"] for row in deliveries.order_by("pk")]


def test_many_events_cost_a_handful_of_queries(django_assert_max_num_queries: Callable) -> None:
    make_endpoint(events=["message.created"])
    for number in range(40):
        say(number)
    with django_assert_max_num_queries(8):
        deliver_pending()
    assert told(WebhookDelivery.objects.all()) == list(range(40)) and not OutboxItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_who_publish_at_once_make_each_delivery_once() -> None:
    make_endpoint(events=["message.created"])
    for number in range(120):
        say(number)
    at_once(deliver_pending)
    assert sorted(told(WebhookDelivery.objects.all())) == list(range(120)) and not OutboxItem.objects.exists()


def test_asking_who_listens_costs_no_query_each_time(django_assert_max_num_queries: Callable) -> None:
    make_endpoint()
    with django_assert_max_num_queries(10):
        assert all(wants(EVENT) for _ in range(1000))
    assert wants("message.created") is False
