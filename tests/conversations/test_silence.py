"""Silence has an end: agents who let customers wait lose them, and chats that nobody goes on with are closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation
from conversations.services import handover
from conversations.services.attendance import change_presence
from conversations.services.overdue import sweep_deadlines
from conversations.services.replies import send_agent_message
from conversations.services.turn import take_turn
from cs_platform.models import User
from routing.models import Agent, Strategy
from routing.presence import set_presence, touch
from tests.conversations.desks import queue, seat
from tests.conversations.test_assignment import owner_after_assignment
from tests.conversations.timing import time_passes
from tests.factories import make_channel, make_conversation, make_entry, settle, texts_of, write

pytestmark = pytest.mark.django_db


def with_agent(conversation: Conversation, agent: User, presence: str = "online") -> Conversation:
    """The agent has the chat, and the customer has just written."""
    set_presence(agent, presence)
    handover.take_over(conversation.pk, agent)
    write(conversation, "hello?")
    return conversation


def answered(conversation: Conversation) -> Conversation:
    """The AI has answered the customer."""
    make_entry("How long does delivery take?")
    write(conversation, "How long does delivery take?")
    settle(conversation)
    take_turn(conversation.pk)
    return conversation


def test_who_is_online_is_reminded_at_half_time_and_keeps_the_customer(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent)
    time_passes(conversation, 150)
    assert conversation.owner == "agent"


def test_who_is_online_and_does_not_answer_loses_the_customer(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent)
    time_passes(conversation, 299)
    assert conversation.owner == "agent"
    time_passes(conversation, 1)
    assert (conversation.owner, conversation.handoff_reason) == ("queue", "agent_silent")


def test_who_is_away_loses_the_customer_at_half_time(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent, "away")
    time_passes(conversation, 149)
    assert conversation.owner == "agent"
    time_passes(conversation, 1)
    assert conversation.owner == "queue"


def test_a_closed_browser_loses_the_customer_within_moments(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent)
    Agent.objects.update(last_seen_at=timezone.now() - timedelta(seconds=61))
    time_passes(conversation, 10)
    assert conversation.owner == "queue"


def test_who_goes_offline_gives_up_the_customers_who_wait(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent)
    change_presence(agent, "offline")
    sweep_deadlines()
    conversation.refresh_from_db()
    assert conversation.owner == "queue"


def test_who_goes_offline_keeps_the_chats_in_which_nobody_waits(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent)
    send_agent_message(conversation.pk, agent, client_id="a", text="hi")
    change_presence(agent, "offline")
    sweep_deadlines()
    conversation.refresh_from_db()
    assert conversation.owner == "agent"


def test_a_strategy_may_ask_for_quicker_agents(agent: User) -> None:
    strategy = Strategy.objects.create(name="Brisk", agent_seconds=60)
    conversation = with_agent(make_conversation(make_channel(strategy=strategy)), agent)
    time_passes(conversation, 60)
    assert conversation.owner == "queue"


def test_an_assigned_chat_that_is_not_begun_goes_back_and_the_agent_is_set_to_away(
    conversation: Conversation, agent: User
) -> None:
    seat(agent)
    assert owner_after_assignment(queue(conversation)) == agent
    time_passes(conversation, 120)
    assert (conversation.owner, Agent.objects.get(user=agent).presence) == ("queue", "away")


def test_back_online_the_agent_is_given_the_customer_again(conversation: Conversation, agent: User) -> None:
    test_an_assigned_chat_that_is_not_begun_goes_back_and_the_agent_is_set_to_away(conversation, agent)
    change_presence(agent, "online")
    assert owner_after_assignment(conversation) == agent


def test_an_assigned_chat_that_was_begun_has_the_time_of_any_other(conversation: Conversation, agent: User) -> None:
    seat(agent)
    owner_after_assignment(queue(conversation))
    send_agent_message(conversation.pk, agent, client_id="a", text="hi")
    write(conversation, "hello?")
    time_passes(conversation, 120)
    assert conversation.owner == "agent"


def test_who_was_sent_back_keeps_the_place_of_the_first_word(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent)
    time_passes(conversation, 300)
    assert conversation.queued_at == conversation.waiting_since
    queue()
    assert Conversation.objects.queued().first() == conversation


def test_a_silent_chat_with_the_ai_ends_after_half_an_hour(conversation: Conversation) -> None:
    answered(conversation)
    time_passes(conversation, 1799)
    assert conversation.status == "open"
    time_passes(conversation, 1)
    assert (conversation.status, conversation.owner) == ("closed", "none")
    assert conversation.messages.last().decision == {"decision": "close", "reason": "idle"}


def test_a_customer_who_said_nothing_yet_is_not_sent_away(conversation: Conversation) -> None:
    Conversation.objects.update(deadline=timezone.now())
    time_passes(conversation, 1800)
    assert conversation.status == "open"


def test_a_silent_chat_with_an_agent_is_warned_and_then_ends(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent)
    send_agent_message(conversation.pk, agent, client_id="a", text="Anything else?")
    time_passes(conversation, 3300)
    assert texts_of(conversation)[-1] == ("system", "您还在吗？如果没有其他问题，本次会话将在 5 分钟后结束。")
    time_passes(conversation, 299)
    assert conversation.status == "open"
    time_passes(conversation, 1)
    assert conversation.status == "closed"


def test_a_word_after_the_warning_keeps_the_chat(conversation: Conversation, agent: User) -> None:
    with_agent(conversation, agent)
    send_agent_message(conversation.pk, agent, client_id="a", text="Anything else?")
    time_passes(conversation, 3300)
    write(conversation, "yes!")
    touch(agent)
    time_passes(conversation, 299)
    assert (conversation.status, conversation.owner) == ("open", "agent")


def test_a_strategy_may_leave_chats_open_for_ever() -> None:
    strategy = Strategy.objects.create(name="Patient", ai_idle_minutes=0)
    conversation = answered(make_conversation(make_channel(strategy=strategy)))
    time_passes(conversation, 30 * 86400)
    assert conversation.status == "open"


def test_writing_again_begins_a_new_episode_without_what_was_left_of_the_old(
    conversation: Conversation, agent: User
) -> None:
    answered(conversation)
    Conversation.objects.update(priority=2)
    time_passes(conversation, 1800)
    write(conversation, "one more thing")
    assert (conversation.owner, conversation.priority, conversation.episode_seq) == ("ai", 0, 3)
