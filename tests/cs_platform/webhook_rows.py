"""Endpoints and deliveries for tests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from conversations.events import ConversationCreated
from cs_platform.events import emit
from cs_platform.models import WebhookDelivery, WebhookEndpoint
from cs_platform.webhooks.endpoints import create_endpoint
from cs_platform.webhooks.publishing import queue_test

EVENT = "conversation.created"


def make_endpoint(url: str = "https://erp.example.com/hook", **fields: Any) -> WebhookEndpoint:
    return create_endpoint(**{"url": url, "events": [EVENT], "by": None, **fields})


def make_delivery(endpoint: WebhookEndpoint | None = None, **fields: Any) -> WebhookDelivery:
    delivery = queue_test(endpoint or make_endpoint())
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**fields)
    delivery.refresh_from_db()
    return delivery


def make_due(delivery: WebhookDelivery) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now() - timedelta(seconds=1))


def happen(deliver: Callable[[], None], number: int = 7) -> None:
    """An event, and what the outbox does with it."""
    emit(ConversationCreated(conversation_id=number, channel="shop", customer_id=3))
    deliver()
