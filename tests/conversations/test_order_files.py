"""Order files as shops export them."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conversations.admin.order_import import template_response
from conversations.events import ShipmentChanged
from conversations.models import Order, Shipment
from conversations.order_files import import_orders
from cs_platform.models import AuditEntry, User
from tests.listening import told

pytestmark = pytest.mark.django_db

TAOBAO = """订单编号,买家会员名,买家实际支付金额,订单状态,收货人姓名,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝数量,物流单号,物流公司
="4012345678901234567",tb小林,258.00,卖家已发货，等待买家确认,林晓雨,'13800138000,2026-11-25 09:30:00,2026-11-25 09:31:10,羊毛围巾,2,SF1400001,顺丰
4012345678901234568,tb王,99.00,交易成功,王建国,13900139000,2026-11-20 10:00:00,2026-11-20 10:01:00,手套,1,,
4012345678901234569,tb赵,10.00,等待买家付款,赵敏,,2026-11-26 10:00:00,,贴纸,1,,
"""


def read(text: str, **options: object) -> list[tuple[str, str]]:
    result = import_orders("orders.csv", text.encode("gb18030"), source="taobao", by=None, **options)  # type: ignore[arg-type]
    assert result.problems == []
    return [(order.number, order.result) for order in result.orders]


def test_a_file_of_taobao_becomes_orders() -> None:
    assert [result for _number, result in read(TAOBAO)] == ["created"] * 3
    order = Order.objects.get(number="4012345678901234567")
    assert (order.source, order.status, order.total) == ("taobao", "shipped", Decimal("258.00"))
    assert (order.phone, order.customer.name) == ("13800138000", "林晓雨")
    assert order.items.values_list("name", "quantity").get() == ("羊毛围巾", 2)
    assert order.shipments.values_list("carrier", "status").get() == ("顺丰", "shipped")
    assert set(Order.objects.values_list("status", flat=True)) == {"shipped", "delivered", "unpaid"}


def test_several_rows_are_several_products_of_one_order() -> None:
    read("订单号,商品名称,单价,实付金额\nA1,围巾,10,30\n,手套,20,\nB1,帽子,5,5\n")
    assert list(Order.objects.get(number="A1").items.values_list("name", flat=True)) == ["围巾", "手套"]
    assert Order.objects.get(number="A1").total == 30


def test_the_same_file_again_changes_nothing() -> None:
    text = "订单号,状态,更新时间\nA1,已发货,2026-11-27 10:00\n"
    assert read(text) + read(text) == [("A1", "created"), ("A1", "unchanged")]


def test_a_look_stores_nothing() -> None:
    assert read("订单号,状态\nA1,已发货\n", is_dry=True) == [("A1", "created")]
    assert not Order.objects.exists() and not AuditEntry.objects.exists()


def test_old_orders_are_no_news(listen: Callable[..., None]) -> None:
    listen(ShipmentChanged)
    read("订单号,运单号\nA1,SF1\n")
    assert Shipment.objects.exists() and told(ShipmentChanged) == []
    read("订单号,运单号\nB1,SF2\n", is_silent=False)
    assert len(told(ShipmentChanged)) == 1


def test_a_bad_row_is_named_and_the_others_stored() -> None:
    text = "订单号,实付金额,下单时间\nA1,很多,2026-11-27\nB1,5,2026-11-27 10:00\n"
    result = import_orders("a.csv", text.encode(), source="shop", by=None)
    [problem] = result.problems
    assert (problem.row, problem.number) == (2, "A1") and "实付金额" in problem.message
    assert [order.number for order in result.orders] == ["B1"]


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", "姓名,电话\n林,1\n"), ("a.csv", "订单号\n"), ("a.pdf", "x"), ("a.xlsx", "x")]
)
def test_what_is_no_order_file_is_explained(name: str, text: str) -> None:
    result = import_orders(name, text.encode(), source="shop", by=None)
    assert result.orders == [] and result.problems[0].row is None and len(result.problems[0].message) > 8


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("买家已付款，等待卖家发货", "paid"),
        ("等待买家付款", "unpaid"),
        ("交易关闭", "closed"),
        ("退款成功", "refunded"),
        ("退款中", "refunding"),
        ("待收货", "shipped"),
        ("(锁定)等待出库", "paid"),
    ],
)
def test_the_words_of_platforms(words: str, status: str) -> None:
    read(f"订单号,订单状态\nA1,{words}\n")
    assert Order.objects.get().status == status


def test_the_template_can_be_imported() -> None:
    result = import_orders("t.xlsx", template_response().content, source="shop", by=None)
    assert result.problems == [] and result.counts["created"] == 1
    order = Order.objects.get()
    assert (order.items.count(), order.customer.identities.get().external_id) == (2, "member-1001")
    assert order.shipments.get().status == "in_transit"


def test_upload_look_and_confirm(client: Client, manager: User, tmp_path: Path) -> None:
    client.force_login(manager)
    url = reverse("admin:conversations_order_import_orders")
    file = SimpleUploadedFile("o.csv", "订单号,状态\nA1,已发货\n".encode())
    looked = client.post(url, {"file": file, "source": "jd"})
    assert "A1" in looked.content.decode() and not Order.objects.exists()
    client.post(url, {"token": looked.context["token"]})
    assert Order.objects.get().source == "jd"
    assert AuditEntry.objects.get(action="orders.imported").actor == manager


def test_an_upload_belongs_to_who_made_it(client: Client, manager: User, admin_user: User) -> None:
    client.force_login(manager)
    url = reverse("admin:conversations_order_import_orders")
    file = SimpleUploadedFile("o.csv", "订单号\nA1\n".encode())
    token = client.post(url, {"file": file, "source": "jd"}).context["token"]
    client.force_login(admin_user)
    client.post(url, {"token": token})
    assert not Order.objects.exists()
