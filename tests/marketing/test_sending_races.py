"""Many senders at once: each customer gets one message, and no more than the pace allows."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Count

from conversations.models import Message
from marketing.models import BroadcastRecipient
from marketing.services.broadcasts import start_broadcast
from marketing.services.sending import send_pending
from tests.factories import make_channel
from tests.marketing.shop import make_broadcast, make_running, make_shoppers

pytestmark = pytest.mark.django_db(transaction=True)
SENDERS = 4


def test_several_senders_write_one_message_each() -> None:
    make_shoppers(make_channel(), 60)
    broadcast = make_running()
    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(lambda _: send_for_a_while(), range(SENDERS)))
    sent = broadcast.recipients.filter(state="sent").count()
    assert sent == Message.objects.count() > 0
    assert not Message.objects.values("conversation").annotate(n=Count("pk")).filter(n__gt=1).exists()


def send_for_a_while() -> None:
    try:
        for _ in range(6):
            send_pending()
    finally:
        connection.close()


def test_begun_at_once_by_several_there_is_one_row_per_customer() -> None:
    make_shoppers(make_channel(), 20)
    broadcast, together = make_broadcast(status="scheduled"), threading.Barrier(SENDERS)
    with ThreadPoolExecutor(SENDERS) as pool:
        written = list(pool.map(lambda _: start(broadcast.pk, together), range(SENDERS)))
    assert sorted(written) == [0, 0, 0, 20]
    assert BroadcastRecipient.objects.count() == 20


def start(broadcast_id: int, together: threading.Barrier) -> int:
    together.wait(timeout=10)
    try:
        return start_broadcast(broadcast_id)
    finally:
        connection.close()
