"""Where is my parcel: told to the one whose it is, and to nobody else."""

import pytest
from django.core.cache import cache

from conversations.models import Conversation
from conversations.services.turn import take_turn
from conversations.tools import GUESSES_MAX, OrderAnswer, order_status
from tests.factories import make_customer, make_entry, make_order, settle, write

pytestmark = pytest.mark.django_db

NUMBER = "2026112700001"
PARCEL = {
    "carrier": "顺丰",
    "tracking_number": "SF1400001234567",
    "status": "in_transit",
    "events": [{"at": "2026-11-27T09:00:00+08:00", "text": "已到达杭州"}],
}


@pytest.fixture(autouse=True)
def no_guesses() -> None:
    cache.clear()


def ask(conversation: Conversation, *texts: str) -> OrderAnswer | None:
    return order_status(texts, conversation_id=conversation.pk, customer_id=conversation.customer_id)


def turn(conversation: Conversation, text: str) -> str:
    """The customer writes; returns what the AI says."""
    write(conversation, text)
    settle(conversation)
    take_turn(conversation.pk)
    message = conversation.messages.order_by("-seq").first()
    return message.text if message else ""


@pytest.mark.parametrize(
    "text",
    ["2026112700001到哪了", "我的订单 2026-1127-00001 发货了吗", "SF1400001234567 怎么还没到，查一下", "2026112700001"],
)
def test_the_own_order_is_told(conversation: Conversation, text: str) -> None:
    make_order(NUMBER, customer=conversation.customer, status="shipped", shipments=[PARCEL])
    found = ask(conversation, text)
    assert found is not None and found.kind == "known"
    assert found.text == f"订单 {NUMBER}：已发货。\n顺丰 SF1400001234567：运输中，11月27日 09:00 已到达杭州"


@pytest.mark.parametrize("text", ["2026112700001我要退货", "怎么发货", "我的订单到哪了", "2026112700001改一下地址"])
def test_another_wish_is_for_knowledge(conversation: Conversation, text: str) -> None:
    make_order(NUMBER, customer=conversation.customer)
    assert ask(conversation, text) is None


def test_an_order_of_somebody_else_looks_like_none(conversation: Conversation) -> None:
    make_order(NUMBER, customer=make_customer(), phone="13800008812")
    others = ask(conversation, f"{NUMBER}到哪了")
    nobodys = ask(conversation, "9026112700009到哪了")
    assert others == nobodys
    assert others is not None and others.kind == "unproven"


def test_the_ending_of_the_phone_proves_it(conversation: Conversation) -> None:
    make_order(NUMBER, phone="13800008812", status="paid")
    found = ask(conversation, f"{NUMBER}到哪了，尾号8812")
    assert found == OrderAnswer("known", f"订单 {NUMBER}：已付款。\n还没有发货。")
    wrong = ask(conversation, f"{NUMBER}到哪了，尾号8813")
    assert wrong is not None and wrong.kind == "unproven"


def test_the_ending_may_come_a_message_later(conversation: Conversation) -> None:
    make_order(NUMBER, phone="13800008812", status="shipped")
    assert "后四位" in turn(conversation, f"{NUMBER}到哪了")
    assert turn(conversation, "8812") == f"订单 {NUMBER}：已发货。"


def test_four_digits_out_of_nowhere_are_no_proof(conversation: Conversation) -> None:
    make_order(NUMBER, phone="13800008812")
    write(conversation, f"{NUMBER}到哪了")
    assert ask(conversation, "8812") is None


def test_guessing_ends_with_a_person(conversation: Conversation) -> None:
    make_order(NUMBER, phone="13800008812")
    for number in range(GUESSES_MAX):
        ask(conversation, f"{NUMBER}到哪了 {1000 + number}")
    found = ask(conversation, f"{NUMBER}到哪了 8812")
    assert found is not None and found.kind == "locked"


def test_a_short_number_cannot_be_proved(conversation: Conversation) -> None:
    make_order("10023", phone="13800008812")
    found = ask(conversation, "订单10023到哪了 8812")
    assert found is not None and found.kind == "unproven"


def test_the_turn_offers_a_person_and_counts_no_miss(conversation: Conversation) -> None:
    turn(conversation, "9026112700009到哪了")
    conversation.refresh_from_db()
    message = conversation.messages.get(sender="ai")
    assert (conversation.misses, message.options[-1]["id"], message.decision["reason"]) == (0, "person", "order_proof")


def test_knowledge_still_answers_about_models(conversation: Conversation) -> None:
    make_entry("X200A1多久发货", "两天内。")
    assert turn(conversation, "X200A1多久发货") == "两天内。"
