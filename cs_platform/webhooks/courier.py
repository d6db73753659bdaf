"""Threads that send: each endpoint has its own, so a slow one holds up nobody but itself."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from cs_platform.crews import Crew
from cs_platform.models import WebhookDelivery
from cs_platform.webhooks.sending import deliver_next

THREADS_PER_ENDPOINT = 4
THREADS_MAX = 64
BACKLOG_PER_THREAD = 10  # a short backlog goes out one by one, which keeps the order mostly as it was


def new_courier() -> Crew:
    """A crew of its own for each process; deliveries are claimed, so several get along."""
    return Crew(
        "webhooks",
        count_due,
        deliver_next,
        per_queue=THREADS_PER_ENDPOINT,
        in_all=THREADS_MAX,
        per_thread=BACKLOG_PER_THREAD,
    )


def due_deliveries(now: datetime) -> "QuerySet[WebhookDelivery]":
    """What can be sent at this moment."""
    return WebhookDelivery.objects.due(now).filter(endpoint__is_active=True)


def count_due() -> Mapping[int, int]:
    """How much can be sent now, by endpoint."""
    rows = due_deliveries(timezone.now()).order_by().values("endpoint_id")
    return dict(rows.annotate(waiting=Count("pk")).values_list("endpoint_id", "waiting"))
