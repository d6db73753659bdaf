"""The same order brought by several systems at once."""

from collections.abc import Callable

import pytest

from conversations.events import OrderSaved, ShipmentChanged
from conversations.models import Customer, Order, Shipment
from conversations.services.orders import upsert_orders
from tests.at_once import at_once
from tests.listening import told

pytestmark = pytest.mark.django_db(transaction=True)

ROW = {
    "number": "A-1",
    "status": "shipped",
    "updated_at": "2026-11-27T08:00:00+08:00",
    "customer": {"account": "u-1"},
    "shipments": [{"tracking_number": "SF1", "status": "shipped"}],
}


def test_one_order_brought_at_once_is_stored_and_told_once(listen: Callable[..., None]) -> None:
    listen(OrderSaved, ShipmentChanged)
    found = at_once(lambda: upsert_orders([ROW])[0].result)
    assert sorted(found) == ["created", "unchanged", "unchanged", "unchanged"]
    assert (Order.objects.count(), Shipment.objects.count(), Customer.objects.count()) == (1, 1, 1)
    assert (len(told(OrderSaved)), len(told(ShipmentChanged))) == (1, 1)


def test_one_change_brought_at_once_is_told_once(listen: Callable[..., None]) -> None:
    upsert_orders([ROW])
    listen(OrderSaved, ShipmentChanged)
    parcel = {"tracking_number": "SF1", "status": "delivered"}
    later = {**ROW, "status": "delivered", "updated_at": "2026-11-27T09:00:00+08:00", "shipments": [parcel]}
    assert sorted(at_once(lambda: upsert_orders([later])[0].result)) == ["unchanged"] * 3 + ["updated"]
    assert (len(told(OrderSaved)), len(told(ShipmentChanged))) == (1, 1)
