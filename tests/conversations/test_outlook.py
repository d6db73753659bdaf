"""What a waiting customer is told to expect: honest, or nothing."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone, translation

from conversations.frames import status_frame
from conversations.models import Conversation
from conversations.outlook import Outlook
from conversations.services import handover
from conversations.services.outlook import outlook_of
from conversations.services.words import moment, queue_text
from cs_platform.models import User
from routing.models import Interval, Schedule
from routing.presence import set_presence
from tests.conversations.desks import queue
from tests.factories import make_channel, make_conversation, texts_of

pytestmark = pytest.mark.django_db


def serve(agent: User, *seconds: float) -> None:
    """So many customers were served lately, each after so many seconds at the head of the queue."""
    for waited in seconds:
        conversation = queue()
        queued_at = timezone.now() - timedelta(seconds=waited)
        Conversation.objects.filter(pk=conversation.pk).update(queued_at=queued_at, queued_position=1)
        handover.take_over(conversation.pk, agent)


def test_the_wait_is_what_a_place_took_lately_times_the_place(agent: User) -> None:
    set_presence(agent, "online")
    serve(agent, 20, 30, 40, 50, 600)
    queue()
    outlook = outlook_of(queue())
    assert outlook is not None
    assert (outlook.position, outlook.wait_seconds) == (2, 80)


def test_with_too_little_history_nothing_is_said(agent: User) -> None:
    set_presence(agent, "online")
    serve(agent, 20, 30, 40, 50)
    assert outlook_of(queue()) == Outlook(is_staffed=True, position=1)


def test_what_was_served_long_ago_says_nothing(agent: User) -> None:
    set_presence(agent, "online")
    serve(agent, *[30] * 5)
    Conversation.objects.update(taken_at=timezone.now() - timedelta(hours=3, seconds=1))
    assert outlook_of(queue()) == Outlook(is_staffed=True, position=1)


def test_a_wait_that_began_while_nobody_was_there_says_nothing(conversation: Conversation, agent: User) -> None:
    queue(conversation)
    handover.take_over(conversation.pk, agent)
    conversation.refresh_from_db()
    assert conversation.place_seconds is None


def test_nobody_is_next_while_nobody_is_there(conversation: Conversation) -> None:
    outlook = outlook_of(queue(conversation))
    assert outlook == Outlook()
    assert status_frame(conversation, outlook)["position"] is None
    assert "下一位" not in texts_of(conversation)[-1][1]


def test_outside_hours_the_customer_is_told_when_somebody_is_back() -> None:
    schedule = Schedule.objects.create(name="Never open today", follows_public_holidays=False)
    tomorrow = timezone.localtime() + timedelta(days=1)
    Interval.objects.create(schedule=schedule, weekday=tomorrow.weekday(), starts=time(9), ends=time(18))
    conversation = queue(make_conversation(make_channel(schedule=schedule)))
    assert "客服将于明天 09:00 上班" in texts_of(conversation)[-1][1]


def test_conversations_that_do_not_wait_have_no_outlook(conversation: Conversation) -> None:
    assert outlook_of(conversation) is None


@pytest.mark.parametrize(
    ("outlook", "text"),
    [
        (Outlook(True, 1, 30), "正在为您转接人工客服，下一位就是您。通常不到一分钟。"),
        (Outlook(True, 3, 61), "正在为您转接人工客服，前面还有 2 位客户。通常需要等待约 2 分钟。"),
        (Outlook(True, 3, 3601), "正在为您转接人工客服，前面还有 2 位客户。"),
        (Outlook(True, 1, None), "正在为您转接人工客服，下一位就是您。"),
    ],
)
def test_the_words_of_an_outlook(outlook: Outlook, text: str) -> None:
    assert queue_text(outlook) == text


def test_the_platform_speaks_the_language_of_the_channel() -> None:
    conversation = queue(make_conversation(make_channel(language="en")))
    assert texts_of(conversation)[-1][1].startswith("None of my colleagues is online right now.")


def test_a_request_in_another_language_does_not_change_what_customers_read(conversation: Conversation) -> None:
    with translation.override("en"):
        queue(conversation)
    assert "没有客服在线" in texts_of(conversation)[-1][1]


def test_a_moment_beyond_tomorrow_has_a_date() -> None:
    assert moment(datetime(2031, 3, 5, 1, 30, tzinfo=UTC)) == "3月5日 09:30 "
