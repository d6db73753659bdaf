"""A customer wants no more promotions: the AI confirms it instead of searching knowledge, whoever has the chat."""

import pytest

from conversations.events import UnsubscribeAsked
from conversations.models import Conversation
from conversations.responding import Question, respond
from conversations.services.handover import take_over
from cs_platform.events import on
from cs_platform.models import User
from tests.factories import make_entry, write

pytestmark = pytest.mark.django_db
heard: list[UnsubscribeAsked] = []


def hear(event: UnsubscribeAsked) -> None:
    heard.append(event)


def test_the_ai_confirms(conversation: Conversation) -> None:
    make_entry("退订", "订单可以在“我的订单”里取消。")
    response = respond(Question(("退订",), misses=2), conversation.channel)
    assert (response.decision, response.reason, response.misses) == ("answer", "opt_out", 2)
    assert "取消订单" in response.text


def test_it_is_told_also_when_a_person_has_the_chat(conversation: Conversation, agent: User, deliver: object) -> None:
    on(UnsubscribeAsked, hear)
    heard.clear()
    take_over(conversation.pk, agent)
    receipt = write(conversation, "你好", "TD")
    deliver()  # type: ignore[operator]
    assert heard == [UnsubscribeAsked(conversation.pk, receipt.id)]
