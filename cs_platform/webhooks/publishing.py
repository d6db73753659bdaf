"""From the outbox to deliveries: one row for each endpoint that asked for the event."""

import json
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from cs_platform.events import Envelope, catalogue
from cs_platform.models import WebhookDelivery, WebhookEndpoint

TEST_EVENT = "webhook.test"
WANTED_SECONDS = 1.0


class _Wanted:
    """Which events any endpoint asks for. The chat asks at every message, so the answer is a second old at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._names: frozenset[str] = frozenset()
        self._until = 0.0

    def __call__(self, name: str) -> bool:
        if time.monotonic() >= self._until:
            with self._lock:
                if time.monotonic() >= self._until:
                    self._read()
        return name in self._names

    def _read(self) -> None:
        lists = WebhookEndpoint.objects.active().values_list("events", flat=True)
        self._names = frozenset(name for names in lists for name in names)
        self._until = time.monotonic() + WANTED_SECONDS


wants = _Wanted()


def endpoints_changed() -> None:
    """This process knows at once, the others within a second."""
    wants.forget()
    transaction.on_commit(wants.forget)


def publish(envelopes: Sequence[Envelope]) -> None:
    """Make the deliveries of these events. Told of twice, one event makes them once."""
    endpoints = list(WebhookEndpoint.objects.active())
    deliveries: list[WebhookDelivery] = []
    for envelope in envelopes:
        body = build_body(envelope.name, envelope.payload, envelope.occurred_at)
        deliveries += [
            WebhookDelivery(endpoint=one, event_id=envelope.id, event_name=envelope.name, body=body)
            for one in endpoints
            if envelope.name in one.events
        ]
    WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)


def queue_test(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A delivery that shows whether the address listens and checks the signature."""
    data = {"endpoint_id": endpoint.pk, "text": "Hello! This event is a test."}
    now = datetime.now(UTC)
    return WebhookDelivery.objects.create(
        endpoint=endpoint, event_id=uuid.uuid4(), event_name=TEST_EVENT, body=build_body(TEST_EVENT, data, now)
    )


def build_body(name: str, data: dict[str, Any], occurred_at: datetime) -> str:
    """The JSON that is stored, signed and sent, byte for byte."""
    body = {"type": name, "timestamp": occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def event_names() -> list[str]:
    """What endpoints can ask for."""
    return sorted(name for name, kind in catalogue.items() if kind.is_public)
