"""The AI's turn: answered once, only while it is the AI's, and never left undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.responding import Question, Response
from conversations.services.handover import take_over
from conversations.services.overdue import act_on_deadline, sweep_deadlines
from conversations.services.replies import send_reply
from conversations.services.turn import claim_turn, sweep_turns, take_turn
from cs_platform.models import User
from routing.models import Channel, Strategy
from tests.conversations.timing import time_passes
from tests.factories import claim, make_channel, make_conversation, make_entry, settle, texts_of, write

pytestmark = pytest.mark.django_db

ANSWER = Response("answer", "Two days.")


def test_a_stored_answer_is_sent_word_for_word(conversation: Conversation) -> None:
    entry = make_entry("How long does delivery take?", "Two days.\nSometimes three.")
    write(conversation, "How long does delivery take?")
    settle(conversation)
    take_turn(conversation.pk)
    reply = conversation.messages.get(sender="ai")
    assert (reply.text, reply.entry_id) == ("Two days.\nSometimes three.", entry.pk)


def test_several_quick_messages_get_one_answer(conversation: Conversation) -> None:
    make_entry("How long does delivery take?")
    write(conversation, "hello", "How long does delivery take?")
    settle(conversation)
    take_turn(conversation.pk)
    take_turn(conversation.pk)
    assert [sender for sender, _ in texts_of(conversation)] == ["customer", "customer", "ai"]


def test_what_nobody_knows_is_admitted_and_counted(conversation: Conversation) -> None:
    write(conversation, "What is the name of your cat?")
    settle(conversation)
    take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert conversation.misses == 1
    assert conversation.messages.get(sender="ai").options[-1]["id"] == "person"


def test_the_third_miss_in_a_row_gets_a_person(conversation: Conversation) -> None:
    for _ in range(3):
        write(conversation, "What is the name of your cat?")
        settle(conversation)
        take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert (conversation.owner, conversation.handoff_reason) == ("queue", "repeated_miss")


def test_a_known_answer_forgets_the_misses(conversation: Conversation) -> None:
    make_entry("How long does delivery take?")
    Conversation.objects.filter(pk=conversation.pk).update(misses=2)
    write(conversation, "How long does delivery take?")
    settle(conversation)
    take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert conversation.misses == 0


def test_asking_for_a_person_always_hands_over(conversation: Conversation) -> None:
    make_entry("转人工", "You can ask me anything.")
    write(conversation, "转人工!!")
    settle(conversation)
    take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert (conversation.owner, conversation.handoff_reason) == ("queue", "customer_request")


def test_a_channel_without_ai_queues_the_first_message(conversation: Conversation, channel: Channel) -> None:
    Channel.objects.update(strategy=Strategy.objects.create(name="people", mode="person_only"))
    write(conversation, "hi")
    settle(conversation)
    take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert conversation.handoff_reason == "ai_disabled"


def test_a_turn_is_claimed_once(conversation: Conversation) -> None:
    write(conversation, "hi")
    claim(conversation)
    assert claim_turn(conversation.pk) is None


def test_a_turn_is_not_due_while_the_customer_goes_on_typing(conversation: Conversation) -> None:
    write(conversation, "hi")
    assert claim_turn(conversation.pk) is None


def test_an_answer_after_a_takeover_is_not_sent(conversation: Conversation, agent: User) -> None:
    write(conversation, "hi")
    turn = claim(conversation)
    take_over(conversation.pk, agent)
    assert send_reply(turn, ANSWER) is None
    assert "ai" not in dict(texts_of(conversation))


def test_an_answer_to_less_than_was_asked_is_not_sent(conversation: Conversation) -> None:
    write(conversation, "hi")
    turn = claim(conversation)
    write(conversation, "and another thing")
    assert send_reply(turn, ANSWER) is None


def test_an_answer_is_sent_once(conversation: Conversation) -> None:
    write(conversation, "hi")
    turn = claim(conversation)
    assert send_reply(turn, ANSWER) is not None
    assert send_reply(turn, ANSWER) is None


def test_the_sweep_takes_a_turn_that_a_crash_left(conversation: Conversation) -> None:
    write(conversation, "hi")
    claim(conversation)
    Conversation.objects.update(turn_lease_until=timezone.now() - timedelta(seconds=5))
    assert sweep_turns() == 1
    assert conversation.messages.filter(sender="ai").count() == 1


def test_an_ai_that_stays_silent_loses_the_customer_to_a_person(conversation: Conversation) -> None:
    write(conversation, "hi")
    time_passes(conversation, 29)
    assert conversation.owner == "ai"
    time_passes(conversation, 1)
    assert (conversation.owner, conversation.handoff_reason) == ("queue", "ai_failure")


def test_an_ai_at_work_loses_the_customer_when_the_wait_is_too_long(channel: Channel) -> None:
    conversation = make_conversation(channel)
    write(conversation, "hi")
    for seconds, owner in ((119, "ai"), (1, "queue")):
        Conversation.objects.update(turn_lease_until=timezone.now() + timedelta(hours=1))
        time_passes(conversation, seconds)
        assert conversation.owner == owner
    assert conversation.handoff_reason == "wait_timeout"


def test_a_strategy_may_allow_less_waiting_than_it_takes_to_give_the_ai_up() -> None:
    strategy = Strategy.objects.create(name="Brisk", wait_seconds=15)
    conversation = make_conversation(make_channel(strategy=strategy))
    write(conversation, "hi")
    time_passes(conversation, 16)
    assert (conversation.owner, conversation.handoff_reason) == ("queue", "wait_timeout")


def test_an_answer_that_fails_gets_a_person(conversation: Conversation) -> None:
    def broken(question: Question, channel: Channel) -> Response:
        raise RuntimeError("the model is gone")

    write(conversation, "hi")
    settle(conversation)
    take_turn(conversation.pk, answering=broken)
    conversation.refresh_from_db()
    assert (conversation.owner, conversation.handoff_reason) == ("queue", "ai_failure")


def test_a_message_that_arrives_while_the_ai_thinks_is_answered_too(conversation: Conversation) -> None:
    seen: list[tuple[str, ...]] = []

    def slow(question: Question, channel: Channel) -> Response:
        if not seen:
            write(conversation, "and another thing")
            settle(conversation)
        seen.append(question.texts)
        return ANSWER

    write(conversation, "hi")
    settle(conversation)
    take_turn(conversation.pk, answering=slow)
    assert seen == [("hi",), ("hi", "and another thing")]
    assert [sender for sender, _ in texts_of(conversation)] == ["customer", "customer", "ai"]


def test_a_greeting_is_returned_and_is_no_miss(conversation: Conversation) -> None:
    write(conversation, "你好，在吗")
    settle(conversation)
    take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert (conversation.misses, conversation.messages.get(sender="ai").decision["reason"]) == (0, "small talk")


def test_a_message_in_the_moment_of_the_deadline_keeps_one(conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    Conversation.objects.update(deadline=timezone.now())
    seen_by_sweep = Conversation.objects.get()
    write(conversation, "hello?")
    act_on_deadline(seen_by_sweep)
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None
    assert conversation.deadline is not None


@pytest.mark.django_db(transaction=True)
def test_one_that_cannot_be_helped_keeps_no_help_from_the_others(conversation: Conversation) -> None:
    other = make_conversation()
    for number, waiting in enumerate((conversation, other)):
        write(waiting, "hi")
        long_ago = timezone.now() - timedelta(hours=2 - number)
        Conversation.objects.filter(pk=waiting.pk).update(deadline=long_ago, waiting_since=long_ago)
    Message.objects.create(conversation=conversation, seq=9, sender="ai", text="broken", answers_seq=1)
    sweep_deadlines()
    assert list(Conversation.objects.queued()) == [other]
