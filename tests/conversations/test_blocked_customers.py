"""A blocked customer waits in the queue, and nobody is disturbed."""

from collections.abc import Callable

import pytest

from conversations.models import Conversation
from conversations.services.assignment import assign_waiting
from conversations.services.customers import update_customer
from cs_platform.models import NoticeDelivery, NoticeTarget, User
from tests.conversations.desks import queue, seat
from tests.conversations.timing import time_passes
from tests.factories import make_conversation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_blocked", [True, False])
def test_nobody_is_given_a_blocked_customer(conversation: Conversation, agent: User, is_blocked: bool) -> None:
    seat(agent)
    update_customer(conversation.customer, is_blocked=is_blocked)
    queue(conversation)
    assign_waiting()
    conversation.refresh_from_db()
    assert conversation.owner == ("queue" if is_blocked else "agent")


def test_others_behind_a_blocked_customer_are_served(conversation: Conversation, agent: User) -> None:
    seat(agent)
    update_customer(conversation.customer, is_blocked=True)
    other = make_conversation(conversation.channel)
    queue(conversation)
    queue(other)
    assign_waiting()
    other.refresh_from_db()
    assert other.agent == agent


@pytest.mark.parametrize(("is_blocked", "count"), [(True, 0), (False, 1)])
def test_nobody_is_called(
    conversation: Conversation, deliver: Callable[[], None], is_blocked: bool, count: int
) -> None:
    NoticeTarget.objects.create(name="robot", kind="email", address="robot@shop.test")
    update_customer(conversation.customer, is_blocked=is_blocked)
    queue(conversation)
    time_passes(conversation, 61)
    deliver()
    assert min(NoticeDelivery.objects.count(), 1) == count
