"""REST: orders and parcels."""

from collections.abc import Callable

import pytest

from conversations.models import Order
from tests.api import ApiClient
from tests.factories import make_order

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]
ROW = {"number": "A-1001", "status": "paid", "total": "199.00", "updated_at": "2026-11-27T08:00:00+08:00"}


@pytest.fixture
def orders(api: Api) -> ApiClient:
    return api("orders:read", "orders:write")


def test_an_order_is_created_once(orders: ApiClient) -> None:
    first, again = orders.post("/api/v1/orders/", ROW), orders.post("/api/v1/orders/", ROW)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] == Order.objects.get().pk
    assert (first.json()["total"], first.json()["items"]) == ("199.00", [])


def test_what_is_wrong_is_named_by_field(orders: ApiClient) -> None:
    reply = orders.post("/api/v1/orders/", {"number": "1", "total": "much", "items": [{"name": "x", "price": "-1"}]})
    assert reply.status_code == 400
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/total", "#/items/0/price"]
    assert not Order.objects.exists()


def test_what_is_wrong_with_a_parcel_is_named_by_place(orders: ApiClient) -> None:
    body = {"status": "lost", "events": [{"at": "2026-11-27T08:00:00Z", "text": "a"}, {"text": "b"}]}
    reply = orders.post(f"/api/v1/orders/{make_order().pk}/shipments/", body)
    assert [error["pointer"] for error in reply.json()["errors"]] == ["#/status", "#/events/1/at"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00", "0082-08-15T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_no_database_takes_spoils_only_its_row(orders: ApiClient, moment: str) -> None:
    body = {"orders": [ROW, {"number": "2", "paid_at": moment}]}
    reply = orders.post("/api/v1/orders/batch/", body)
    assert [row["result"] for row in reply.json()["rows"]] == ["created", "failed"]
    assert list(reply.json()["rows"][1]["problems"]) == ["paid_at"]


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "1"}])
def test_a_batch_may_have_four_megabytes(orders: ApiClient, headers: dict[str, str]) -> None:
    body = {"orders": [ROW], "padding": "x" * 3_900_000}
    assert orders.post("/api/v1/orders/batch/", body, headers=headers).status_code == 200
    too_much = {"orders": [ROW], "padding": "x" * 4_000_000}
    assert orders.post("/api/v1/orders/batch/", too_much, headers=headers).status_code == 413


def test_a_batch_reports_by_row(orders: ApiClient) -> None:
    body = {"source": "jd", "orders": [ROW, {"number": ""}, {"number": "2", "source": "tb"}]}
    reply = orders.post("/api/v1/orders/batch/", body).json()
    assert (reply["created"], reply["failed"]) == (2, 1)
    assert [row["result"] for row in reply["rows"]] == ["created", "failed", "created"]
    assert set(Order.objects.values_list("source", flat=True)) == {"jd", "tb"}


@pytest.mark.parametrize("body", [{}, {"orders": "x"}, [1], {"orders": [{}] * 501}])
def test_what_is_no_batch_is_refused(orders: ApiClient, body: object) -> None:
    assert orders.post("/api/v1/orders/batch/", body).status_code == 400


def test_a_parcel_of_an_order(orders: ApiClient) -> None:
    order = make_order()
    body = {"carrier": "SF", "tracking_number": "SF1", "status": "shipped"}
    reply = orders.post(f"/api/v1/orders/{order.pk}/shipments/", body)
    assert [parcel["status"] for parcel in reply.json()["shipments"]] == ["shipped"]
    bad = orders.post(f"/api/v1/orders/{order.pk}/shipments/", {"status": "lost"})
    assert bad.status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=paid", 1),
        ("number=a 1001", 1),
        ("number=sf-9", 1),
        ("source=jd", 0),
        ("created_after=2099-01-01T00:00:00Z", 0),
    ],
)
def test_filters(orders: ApiClient, query: str, found: int) -> None:
    make_order("A-1001", status="paid", shipments=[{"tracking_number": "SF9"}])
    make_order("B", status="closed")
    assert len(orders.get(f"/api/v1/orders/?{query}").json()["results"]) == found


def test_pages_need_few_queries(orders: ApiClient, django_assert_max_num_queries: Callable[..., object]) -> None:
    for number in range(5):
        make_order(items=[{"name": "Lamp"}], shipments=[{"tracking_number": str(number)}])
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        assert len(orders.get("/api/v1/orders/").json()["results"]) == 5


def test_each_verb_needs_its_scope(api: Api) -> None:
    assert api("orders:read").post("/api/v1/orders/", ROW).status_code == 403
    assert api("tickets:read").get("/api/v1/orders/").status_code == 403
    assert not Order.objects.exists()
