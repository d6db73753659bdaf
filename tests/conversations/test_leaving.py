"""Nobody is there: the customer leaves a message, or waits in vain; either way there is a ticket and a promise."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation, Ticket
from conversations.services import handover
from conversations.services.leaving import begin_leaving, find_contact
from cs_platform.models import User
from routing.models import Interval, Schedule
from routing.presence import set_presence
from tests.conversations.desks import queue, seat
from tests.conversations.test_assignment import owner_after_assignment
from tests.conversations.timing import time_passes
from tests.factories import make_channel, make_conversation, texts_of, write

pytestmark = pytest.mark.django_db


def leaving(conversation: Conversation) -> Conversation:
    """The customer has chosen to leave a message, and was asked for it."""
    queue(conversation)
    begin_leaving(conversation.pk)
    conversation.refresh_from_db()
    return conversation


def test_leaving_a_message_is_offered_while_nobody_is_there(conversation: Conversation) -> None:
    queue(conversation)
    assert conversation.messages.last().options == [{"id": "leave_message", "text": "留言"}]


def test_it_is_not_offered_while_somebody_is_there(conversation: Conversation, agent: User) -> None:
    set_presence(agent, "online")
    queue(conversation)
    assert conversation.messages.last().options == []


def test_the_message_left_becomes_a_ticket(conversation: Conversation) -> None:
    leaving(conversation)
    write(conversation, "My cup is broken.", "Call 139 1234 5678 or 13912345678")
    time_passes(conversation, 20)
    ticket = Ticket.objects.get()
    assert ticket.description == "My cup is broken.\nCall 139 1234 5678 or 13912345678"
    assert (ticket.source, ticket.contact, ticket.conversation) == ("customer", "13912345678", conversation)
    assert (conversation.status, conversation.owner) == ("closed", "none")


def test_the_customer_is_told_number_and_time(conversation: Conversation) -> None:
    leaving(conversation)
    write(conversation, "My cup is broken.")
    time_passes(conversation, 20)
    sender, text = texts_of(conversation)[-1]
    assert sender == "system"
    assert f"编号 {Ticket.objects.get().number}" in text


def test_whoever_goes_on_writing_is_waited_for(conversation: Conversation) -> None:
    leaving(conversation)
    write(conversation, "My cup is broken.")
    time_passes(conversation, 19)
    write(conversation, "And the plate.")
    time_passes(conversation, 19)
    assert not Ticket.objects.exists()
    time_passes(conversation, 1)
    assert Ticket.objects.get().description == "My cup is broken.\nAnd the plate."


def test_who_leaves_nothing_waits_on(conversation: Conversation) -> None:
    leaving(conversation)
    time_passes(conversation, 600)
    assert (conversation.owner, conversation.leaving_seq, Ticket.objects.count()) == ("queue", None, 0)


def test_asked_twice_it_is_said_once(conversation: Conversation) -> None:
    leaving(conversation)
    assert begin_leaving(conversation.pk) is None


def test_with_a_person_nothing_is_left(conversation: Conversation, agent: User) -> None:
    handover.take_over(conversation.pk, agent)
    assert begin_leaving(conversation.pk) is None


def test_somebody_who_comes_in_between_takes_the_customer(conversation: Conversation, agent: User) -> None:
    leaving(conversation)
    write(conversation, "My cup is broken.")
    seat(agent)
    assert owner_after_assignment(conversation) == agent
    time_passes(conversation, 20)
    assert (conversation.owner, Ticket.objects.count()) == ("agent", 0)


def test_a_wait_in_vain_becomes_a_ticket(conversation: Conversation) -> None:
    write(conversation, "Where is my parcel?")
    queue(conversation)
    time_passes(conversation, 540)
    assert conversation.owner == "queue"
    time_passes(conversation, 60)
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.source, conversation.status) == ("Where is my parcel?", "ai", "closed")
    assert conversation.messages.last().decision == {"decision": "close", "reason": "waited_in_vain"}


def test_a_wait_while_somebody_is_there_stays_a_wait(conversation: Conversation, agent: User) -> None:
    set_presence(agent, "online")
    queue(conversation)
    time_passes(conversation, 3600)
    assert (conversation.owner, Ticket.objects.count()) == ("queue", 0)


def test_no_time_is_promised_before_the_shop_has_been_open_for_a_while() -> None:
    schedule = Schedule.objects.create(name="In three days", follows_public_holidays=False)
    opens = (timezone.localtime() + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    Interval.objects.create(schedule=schedule, weekday=opens.weekday(), starts=time(9), ends=time(18))
    conversation = leaving(make_conversation(make_channel(schedule=schedule)))
    write(conversation, "My cup is broken.")
    time_passes(conversation, 20)
    assert Ticket.objects.get().due_at == opens + timedelta(hours=2)


def test_afterwards_the_ai_answers_again(conversation: Conversation) -> None:
    leaving(conversation)
    write(conversation, "My cup is broken.")
    time_passes(conversation, 20)
    write(conversation, "How long does delivery take?")
    assert (conversation.status, conversation.owner) == ("open", "ai")


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("打这个13912345678谢谢", "13912345678"),
        ("邮箱：Lin@Example.com，谢谢", "lin@example.com"),
        ("电话 +86-139-1234-5678", "13912345678"),
        ("订单 20261127000123", ""),
        ("没有", ""),
    ],
)
def test_the_contact_in_a_message(text: str, contact: str) -> None:
    assert find_contact(text) == contact
