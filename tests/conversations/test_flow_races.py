"""Walks through decision trees when several things happen at once: one step, one ticket, nobody talked over."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations.models import Conversation, Message, Ticket, Walk
from conversations.responding import respond
from conversations.response import Question
from conversations.services.handover import take_over
from conversations.services.replies import send_reply
from conversations.services.turn import take_turn
from conversations.services.walks import forget_stale_walks, walking_of
from cs_platform.models import User
from kb.models import FlowRun
from tests import factories
from tests.conversations.walks import Led
from tests.kb.trees import publish, returning

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def led(conversation: Conversation) -> Led:
    """Asked for the reason; the next answer makes a ticket."""
    publish(returning())
    led = Led(conversation)
    led.says("我要退货")
    led.says("20261127008812")
    return led


def test_a_turn_taken_by_many_at_once_makes_one_step_and_one_ticket(led: Led) -> None:
    factories.write(led.conversation, "不喜欢")
    factories.settle(led.conversation)
    together = threading.Barrier(4)

    def take(_number: int) -> None:
        together.wait()
        take_turn(led.conversation.pk)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, range(4)))
    assert Ticket.objects.count() == 1
    assert Message.objects.filter(text__startswith="已登记").count() == 1
    assert FlowRun.objects.get().outcome == FlowRun.Outcome.FINISHED


def test_a_takeover_while_the_ai_thinks_leaves_no_step_and_no_ticket(led: Led, agent: User) -> None:
    factories.write(led.conversation, "不喜欢")
    turn = factories.claim(led.conversation)
    led.conversation.refresh_from_db()
    response = respond(Question(("不喜欢",), walking=walking_of(led.conversation)), led.conversation.channel)
    assert response.walk is not None and response.walk.effects
    take_over(led.conversation.pk, agent)
    assert send_reply(turn, response) is None
    assert not Ticket.objects.exists()
    assert Walk.objects.get().state["step"] == "reason"


def test_another_message_meanwhile_leaves_the_step_to_the_next_thought(led: Led) -> None:
    factories.write(led.conversation, "不喜欢")
    turn = factories.claim(led.conversation)
    led.conversation.refresh_from_db()
    response = respond(Question(("不喜欢",), walking=walking_of(led.conversation)), led.conversation.channel)
    factories.write(led.conversation, "等等")
    assert send_reply(turn, response) is None
    assert not Ticket.objects.exists() and Walk.objects.get().moves == 2


def test_a_walk_that_nobody_comes_back_to_ends_and_is_not_gone_on_with(led: Led) -> None:
    Walk.objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert led.says("1").text != "请拍张照片发过来。"
    assert (forget_stale_walks(), Walk.objects.count()) == (1, 0)
    assert FlowRun.objects.get().outcome == FlowRun.Outcome.EXPIRED


def test_an_erased_conversation_takes_its_walk_along(led: Led) -> None:
    FlowRun.objects.update(started_at=timezone.now() - timedelta(days=2))
    led.conversation.delete()
    forget_stale_walks()
    assert (Walk.objects.count(), FlowRun.objects.get().outcome) == (0, FlowRun.Outcome.EXPIRED)
