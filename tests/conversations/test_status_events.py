"""Every change of owner is told to other apps and integrators, with who has the conversation now, and why."""

from collections.abc import Callable

import pytest

from conversations.events import ConversationStatusChanged
from conversations.listing import groups_to_transfer_to
from conversations.models import Conversation
from conversations.services import handover
from conversations.services.assignment import assign_waiting
from conversations.services.leaving import turn_into_ticket
from conversations.services.replies import send_agent_message
from cs_platform.models import User
from routing.models import Agent, SkillGroup
from tests.conversations.desks import queue, seat
from tests.conversations.timing import time_passes
from tests.factories import write
from tests.listening import told

pytestmark = pytest.mark.django_db

Listen = Callable[..., None]


def changes() -> list[tuple[object, object]]:
    """Owner and reason of each change that was told."""
    return [(payload["owner"], payload["reason"]) for payload in told(ConversationStatusChanged)]


def test_a_conversations_way_through_many_hands(
    conversation: Conversation, agent: User, agent2: User, listen: Listen
) -> None:
    listen(ConversationStatusChanged)
    queue(conversation)
    handover.take_over(conversation.pk, agent)
    handover.transfer(conversation.pk, agent, to=agent2)
    handover.release_to_queue(conversation.pk, agent2)
    handover.take_over(conversation.pk, agent)
    handover.give_back(conversation.pk, agent)
    assert changes() == [
        ("queue", "customer_request"),
        ("agent", "takeover"),
        ("agent", "transfer"),
        ("queue", "agent_release"),
        ("agent", "takeover"),
        ("ai", "give_back"),
    ]


def test_an_assignment_and_a_silent_agent(conversation: Conversation, agent: User, listen: Listen) -> None:
    seat(agent)
    queue(conversation)
    listen(ConversationStatusChanged)
    assign_waiting()
    conversation.refresh_from_db()
    time_passes(conversation, 120)
    assert changes() == [("agent", "assigned"), ("queue", "agent_silent")]


def test_the_ends_of_conversations(conversation: Conversation, agent: User, listen: Listen) -> None:
    listen(ConversationStatusChanged)
    handover.take_over(conversation.pk, agent)
    handover.close_conversation(conversation.pk, agent, reason="solved")
    handover.reopen(conversation.pk, agent)
    send_agent_message(conversation.pk, agent, client_id="a", text="Your parcel is here.")
    for seconds in (3300, 300):
        time_passes(conversation, seconds)
    ends = [("none", "solved"), ("agent", "takeover"), ("none", "idle")]
    assert changes() == [("agent", "takeover"), *ends]


def test_a_ticket_in_the_place_of_a_person_and_the_next_word(conversation: Conversation, listen: Listen) -> None:
    queue(conversation)
    listen(ConversationStatusChanged)
    turn_into_ticket(conversation)
    write(conversation, "hello?")
    assert changes() == [("none", "waited_in_vain"), ("ai", "reopened")]


def test_nothing_is_told_of_a_change_that_was_refused(conversation: Conversation, agent: User, listen: Listen) -> None:
    listen(ConversationStatusChanged)
    handover.take_over(conversation.pk, agent)
    handover.take_over(conversation.pk, agent)
    assert changes() == [("agent", "takeover")]


def test_the_groups_of_the_console_say_who_is_there(agent: User, agent2: User) -> None:
    seat(agent)
    seat(agent2, presence="away")
    group = SkillGroup.objects.create(name="Refunds")
    group.agents.set(Agent.objects.all())
    SkillGroup.objects.create(name="Nobody")
    assert groups_to_transfer_to() == [{"id": group.pk, "name": "Refunds", "present": 1}]
