"""Waiting customers are given to agents who are there: to the right one, and to one only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from conversations.models import Conversation, Customer, Message
from conversations.responding import Response
from conversations.services import handover
from conversations.services.assignment import assign_waiting
from cs_platform.jobs import live_lane
from cs_platform.models import User
from routing.facts import Action
from routing.models import Agent, SkillGroup
from tests.conversations.desks import queue, seat
from tests.conversations.timing import time_passes
from tests.factories import make_channel, make_conversation, texts_of, write

pytestmark = pytest.mark.django_db


def owner_after_assignment(conversation: Conversation) -> User | None:
    assign_waiting()
    conversation.refresh_from_db()
    return conversation.agent


def make_group(*agents: User, **fields: object) -> SkillGroup:
    group = SkillGroup.objects.create(**{"name": "Refunds", **fields})
    group.agents.set(Agent.objects.filter(user__in=agents))
    return group


def wanting(group: SkillGroup) -> Response:
    return Response("handoff", "", actions=(Action("group", group.pk),))


def test_a_waiting_customer_is_given_to_the_agent_who_is_there(conversation: Conversation, agent: User) -> None:
    seat(agent)
    queue(conversation)
    assert owner_after_assignment(conversation) == agent
    assert texts_of(conversation)[-1] == ("system", "客服Mei为您服务。")
    why = {"decision": "takeover", "reason": "assigned", "from": "queue", "name": agent.public_name}
    assert conversation.messages.last().decision == why


@pytest.mark.parametrize("presence", ["away", "offline"])
def test_nobody_is_given_a_customer_while_not_there(conversation: Conversation, presence: str) -> None:
    seat(presence=presence)
    assert owner_after_assignment(queue(conversation)) is None


def test_who_does_not_accept_automatically_is_given_none(conversation: Conversation, agent: User) -> None:
    seat(agent, accepts_automatically=False)
    assert owner_after_assignment(queue(conversation)) is None


def test_a_console_that_was_silent_for_a_minute_is_given_none(conversation: Conversation, agent: User) -> None:
    seat(agent, last_seen_at=timezone.now() - timedelta(seconds=61))
    assert owner_after_assignment(queue(conversation)) is None


def test_customers_beyond_an_agents_capacity_wait(agent: User) -> None:
    seat(agent, capacity=2)
    waiting = [queue() for _ in range(3)]
    assert len(assign_waiting()) == 2
    assert list(Conversation.objects.queued()) == [waiting[2]]


def test_who_was_given_the_last_customer_is_the_last_to_be_given_the_next(agent: User, agent2: User) -> None:
    for user in (agent, agent2):
        seat(user)
    chats = [queue() for _ in range(4)]
    owners = [owner_after_assignment(chat) for chat in chats]
    assert owners == [agent, agent2, agent, agent2]


def test_the_vip_is_given_first(agent: User, vip: Customer) -> None:
    seat(agent, capacity=1)
    queue()
    second = queue(make_conversation(customer=vip))
    assert owner_after_assignment(second) == agent


def test_a_rules_skill_group_is_asked_first(conversation: Conversation, agent: User, agent2: User) -> None:
    seat(agent)
    group = make_group(seat(agent2, last_assigned_at=timezone.now()))
    assert owner_after_assignment(queue(conversation, response=wanting(group))) == agent2


def test_a_channels_skill_group_is_asked_first(agent: User, agent2: User) -> None:
    channel = make_channel()
    seat(agent)
    make_group(seat(agent2)).channels.add(channel)
    assert owner_after_assignment(queue(make_conversation(channel))) == agent2


def test_after_a_minute_anybody_may_help(conversation: Conversation, agent: User) -> None:
    seat(agent)
    queue(conversation, response=wanting(make_group()))
    assert owner_after_assignment(conversation) is None
    time_passes(conversation, 60)
    assert owner_after_assignment(conversation) == agent


def test_a_customer_who_comes_back_gets_the_agent_of_last_time(
    conversation: Conversation, agent: User, agent2: User
) -> None:
    handover.take_over(conversation.pk, agent2)
    handover.close_conversation(conversation.pk, agent2)
    seat(agent)
    seat(agent2, last_assigned_at=timezone.now())
    assert owner_after_assignment(queue(conversation)) == agent2


def test_who_releases_a_customer_is_not_given_the_same_again(
    conversation: Conversation, agent: User, agent2: User
) -> None:
    handover.take_over(conversation.pk, seat(agent))
    handover.release_to_queue(conversation.pk, agent)
    assert owner_after_assignment(conversation) is None
    seat(agent2)
    assert owner_after_assignment(conversation) == agent2


def test_a_message_in_between_is_no_reason_not_to_assign(conversation: Conversation, agent: User) -> None:
    seat(agent)
    queue(conversation)
    write(conversation, "hello?")
    assert owner_after_assignment(conversation) == agent
    assert conversation.waiting_since is not None


@pytest.mark.django_db(transaction=True)
def test_many_who_assign_at_once_give_each_customer_to_one_and_fill_nobody_beyond_capacity() -> None:
    chats = [queue() for _ in range(8)]
    live_lane.wait_until_idle(5)
    agents, together = [seat(capacity=3), seat(capacity=2)], Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        given = sum(pool.map(lambda _: assign_together(together), range(4)))
    owned = [Conversation.objects.owned_by(user.pk).count() for user in agents]
    arrivals = Message.objects.filter(decision__reason="assigned", conversation__in=chats)
    assert (given, owned, arrivals.count(), Conversation.objects.queued().count()) == (5, [3, 2], 5, 3)


def assign_together(together: Barrier) -> int:
    together.wait(timeout=10)
    try:
        return len(assign_waiting())
    finally:
        connection.close()
