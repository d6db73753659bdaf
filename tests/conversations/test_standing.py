"""Which knowledge is for a customer: by channel, by what is spoken of, by the latest order."""

import pytest
from django.core.management import call_command

from conversations.models import Customer, Order, OrderItem, Shipment
from conversations.standing import about_products, stage_of
from kb.models import Product
from routing.models import Channel
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def bought(status: str, *parcels: str) -> int:
    customer = Customer.objects.create()
    order = Order.objects.create(number=status, customer=customer, status=status)
    for number, parcel in enumerate(parcels):
        Shipment.objects.create(order=order, tracking_number=str(number), status=parcel)
    return customer.pk


def test_who_has_bought_nothing_is_before_the_sale() -> None:
    assert stage_of(None) == stage_of(Customer.objects.create().pk) == "pre_sale"


@pytest.mark.parametrize(
    ("status", "parcels", "stage"),
    [
        ("unpaid", (), "pre_sale"),
        ("paid", (), "in_sale"),
        ("shipped", ("in_transit",), "in_sale"),
        ("shipped", ("delivered", "in_transit"), "in_sale"),
        ("shipped", ("delivered",), "after_sale"),
        ("delivered", (), "after_sale"),
        ("refunding", (), "after_sale"),
        ("closed", (), "pre_sale"),
    ],
)
def test_the_latest_order_tells_the_stage(status: str, parcels: tuple[str, ...], stage: str) -> None:
    assert stage_of(bought(status, *parcels)) == stage


def test_a_product_that_is_named_comes_before_one_that_was_bought() -> None:
    scarf, glove = (Product.objects.create(sku=name, name=name) for name in ("围巾", "手套"))
    customer = bought("paid")
    OrderItem.objects.create(order=Order.objects.get(), name="围巾", product=scarf)
    assert about_products(customer, "怎么洗") == [scarf]
    assert about_products(customer, "手套怎么洗") == [glove]


def test_ask_obeys_the_channel(channel: Channel, capsys: pytest.CaptureFixture[str]) -> None:
    make_entry("能开发票吗", "抖音店铺自助开票。", channels="douyin")
    make_entry("能开发票吗", "下单时填写抬头。", channels=channel.key)
    call_command("ask", "能开发票吗", "--channel", channel.key)
    assert "下单时填写抬头。" in capsys.readouterr().out
