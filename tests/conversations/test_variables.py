"""An answer with variables: this customer's values, or a question for the order, never braces."""

from datetime import UTC, datetime

import pytest

from conversations.models import Conversation, Message, Order
from conversations.services.turn import take_turn
from tests.conversations.walks import Led
from tests.factories import make_customer, make_entry, settle, write
from tests.kb.trees import publish, returning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_words")]


@pytest.fixture
def _words(settings: object) -> None:
    settings.ENCODER = "off"  # type: ignore[attr-defined]
    make_entry("能加急吗", "您的订单 {order.number} {order.status}，付款于 {order.paid_at|未知时间}。")


def ask(conversation: Conversation, text: str) -> Message:
    write(conversation, text)
    settle(conversation)
    take_turn(conversation.pk)
    return Message.objects.filter(conversation=conversation, sender="ai").latest("seq")


def order(conversation: Conversation, number: str, **fields: object) -> Order:
    return Order.objects.create(number=number, customer_id=conversation.customer_id, status="paid", **fields)


def test_values_of_the_latest_order(conversation: Conversation) -> None:
    order(conversation, "QH100001", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    order(conversation, "QH100002")
    assert ask(conversation, "能加急吗").text == "您的订单 QH100002 已付款，付款于 未知时间。"


def test_another_customers_order_is_nobodys(conversation: Conversation) -> None:
    Order.objects.create(number="QH100003", customer=make_customer(), status="paid")
    reply = ask(conversation, "能加急吗")
    assert reply.decision and reply.decision["decision"] == "clarify"
    assert "QH100003" not in reply.text and "{" not in reply.text and "订单号" in reply.text


def test_an_answer_in_the_middle_of_a_decision_tree_has_its_values_too(conversation: Conversation) -> None:
    publish(returning(), "我要退货")
    order(conversation, "QH100004")
    led = Led(conversation)
    led.says("我要退货")
    assert led.says("能加急吗").text.startswith("您的订单 QH100004 已付款，付款于 未知时间。\n\n回到“退货”")


def test_an_answer_without_its_values_leads_nobody_away_from_a_decision_tree(conversation: Conversation) -> None:
    publish(returning(), "我要退货")
    led = Led(conversation)
    led.says("我要退货")
    reply = led.says("能加急吗")
    assert "{" not in reply.text and reply.text.endswith("请把订单号发给我。")
