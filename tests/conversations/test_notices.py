"""The shop speaks first only where nobody is disturbed, and nothing else of the conversation changes."""

import pytest

from conversations.models import Conversation, Message
from conversations.responding import Response
from conversations.services.handover import close_conversation, take_over
from conversations.services.notices import Notice, post_notice, push_card, speak_first
from conversations.services.replies import send_reply
from cs_platform.models import User
from tests.conversations.cards import LEAD_CARD
from tests.factories import claim, texts_of, write

pytestmark = pytest.mark.django_db
NOTICE = Notice("周五全场 9 折", {"decision": "broadcast", "broadcast": 1}, name="青禾")
KEPT = ("status", "owner", "epoch", "customer_seq", "answered_seq", "episode_seq", "last_text", "last_message_at")


def standing(conversation: Conversation) -> list[object]:
    conversation.refresh_from_db()
    return [getattr(conversation, name) for name in KEPT]


def test_an_idle_conversation_gets_it_and_stays_as_it_is(conversation: Conversation) -> None:
    before = standing(conversation)
    message = post_notice(conversation.pk, NOTICE)
    assert message is not None
    assert (message.sender, message.seq, message.author_name) == ("system", 1, "青禾")
    assert standing(conversation) == before


def test_a_closed_one_gets_it_and_stays_closed(conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    close_conversation(conversation.pk, agent)
    assert post_notice(conversation.pk, NOTICE) is not None
    conversation.refresh_from_db()
    assert conversation.visitor_status == "closed"


def test_not_between_a_question_and_its_answer(conversation: Conversation) -> None:
    write(conversation, "在吗")
    assert post_notice(conversation.pk, NOTICE) is None
    send_reply(claim(conversation), Response("answer", "在的"))
    assert post_notice(conversation.pk, NOTICE) is not None
    assert [sender for sender, _ in texts_of(conversation)] == ["customer", "ai", "system"]


def test_not_into_a_chat_with_a_person(conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    assert post_notice(conversation.pk, NOTICE) is None
    assert not Message.objects.filter(text=NOTICE.text).exists()


def test_the_answer_to_the_next_question_is_not_lost(conversation: Conversation) -> None:
    post_notice(conversation.pk, NOTICE)
    write(conversation, "什么活动")
    assert send_reply(claim(conversation), Response("answer", "9 折")) is not None


def test_the_ai_does_not_speak_first_when_the_customer_has_just_written(conversation: Conversation) -> None:
    seen = Conversation.objects.get(pk=conversation.pk)
    write(conversation, "在吗")
    assert speak_first(seen, NOTICE) is None
    assert texts_of(conversation) == [("customer", "在吗")]


def test_the_ai_speaks_first_into_silence(conversation: Conversation) -> None:
    message = speak_first(conversation, NOTICE)
    assert message is not None
    assert (message.sender, message.decision) == ("ai", NOTICE.why)


def test_an_agent_shows_a_card_in_own_chats_only(conversation: Conversation, agent: User, agent2: User) -> None:
    take_over(conversation.pk, agent)
    assert push_card(conversation.pk, agent2, text="卡片", card=LEAD_CARD) is None
    message = push_card(conversation.pk, agent, text="卡片", card=LEAD_CARD)
    assert message is not None and message.card == LEAD_CARD
