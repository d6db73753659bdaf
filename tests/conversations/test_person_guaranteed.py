"""Whatever dies on the way, the customer who needs a person gets one, or a ticket with a promised time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from conversations.models import Conversation, Ticket
from conversations.responding import Question, Response
from conversations.services.assignment import assign_waiting
from conversations.services.handover import hand_over
from conversations.services.leaving import begin_leaving, turn_into_ticket
from conversations.services.turn import claim_turn, sweep_turns, take_turn
from cs_platform.models import User
from routing.models import Agent, Channel
from routing.presence import set_presence
from tests.conversations.desks import seat
from tests.conversations.timing import time_passes
from tests.factories import claim, settle, write

pytestmark = pytest.mark.django_db

Death = Callable[[Conversation], None]


def before_the_turn(conversation: Conversation) -> None:
    """The web process died between storing the message and taking the turn."""


def while_the_ai_thinks(conversation: Conversation) -> None:
    settle(conversation)
    claim_turn(conversation.pk)


def in_the_model(conversation: Conversation) -> None:
    def broken(question: Question, channel: Channel) -> Response:
        raise RuntimeError("the model is gone")

    settle(conversation)
    take_turn(conversation.pk, answering=broken)


def after_the_hand_over(conversation: Conversation) -> None:
    """Nobody was told, and nobody assigned."""
    hand_over(claim(conversation), reason="customer_request")


DEATHS: list[Death] = [before_the_turn, while_the_ai_thinks, in_the_model, after_the_hand_over]


def live_on(conversation: Conversation, minutes: float, heard_of: User | None = None) -> None:
    """The ticker goes on, and so does the console of `heard_of`; everybody else is as dead as they were."""
    for _ in range(int(minutes * 6)):
        if heard_of:
            Agent.objects.filter(user=heard_of).update(last_seen_at=timezone.now())
        Agent.objects.exclude(user=heard_of).update(last_seen_at=timezone.now() - timedelta(minutes=2))
        time_passes(conversation, 10)
        sweep_turns()
        assign_waiting()
    conversation.refresh_from_db()


@pytest.mark.parametrize("death", DEATHS)
def test_with_an_agent_there_a_person_has_the_customer_within_a_minute(
    conversation: Conversation, agent: User, death: Death
) -> None:
    seat(agent)
    write(conversation, "转人工")
    death(conversation)
    live_on(conversation, 1, heard_of=agent)
    assert (conversation.owner, conversation.agent) == ("agent", agent)


@pytest.mark.parametrize("death", DEATHS)
def test_with_nobody_there_the_customer_has_a_ticket_in_a_quarter_of_an_hour(
    conversation: Conversation, death: Death
) -> None:
    write(conversation, "转人工")
    death(conversation)
    live_on(conversation, 12)
    ticket = Ticket.objects.get()
    assert conversation.status == "closed"
    assert ticket.due_at is not None and ticket.due_at > timezone.now()


def test_when_the_agents_browser_dies_a_colleague_has_the_customer_within_a_minute(
    conversation: Conversation, agent: User, agent2: User
) -> None:
    seat(agent)
    write(conversation, "转人工")
    after_the_hand_over(conversation)
    assign_waiting()
    seat(agent2)
    live_on(conversation, 1, heard_of=agent2)
    assert conversation.agent == agent2


def test_a_crash_within_the_making_of_a_ticket_leaves_the_customer_in_the_queue_and_is_made_good(
    conversation: Conversation,
) -> None:
    write(conversation, "转人工")
    after_the_hand_over(conversation)
    conversation.refresh_from_db()
    with transaction.atomic():
        turn_into_ticket(conversation)
        transaction.set_rollback(True)  # dead before the commit
    conversation.refresh_from_db()
    assert (conversation.owner, Ticket.objects.count()) == ("queue", 0)
    live_on(conversation, 12)
    assert (conversation.owner, Ticket.objects.count()) == ("none", 1)


def test_a_browser_that_dies_while_a_message_is_left_leaves_what_was_written(conversation: Conversation) -> None:
    write(conversation, "转人工")
    after_the_hand_over(conversation)
    begin_leaving(conversation.pk)
    write(conversation, "My cup is broken, 13912345678")
    live_on(conversation, 1)
    assert Ticket.objects.get().contact == "13912345678"


def test_an_agent_who_only_seems_to_be_there_does_not_keep_the_customer(
    conversation: Conversation, agent: User
) -> None:
    seat(agent)
    write(conversation, "转人工")
    after_the_hand_over(conversation)
    assign_waiting()
    live_on(conversation, 2, heard_of=agent)
    assert (conversation.owner, Agent.objects.get().presence) == ("queue", "away")
    set_presence(agent, "offline")
    live_on(conversation, 12)
    assert Ticket.objects.count() == 1
