"""Each endpoint is served by threads of its own: a slow one holds up nobody, and nothing is sent twice."""

import threading
from collections.abc import Callable, Iterator

import pytest

from cs_platform.models import WebhookDelivery
from cs_platform.webhooks.courier import THREADS_PER_ENDPOINT, new_courier
from tests.cs_platform.webhook_rows import make_delivery, make_endpoint
from tests.web_double import WebDouble, web_double

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow(outbound_allowed: Callable[[str], None]) -> Iterator[tuple[WebDouble, threading.Event]]:
    """A server that answers only once it is let go."""
    released = threading.Event()

    with web_double() as double:
        answer = double.next_answer

        def wait() -> tuple[int, dict[str, str], bytes]:
            released.wait(10)
            return answer()

        double.next_answer = wait  # type: ignore[method-assign]
        outbound_allowed(double.place)
        yield double, released
        released.set()


def test_a_slow_endpoint_holds_up_nobody(there: WebDouble, slow: tuple[WebDouble, threading.Event]) -> None:
    stuck, quick = make_delivery(make_endpoint(slow[0].url)), make_delivery(make_endpoint(there.url))
    threads = new_courier().start_due()
    next(thread for thread in threads if thread.name.endswith(f" {quick.endpoint_id}")).join()
    quick.refresh_from_db()
    stuck.refresh_from_db()
    assert (quick.status, stuck.status) == ("succeeded", "pending")
    slow[1].set()
    [thread.join() for thread in threads]
    stuck.refresh_from_db()
    assert stuck.status == "succeeded"


def test_two_couriers_send_each_delivery_once(there: WebDouble) -> None:
    endpoint = make_endpoint(there.url)
    for _ in range(30):
        make_delivery(endpoint)
    threads = new_courier().start_due() + new_courier().start_due()
    [thread.join() for thread in threads]
    assert len(threads) > THREADS_PER_ENDPOINT
    sent = [asked.headers["webhook-id"] for asked in there.asked]
    assert len(sent) == len(set(sent)) == WebhookDelivery.objects.filter(status="succeeded").count() == 30


def test_a_second_look_starts_no_second_thread(slow: tuple[WebDouble, threading.Event]) -> None:
    courier = new_courier()
    make_delivery(make_endpoint(slow[0].url))
    first = courier.start_due()
    assert (len(first), courier.start_due()) == (1, [])
    slow[1].set()
    first[0].join()
