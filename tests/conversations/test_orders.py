"""Orders from the shop's systems: stored once, never back in time, told exactly once for each change."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from conversations.events import OrderSaved, ShipmentChanged
from conversations.models import Customer, CustomerIdentity, Order, OrderItem, Shipment
from conversations.order_rows import parse_shipment
from conversations.services.orders import save_shipments, upsert_orders
from conversations.services.visits import open_visit
from kb.models import Product
from routing.models import Channel
from tests.factories import make_order
from tests.listening import told
from tests.signed import sign

pytestmark = pytest.mark.django_db

EARLY, LATER = "2026-11-27T08:00:00+08:00", "2026-11-27T09:00:00+08:00"
ROW = {
    "number": "A-1001",
    "status": "shipped",
    "total": "199.00",
    "phone": "13800008812",
    "updated_at": EARLY,
    "items": [{"sku": "L1", "name": "Lamp", "quantity": 2, "price": "99.50"}],
    "shipments": [{"carrier": "SF", "tracking_number": "SF 100-1", "status": "shipped"}],
}


def results(*rows: object) -> list[str]:
    return [outcome.result for outcome in upsert_orders(rows)]


def test_an_order_is_stored_with_lines_and_parcels() -> None:
    lamp = Product.objects.create(sku="L1", name="Lamp")
    assert results(ROW) == ["created"]
    order = Order.objects.get()
    assert (order.number_key, order.total, order.status) == ("A1001", Decimal("199.00"), "shipped")
    assert order.items.values_list("sku", "quantity", "price", "product").get() == ("L1", 2, Decimal("99.50"), lamp.pk)
    assert order.shipments.values_list("carrier", "number_key", "status").get() == ("SF", "SF1001", "shipped")


def test_the_same_row_again_changes_nothing(listen: Callable[..., None]) -> None:
    upsert_orders([ROW])
    listen(OrderSaved, ShipmentChanged)
    assert results(ROW, ROW) == ["outdated", "unchanged"]
    assert (Order.objects.count(), OrderItem.objects.count(), Shipment.objects.count()) == (1, 1, 1)
    assert told(OrderSaved) == told(ShipmentChanged) == []


def test_older_news_change_nothing() -> None:
    upsert_orders([{**ROW, "updated_at": LATER}])
    assert results({**ROW, "status": "paid", "updated_at": EARLY}) == ["outdated"]
    assert Order.objects.get().status == "shipped"


def test_of_two_rows_of_one_batch_the_newer_counts() -> None:
    newer, older = {**ROW, "status": "delivered", "updated_at": LATER}, {**ROW, "status": "paid"}
    assert results(newer, older) == ["created", "outdated"]
    assert Order.objects.get().status == "delivered"


def test_what_is_not_said_stays() -> None:
    upsert_orders([ROW])
    assert results({"number": "A-1001", "status": "delivered", "updated_at": LATER}) == ["updated"]
    order = Order.objects.get()
    assert (order.status, order.total, order.items.count(), order.shipments.count()) == ("delivered", 199, 1, 1)


def test_a_number_belongs_to_its_source() -> None:
    assert results({"number": "1", "source": "jd"}, {"number": "1", "source": "taobao"}) == ["created", "created"]
    assert Order.objects.count() == 2


def test_a_bad_row_does_not_lose_the_others() -> None:
    outcomes = upsert_orders([ROW, {"number": "B", "total": "many", "status": "lost"}, "C", {"total": 1}])
    assert [outcome.result for outcome in outcomes] == ["created", "failed", "failed", "failed"]
    assert [sorted(outcome.problems) for outcome in outcomes] == [[], ["status", "total"], [""], ["number"]]
    assert Order.objects.count() == 1


def test_unknown_channels_and_customers_are_reported() -> None:
    outcomes = upsert_orders([{"number": "1", "channel": "none"}, {"number": "2", "customer": {"id": 99999}}])
    assert [sorted(outcome.problems) for outcome in outcomes] == [["channel"], ["customer"]]
    assert not Order.objects.exists()


def test_every_change_is_told_once(listen: Callable[..., None]) -> None:
    listen(OrderSaved, ShipmentChanged)
    upsert_orders([ROW])
    delivered = {**ROW["shipments"][0], "status": "delivered"}
    upsert_orders([{**ROW, "status": "delivered", "updated_at": LATER, "shipments": [delivered]}])
    assert [(event["previous"], event["status"]) for event in told(OrderSaved)] == [
        ("", "shipped"),
        ("shipped", "delivered"),
    ]
    assert [(event["previous"], event["status"]) for event in told(ShipmentChanged)] == [
        ("", "shipped"),
        ("shipped", "delivered"),
    ]


def test_another_word_of_the_carrier_is_no_other_status(listen: Callable[..., None]) -> None:
    order = make_order(shipments=ROW["shipments"])
    listen(ShipmentChanged)
    event = {"at": LATER, "text": "Hangzhou"}
    save_shipments(order, [parse_shipment({"tracking_number": "SF 100-1", "events": [event]})])
    assert Shipment.objects.get().last_event == {"at": "2026-11-27T09:00:00+08:00", "text": "Hangzhou"}
    assert told(ShipmentChanged) == []


def test_a_parcel_does_not_go_back_in_time() -> None:
    order = make_order(shipments=[{"tracking_number": "1", "status": "delivered", "updated_at": LATER}])
    save_shipments(order, [parse_shipment({"tracking_number": "1", "status": "in_transit", "updated_at": EARLY})])
    assert Shipment.objects.get().status == "delivered"


def test_a_parcel_without_a_number_gets_one() -> None:
    order = make_order(shipments=[{"status": "pending"}])
    save_shipments(order, [parse_shipment({"tracking_number": "YT1", "status": "shipped"})])
    assert Shipment.objects.values_list("tracking_number", "status").get() == ("YT1", "shipped")


def test_events_of_a_parcel_stand_in_the_order_of_time() -> None:
    events = [{"at": LATER, "text": "late"}, {"at": EARLY, "text": "early"}]
    row = parse_shipment({"tracking_number": "1", "events": events})
    assert [event["text"] for event in row.values["events"]] == ["early", "late"]


def test_an_account_finds_its_orders_when_it_logs_in(channel: Channel) -> None:
    customer = {"account": "u-7", "name": "Lin"}
    upsert_orders([{"number": "1", "channel": "shop", "customer": customer}])
    visit = open_visit(channel, token=None, identity=sign(channel, sub="u-7"))
    assert visit.conversation.customer.orders.get().number == "1"
    assert visit.conversation.customer.name == "Lin"


def test_a_number_of_a_system_cannot_be_claimed_by_a_browser(channel: Channel) -> None:
    upsert_orders([{"number": "1", "customer": {"account": "u-7"}}, {"number": "2", "customer": {"account": "u-7"}}])
    visit = open_visit(channel, token=None, identity=sign(channel, sub="u-7"))
    assert visit.conversation.customer.orders.count() == 0
    assert CustomerIdentity.objects.get(kind="api").customer.orders.count() == 2


def test_a_phone_number_makes_nobody_the_owner(shopper: Customer) -> None:
    Customer.objects.update(phone="13800008812")
    upsert_orders([ROW])
    assert Order.objects.get().customer is None


def test_a_paid_order_has_a_moment_of_payment() -> None:
    order = make_order(status="paid", updated_at=EARLY)
    assert order.paid_at == datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
    assert make_order(status="unpaid").paid_at is None


def test_five_hundred_orders_take_less_than_two_seconds() -> None:
    rows = [
        {**ROW, "number": f"N{number}", "customer": {"account": f"u{number % 100}"}, "items": ROW["items"] * 3}
        for number in range(500)
    ]
    began = time.process_time()
    assert set(results(*rows)) == {"created"}
    later = [{**row, "status": "delivered", "updated_at": LATER} for row in rows]
    assert set(results(*later)) == {"updated"}
    assert time.process_time() - began < 2
    assert Customer.objects.count() == 100


def test_more_than_five_hundred_are_refused() -> None:
    with pytest.raises(ValueError, match="500"):
        upsert_orders([ROW] * 501)


def test_a_clock_that_is_ahead_does_not_shut_out_what_follows() -> None:
    parcel = {"tracking_number": "SF1", "status": "shipped", "updated_at": "2999-01-01T00:00:00Z"}
    upsert_orders([{**ROW, "updated_at": "2999-01-01T00:00:00Z", "shipments": [parcel]}])
    news = {"number": "A-1001", "status": "delivered", "shipments": [{"tracking_number": "SF1", "status": "delivered"}]}
    assert results(news) == ["updated"]
    order = Order.objects.get()
    assert (order.status, order.shipments.get().status) == ("delivered", "delivered")
