"""A customer's message is numbered without gaps, stored once, and opens a closed conversation again."""

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from conversations.models import Conversation, Message
from conversations.services.incoming import Incoming, UnknownConversation, append_customer_messages
from conversations.services.ledger import ClientIdReused
from cs_platform.models import User
from tests.factories import make_conversation, write

pytestmark = pytest.mark.django_db


def test_numbers_rise_by_one(conversation: Conversation) -> None:
    assert [write(conversation, text).seq for text in "abc"] == [1, 2, 3]


def test_a_batch_is_numbered_per_conversation(conversation: Conversation) -> None:
    other = make_conversation()
    ids = [conversation.pk, other.pk, conversation.pk]
    receipts = append_customer_messages([Incoming(pk, f"c{n}", "hi") for n, pk in enumerate(ids)])
    assert [receipt.seq for receipt in receipts] == [1, 1, 2]


def test_a_repeated_client_id_keeps_its_first_number(conversation: Conversation) -> None:
    first = write(conversation, "hi", client_id="one")
    write(conversation, "more")
    again = write(conversation, "hi", client_id="one")
    assert (again.id, again.seq, again.is_repeat) == (first.id, first.seq, True)
    assert Message.objects.count() == 2


def test_a_repeat_within_one_batch_is_stored_once(conversation: Conversation) -> None:
    twins = [Incoming(conversation.pk, "one", "hi"), Incoming(conversation.pk, "one", "hi")]
    receipts = append_customer_messages(twins)
    assert [(receipt.seq, receipt.is_repeat) for receipt in receipts] == [(1, False), (1, True)]
    assert conversation.messages.count() == 1


def test_a_client_id_with_another_text_is_refused(conversation: Conversation) -> None:
    write(conversation, "hi", client_id="one")
    receipt = write(conversation, "ho", client_id="one")
    assert isinstance(receipt.error, ClientIdReused)
    assert conversation.messages.count() == 1


def test_the_same_client_id_in_two_conversations_is_two_messages(conversation: Conversation) -> None:
    write(conversation, "hi", client_id="one")
    assert not write(make_conversation(), "hi", client_id="one").is_repeat


def test_an_unknown_conversation_costs_only_its_own_sender_an_error(conversation: Conversation) -> None:
    lost, kept = append_customer_messages([Incoming(10**9, "a", "hi"), Incoming(conversation.pk, "b", "hi")])
    assert isinstance(lost.error, UnknownConversation)
    assert (kept.error, kept.seq) == (None, 1)


def test_the_first_message_is_the_subject_and_the_last_one_is_shown(conversation: Conversation) -> None:
    write(conversation, "where is my parcel", "hello?")
    assert (conversation.subject, conversation.last_text) == ("where is my parcel", "hello?")
    assert conversation.unread == 2


def test_writing_to_a_closed_conversation_opens_it_for_the_ai(conversation: Conversation, agent: User) -> None:
    closed = {"status": "closed", "owner": "none", "misses": 2, "handoff_reason": "customer_request"}
    Conversation.objects.filter(pk=conversation.pk).update(**closed)
    write(conversation, "one more thing")
    assert (conversation.status, conversation.owner, conversation.epoch) == ("open", "ai", 1)
    assert (conversation.misses, conversation.handoff_reason) == (0, "")


def test_a_waiting_customer_keeps_the_time_of_the_first_message(conversation: Conversation) -> None:
    write(conversation, "a")
    since = conversation.waiting_since
    write(conversation, "b")
    assert conversation.waiting_since == since


def test_any_text_survives(conversation: Conversation) -> None:
    text = "<img src=x onerror=1> ' \" \\ %s {} \u202e 👩‍👩‍👧 𠮷"
    write(conversation, text)
    assert conversation.messages.get().text == text


def test_a_greeting_is_no_subject(conversation: Conversation) -> None:
    write(conversation, "在吗", "你好", "多久发货")
    assert (conversation.subject, conversation.last_text) == ("多久发货", "多久发货")


def test_asking_for_a_person_is_no_subject(conversation: Conversation) -> None:
    write(conversation, "转人工", "where is my parcel", "hello?")
    assert conversation.subject == "where is my parcel"


def test_a_repeat_gives_back_the_number_that_was_raised_for_it(conversation: Conversation) -> None:
    write(conversation, "hi", client_id="one")
    batch = [Incoming(conversation.pk, "one", "hi"), Incoming(conversation.pk, "two", "ho")]
    assert [receipt.seq for receipt in append_customer_messages(batch)] == [1, 2]
    conversation.refresh_from_db()
    assert (conversation.last_seq, conversation.unread) == (2, 2)


def test_a_batch_for_open_conversations_takes_two_statements_however_large(
    conversation: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    write(conversation)  # from now on the process knows who listens to events
    batch = [Incoming(pk, f"c{n}", "hi") for n in range(5) for pk in (conversation.pk, make_conversation().pk)]
    locks = int(connection.features.has_select_for_update)
    with django_assert_num_queries(2 + 2 + locks):  # around them the test's own savepoint
        append_customer_messages(batch)
