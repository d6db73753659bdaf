"""Threads that send: each endpoint has its own, so a slow one holds up nobody but itself."""

import logging
import threading
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from cs_platform.jobs import run_isolated
from cs_platform.models import WebhookDelivery
from cs_platform.webhooks.sending import deliver_next

logger = logging.getLogger(__name__)
THREADS_PER_ENDPOINT = 4
THREADS_MAX = 64
BACKLOG_PER_THREAD = 10  # a short backlog goes out one by one, which keeps the order mostly as it was


class Courier:
    """Starts a thread where something is due; the thread ends when nothing is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, int] = {}

    def deliver_due(self) -> list[threading.Thread]:
        """Look once at what is due for whom; the threads that were started."""
        rows = due_deliveries(timezone.now()).order_by().values("endpoint_id")
        threads = []
        for endpoint_id, waiting in rows.annotate(waiting=Count("pk")).values_list("endpoint_id", "waiting"):
            wanted = min(THREADS_PER_ENDPOINT, 1 + waiting // BACKLOG_PER_THREAD)
            while self._take_place(endpoint_id, wanted):
                name = f"webhooks {endpoint_id}"
                threads.append(threading.Thread(target=self._work, args=(endpoint_id,), name=name, daemon=True))
        for thread in threads:
            thread.start()
        return threads

    def _take_place(self, endpoint_id: int, wanted: int) -> bool:
        with self._lock:
            running = self._running.get(endpoint_id, 0)
            if running >= wanted or sum(self._running.values()) >= THREADS_MAX:
                return False
            self._running[endpoint_id] = running + 1
            return True

    def _work(self, endpoint_id: int) -> None:
        is_more = True

        def deliver_one() -> None:
            nonlocal is_more
            is_more = deliver_next(endpoint_id)

        try:
            while is_more and run_isolated(deliver_one):
                pass
        finally:
            with self._lock:
                self._running[endpoint_id] -= 1
                if not self._running[endpoint_id]:
                    del self._running[endpoint_id]


courier = Courier()


def due_deliveries(now: datetime) -> "QuerySet[WebhookDelivery]":
    """What can be sent at this moment."""
    return WebhookDelivery.objects.due(now).filter(endpoint__is_active=True)


def deliver_webhooks() -> None:
    """The ticker's sweep."""
    courier.deliver_due()
