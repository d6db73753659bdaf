"""What the shop says to a platform's customer: a row with the message, sent in order, tried again, never given up silently."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation, Message, OutboundDelivery
from conversations.services.deliveries import forget_old_deliveries, send_again
from conversations.services.handover import take_over
from conversations.services.replies import NotYours, add_note, send_agent_message
from conversations.services.turn import take_turn
from cs_platform.models import User
from routing.models import Channel
from tests.conversations.platforms import deliver_all, generic_channel, said, take
from tests.factories import make_conversation, make_entry, settle, write
from tests.web_double import WebDouble, web_double

pytestmark = pytest.mark.django_db

OK = (200, {}, b'{"id": "p1"}')


@pytest.fixture
def receiver(outbound_allowed: Callable[[str], None]) -> object:
    with web_double() as double:
        outbound_allowed(double.place)
        yield double


@pytest.fixture
def platform(receiver: WebDouble) -> Channel:
    return generic_channel(f"{receiver.url}/in")


@pytest.fixture
def chat(platform: Channel, agent: User) -> Conversation:
    """A platform's customer, with an agent; nothing waits to be sent."""
    conversation = take(platform, said())
    take_over(conversation.pk, agent)
    OutboundDelivery.objects.all().delete()
    return conversation


def reply(chat: Conversation, agent: User, *texts: str) -> list[OutboundDelivery]:
    for text in texts:
        send_agent_message(chat.pk, agent, client_id=f"c-{text}", text=text)
    return list(OutboundDelivery.objects.order_by("pk"))


def texts_at(receiver: WebDouble) -> list[str]:
    return [part.split(b'"text": "')[1].split(b'"')[0].decode() for part in (asked.body for asked in receiver.asked)]


def test_the_ais_answer_reaches_the_platform(receiver: WebDouble, platform: Channel) -> None:
    make_entry("How long does delivery take?", "Two days.")
    conversation = take(platform, said(text="How long does delivery take?"))
    settle(conversation)
    take_turn(conversation.pk)
    deliver_all(platform)
    delivery = OutboundDelivery.objects.get()
    assert texts_at(receiver) == ["Two days."]
    assert (delivery.state, delivery.attempts) == ("sent", 1)


def test_a_website_needs_no_delivery(conversation: Conversation, agent: User) -> None:
    write(conversation, "hi")
    take_over(conversation.pk, agent)
    assert not OutboundDelivery.objects.exists()


def test_a_message_that_was_not_written_is_not_sent(chat: Conversation, agent2: User) -> None:
    with pytest.raises(NotYours):
        send_agent_message(chat.pk, agent2, client_id="a", text="x")
    assert not OutboundDelivery.objects.exists()


def test_notes_stay_in_the_house(chat: Conversation, agent: User) -> None:
    add_note(chat.pk, agent, client_id="n", text="careful")
    assert not OutboundDelivery.objects.exists()


def test_messages_arrive_in_order(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    reply(chat, agent, "a", "b", "c")
    deliver_all(chat.channel)
    assert texts_at(receiver) == ["a", "b", "c"]


def test_what_is_refused_for_now_holds_back_what_comes_after(
    receiver: WebDouble, chat: Conversation, agent: User
) -> None:
    receiver.answer((503, {}, b""), OK)
    first, _ = reply(chat, agent, "a", "b")
    deliver_all(chat.channel)
    first.refresh_from_db()
    assert (first.state, first.reason, first.lease_until) == ("waiting", "busy", None)
    assert first.next_at > timezone.now()
    assert len(receiver.asked) == 1


def test_it_is_tried_again_when_its_time_has_come(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    receiver.answer((503, {}, b""), OK)
    reply(chat, agent, "a", "b")
    deliver_all(chat.channel)
    OutboundDelivery.objects.update(next_at=timezone.now())
    deliver_all(chat.channel)
    assert texts_at(receiver) == ["a", "a", "b"]
    keys = [asked.headers["webhook-id"] for asked in receiver.asked]
    assert keys[0] == keys[1] != keys[2]


def test_the_platform_may_say_how_long_to_wait(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    receiver.answer((429, {"Retry-After": "120"}, b""))
    reply(chat, agent, "a")
    deliver_all(chat.channel)
    assert OutboundDelivery.objects.get().next_at > timezone.now() + timedelta(seconds=100)


def test_one_conversation_does_not_wait_for_another(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    other = take(chat.channel, said("m9", sender="u9"))
    take_over(other.pk, agent)
    OutboundDelivery.objects.all().delete()
    receiver.answer((503, {}, b""), OK)
    reply(chat, agent, "a")
    reply(other, agent, "b")
    deliver_all(chat.channel)
    assert texts_at(receiver) == ["a", "b"]


def test_what_is_refused_for_good_is_told_to_the_agents(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    receiver.answer((422, {}, b"too rude"), OK)
    reply(chat, agent, "a", "b")
    deliver_all(chat.channel)
    first, second = OutboundDelivery.objects.order_by("pk")
    assert (first.state, first.reason, second.state) == ("failed", "request", "sent")
    note = Message.objects.get(is_private=True)
    assert note.text == "未送达：“a”，原因：HTTP 422 too rude"
    assert note.sender == "system"


def test_a_failed_one_can_be_sent_again(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    receiver.answer((422, {}, b""), OK)
    (delivery,) = reply(chat, agent, "a")
    deliver_all(chat.channel)
    assert send_again(delivery)
    assert not send_again(delivery)
    deliver_all(chat.channel)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.platform_id) == ("sent", "p1")


def test_after_hours_of_trying_it_has_failed(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    receiver.answer((503, {}, b""))
    reply(chat, agent, "a")
    OutboundDelivery.objects.update(created_at=timezone.now() - timedelta(hours=7))
    deliver_all(chat.channel)
    assert OutboundDelivery.objects.get().state == "failed"


def test_what_a_dead_process_had_in_hand_is_sent_by_the_next(
    receiver: WebDouble, chat: Conversation, agent: User
) -> None:
    reply(chat, agent, "a")
    OutboundDelivery.objects.update(lease_until=timezone.now() + timedelta(seconds=30))
    deliver_all(chat.channel)
    assert receiver.asked == []
    OutboundDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver_all(chat.channel)
    assert texts_at(receiver) == ["a"]


def test_a_channel_that_is_off_keeps_its_messages(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    reply(chat, agent, "a")
    Channel.objects.update(is_enabled=False)
    deliver_all(chat.channel)
    assert (OutboundDelivery.objects.get().reason, receiver.asked) == ("configuration", [])


def test_without_a_way_to_the_customer_it_has_failed(platform: Channel, agent: User) -> None:
    conversation = make_conversation(platform)
    take_over(conversation.pk, agent)
    deliver_all(platform)
    assert OutboundDelivery.objects.get().reason == "recipient"


def test_what_an_adapter_stumbles_over_is_kept_and_tried_again(chat: Conversation, agent: User) -> None:
    reply(chat, agent, "a")
    Channel.objects.update(connection='{"send_url": "http://x", "secret": "whsec_"}')
    deliver_all(chat.channel)
    delivery = OutboundDelivery.objects.get()
    assert (delivery.state, delivery.reason, delivery.error) == ("waiting", "unexpected", "ValueError")


def test_what_arrived_is_forgotten_after_a_month(receiver: WebDouble, chat: Conversation, agent: User) -> None:
    receiver.answer((422, {}, b""), OK)
    reply(chat, agent, "a", "b")
    deliver_all(chat.channel)
    OutboundDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    forget_old_deliveries()
    assert [row.state for row in OutboundDelivery.objects.all()] == ["failed"]


@pytest.mark.parametrize(("days", "kept"), [(89, ["failed"]), (91, [])])
def test_what_never_arrived_is_forgotten_after_three_months(
    receiver: WebDouble, chat: Conversation, agent: User, days: int, kept: list[str]
) -> None:
    receiver.answer((422, {}, b""))
    reply(chat, agent, "a")
    deliver_all(chat.channel)
    OutboundDelivery.objects.update(created_at=timezone.now() - timedelta(days=days))
    forget_old_deliveries()
    assert [row.state for row in OutboundDelivery.objects.all()] == kept
