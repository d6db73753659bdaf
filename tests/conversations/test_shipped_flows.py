"""The shipped decision trees with real orders: what is known is not asked, what is not the customer's is not told."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from conversations.models import Conversation, Order, Ticket
from kb.defaults import install_flows, install_samples
from tests import factories
from tests.conversations.walks import Led

pytestmark = pytest.mark.django_db

NUMBER = "2026112700001"


@pytest.fixture
def led(conversation: Conversation) -> Led:
    cache.clear()
    install_samples()
    install_flows(as_samples=True)
    return Led(conversation)


def order(led: Led | None, at: datetime, *, status: str = "delivered", parcel: str = "delivered") -> Order:
    """One whose parcel last moved then; somebody else's without `led`."""
    shipment = {
        "carrier": "顺丰",
        "tracking_number": "SF1400001234567",
        "status": parcel,
        "events": [{"at": at.isoformat(), "text": "已签收"}],
    }
    customer = led.conversation.customer if led else factories.make_customer("别人")
    return factories.make_order(NUMBER, customer=customer, status=status, phone="13912345678", shipments=[shipment])


@pytest.mark.parametrize(
    ("days", "words"), [(3, "退货的原因是什么？"), (7, "退货的原因是什么？"), (9, "已经过了 7 天")]
)
def test_a_return_goes_by_the_day_of_signing(led: Led, days: int, words: str) -> None:
    order(led, timezone.now() - timedelta(days=days))
    assert words in led.says(f"我要退货 {NUMBER}").text


def test_an_order_that_was_not_sent_needs_no_return(led: Led) -> None:
    order(led, timezone.now(), status="paid", parcel="pending")
    assert "这笔订单还没有发出" in led.says(f"我要退货 {NUMBER}").text


def test_a_strangers_order_is_told_only_with_the_ending_of_the_phone(led: Led) -> None:
    order(None, timezone.now() - timedelta(days=1))
    asked = led.says(f"我要退货 {NUMBER}").text
    assert "后四位" in asked and "顺丰" not in asked
    assert "您签收多久了？" in led.says("0000").text
    assert "顺丰" not in led.last().text


def test_with_the_ending_of_the_phone_the_order_is_found(led: Led) -> None:
    order(None, timezone.now() - timedelta(days=1))
    led.says(f"我要退货 {NUMBER}")
    assert "退货的原因是什么？" in led.says("5678").text
    led.clicks("拍错、多拍")
    led.clicks("没用过，配件包装齐全")
    led.clicks("同意，继续")
    led.clicks("自己寄")
    ticket = Ticket.objects.get()
    assert (ticket.order_id, ticket.type) == (Order.objects.get().pk, "return")
    assert "退货原因：拍错、多拍" in ticket.description and "手机尾号：5678" in ticket.description


def test_a_parcel_that_stands_still_becomes_a_ticket_at_once(led: Led) -> None:
    order(led, timezone.now() - timedelta(hours=60), status="shipped", parcel="in_transit")
    assert "请把订单号或快递单号发给我" in led.says("物流好几天没有更新怎么办？").text
    ending = led.says("SF1400001234567").text
    assert "已经超过 48 小时" in ending and Ticket.objects.get().number in ending


def test_a_refund_under_way_is_told_with_the_usual_days(led: Led) -> None:
    order(led, timezone.now(), status="refunding")
    assert "退款正在处理" in led.says(f"帮我查一下退款进度 {NUMBER}").text


def test_a_refund_that_takes_too_long_goes_to_a_person_with_a_ticket(led: Led) -> None:
    order(led, timezone.now(), status="refunding")
    Order.objects.update(updated_at=timezone.now() - timedelta(days=9))
    assert "还有要补充的吗" in led.says(f"帮我查一下退款进度 {NUMBER}").text
    said = led.clicks("跳过").text
    assert f"编号 {Ticket.objects.get().number}" in said
    assert (led.conversation.owner, led.conversation.handoff_reason) == ("queue", "flow")
    assert NUMBER in led.notes()[0]
