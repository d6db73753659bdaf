"""However many send and receive at once: a message leaves once, in order, and comes in once."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations.adapters.base import SEND_SECONDS
from conversations.adapters.tokens import FreshToken, current_token, discard_token
from conversations.adapters.wechat import WeChat
from conversations.models import ChannelToken, Conversation, Message, OutboundDelivery
from conversations.services.arrivals import take_payload
from conversations.services.deliveries import deliver_next
from conversations.services.handover import take_over
from conversations.services.replies import send_agent_message
from cs_platform.models import User
from reports.stand.serving import Reply
from tests.conversations.platforms import adapter_for, deliver_all, generic_channel, said, take
from tests.web_double import WebDouble, web_double

pytestmark = pytest.mark.django_db(transaction=True)


def side_by_side(work: Callable[[int], object], times: int) -> list[object]:
    def once(number: int) -> object:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(once, range(times)))


@pytest.fixture
def receiver(outbound_allowed: Callable[[str], None]) -> Iterator[WebDouble]:
    with web_double() as double:
        outbound_allowed(double.place)
        yield double


@pytest.fixture
def chat(receiver: WebDouble, agent: User) -> Conversation:
    """A platform's customer, with an agent; nothing waits to be sent."""
    conversation = take(generic_channel(f"{receiver.url}/in"), said())
    take_over(conversation.pk, agent)
    OutboundDelivery.objects.all().delete()
    return conversation


def test_many_senders_send_each_message_once_and_in_order(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    for number in range(8):
        send_agent_message(chat.pk, agent, client_id=str(number), text=str(number))
    side_by_side(lambda _: [deliver_next(chat.channel_id) for _ in range(8)], 4)
    deliver_all(chat.channel)
    assert [json.loads(asked.body)["text"] for asked in receiver.asked] == [str(number) for number in range(8)]


def test_what_dies_with_its_sender_is_free_again_while_a_new_followers_minute_lasts(
    receiver: WebDouble, chat: Conversation, agent: User
) -> None:
    held: list[float] = []
    answer = receiver.next_answer

    def look_and_answer() -> Reply:
        lease_until = OutboundDelivery.objects.values_list("lease_until", flat=True).get()
        held.append((lease_until - timezone.now()).total_seconds())
        connection.close()
        return answer()

    receiver.next_answer = look_and_answer  # type: ignore[method-assign]
    send_agent_message(chat.pk, agent, client_id="a", text="a")
    deliver_all(chat.channel)
    minute = WeChat.capabilities.allowances["follow"].seconds
    assert SEND_SECONDS < held[0] < minute - SEND_SECONDS


def test_who_was_taken_for_dead_sends_no_more_of_it(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    answer = receiver.next_answer

    def lose_and_refuse() -> Reply:
        OutboundDelivery.objects.update(attempts=2, lease_until=timezone.now() + timedelta(seconds=30))
        connection.close()
        return answer()

    receiver.answer((422, {}, b""))
    receiver.next_answer = lose_and_refuse  # type: ignore[method-assign]
    send_agent_message(chat.pk, agent, client_id="a", text="a")
    deliver_all(chat.channel)
    delivery = OutboundDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("waiting", 2)
    assert delivery.lease_until is not None


def test_a_message_that_comes_many_times_at_once_is_stored_once() -> None:
    channel = generic_channel()
    side_by_side(lambda _: take_payload(adapter_for(channel), said("m1", "hi")), 4)
    assert Message.objects.filter(sender="customer").count() == 1


def test_a_strangers_first_messages_at_once_make_one_customer() -> None:
    channel = generic_channel()
    side_by_side(lambda number: take_payload(adapter_for(channel), said(f"m{number}", "hi")), 4)
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4]
    assert Message.objects.values("conversation__customer").distinct().count() == 1


def test_many_who_need_a_token_ask_for_one() -> None:
    channel, asked = generic_channel(), []

    def fetch(is_forced: bool) -> FreshToken:
        asked.append(is_forced)
        return FreshToken(f"token-{len(asked)}", 7200)

    assert set(side_by_side(lambda _: current_token(channel.pk, fetch), 4)) == {"token-1"}
    discard_token(channel.pk, "token-1")
    discard_token(channel.pk, "token-1")
    assert set(side_by_side(lambda _: current_token(channel.pk, fetch), 4)) == {"token-2"}
    assert asked == [False, True]


def test_a_token_is_not_readable_in_the_database() -> None:
    channel = generic_channel()
    current_token(channel.pk, lambda _: FreshToken("very secret", 7200))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value FROM {ChannelToken._meta.db_table}")  # noqa: S608
        assert "very secret" not in cursor.fetchone()[0]
