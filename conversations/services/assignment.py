"""Waiting customers are given to agents who are there and have room: each to exactly one, however many assign."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from conversations.models import Conversation, Message
from conversations.services.announce import announce_change, announce_queue, notify_user
from conversations.services.escalation import stop_calling
from conversations.services.ledger import Draft, append_message
from conversations.services.patience import patience_of
from conversations.services.taking import taking
from conversations.services.words import in_language_of
from cs_platform.jobs import enqueue
from routing.assignment import Seat, Wish, choose
from routing.models import Agent

Owner = Conversation.Owner

LOOKED_AT = 200  # of the queue, each round: those behind them wait in any case


def assign_soon() -> None:
    """Have waiting customers assigned once the current transaction is committed; a sweep looks after what is lost."""
    enqueue(assign_waiting, lane="live")


def assign_waiting() -> list[Message]:
    """Go through the queue, the first in it first, while somebody has room. Returns the messages of those assigned."""
    waiting = waiting_to_be_assigned().select_related("channel__strategy")[:LOOKED_AT]
    if not waiting:
        return []
    seats, given = find_seats(), []
    for conversation in waiting:
        if not any(seat.is_free for seat in seats.values()):
            break
        now = timezone.now()
        widen_seconds = patience_of(conversation.channel).widen
        seat = choose(_wish_of(conversation, now), seats.values(), widen_seconds=widen_seconds)
        if seat is None:
            continue
        if message := assign(conversation, seat.user_id):
            given.append(message)
            seats[seat.user_id] = replace(seat, load=seat.load + 1, idle_since=now)
        else:
            seats = find_seats()  # somebody else was at work
    if given:
        announce_queue()
    return given


def waiting_to_be_assigned() -> "QuerySet[Conversation]":
    """The queue, without those whom nobody is to be alerted for."""
    return Conversation.objects.queued().exclude(customer__is_blocked=True)


def find_seats() -> dict[int, Seat]:
    """The agents who are there and given customers without asking, by user."""
    agents = list(Agent.objects.accepting().prefetch_related("groups"))
    loads = count_chats(agent.user_id for agent in agents)
    return {
        agent.user_id: Seat(
            user_id=agent.user_id,
            load=loads[agent.user_id],
            capacity=agent.capacity,
            groups=frozenset(group.pk for group in agent.groups.all()),
            idle_since=agent.last_assigned_at,
        )
        for agent in agents
    }


def count_chats(user_ids: Iterable[int]) -> Counter[int]:
    """How many conversations each of these users has."""
    rows = Conversation.objects.filter(owner=Owner.AGENT, agent_id__in=list(user_ids)).order_by()
    return Counter(dict(rows.values_list("agent_id").annotate(Count("pk"))))


@transaction.atomic
def assign(conversation: Conversation, user_id: int) -> Message | None:
    """Give a waiting conversation, as it was read, to an agent; None when either has changed meanwhile."""
    # Locked: two who assign must not both see the last free place of one agent.
    agent = Agent.objects.accepting().select_for_update(of=("self",)).filter(user_id=user_id).first()
    if agent is None or count_chats([user_id])[user_id] >= agent.capacity:
        return None
    with in_language_of(conversation.pk):
        text = gettext("%(name)s is now here for you.") % {"name": agent.user.public_name}
    message = append_message(
        conversation.pk,
        Draft(
            sender=Message.Sender.SYSTEM,
            text=text,
            author_id=user_id,
            decision={
                "decision": "takeover",
                "reason": "assigned",
                "from": Owner.QUEUE.value,
                "name": agent.user.public_name,
            },
        ),
        only_if={"owner": Owner.QUEUE, "epoch": conversation.epoch},
        changes={**taking(conversation, user_id), "is_assigned": True, "unread": F("unread") + 1},
    )
    if message is None:
        return None
    Agent.objects.filter(pk=agent.pk).update(last_assigned_at=message.created_at)
    stop_calling(conversation)
    announce_change(message)
    notify_user(user_id, "assigned", message.conversation)
    return message


def _wish_of(conversation: Conversation, now: datetime) -> Wish:
    queued_at = conversation.queued_at or now
    return Wish(
        group_id=conversation.group_id,
        known_user_id=conversation.last_agent_id,
        not_user_id=conversation.passed_by_id,
        waited_seconds=(now - queued_at).total_seconds(),
    )
