"""However many send and receive at once: a message leaves once, in order, and comes in once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from conversations.adapters.tokens import FreshToken, current_token, discard_token
from conversations.models import ChannelToken, Message, OutboundDelivery
from conversations.services.arrivals import take_payload
from conversations.services.deliveries import deliver_next
from conversations.services.handover import take_over
from conversations.services.replies import send_agent_message
from cs_platform.models import User
from tests.conversations.platforms import adapter_for, generic_channel, said, take
from tests.web_double import web_double

pytestmark = pytest.mark.django_db(transaction=True)


def side_by_side(work: Callable[[int], object], times: int) -> list[object]:
    def once(number: int) -> object:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(once, range(times)))


def test_many_senders_send_each_message_once_and_in_order(agent: User, outbound_allowed: Callable[[str], None]) -> None:
    with web_double() as receiver:
        outbound_allowed(receiver.place)
        channel = generic_channel(f"{receiver.url}/in")
        conversation = take(channel, said())
        take_over(conversation.pk, agent)
        OutboundDelivery.objects.all().delete()
        for number in range(8):
            send_agent_message(conversation.pk, agent, client_id=str(number), text=str(number))
        side_by_side(lambda _: [deliver_next(channel.pk) for _ in range(8)], 4)
        while deliver_next(channel.pk):
            pass
    assert [json.loads(asked.body)["text"] for asked in receiver.asked] == [str(number) for number in range(8)]


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
