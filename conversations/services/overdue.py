"""Somebody should have acted: a silent AI loses the customer to a person, a silent agent to the queue, and so on.

Every open conversation in which the customer has spoken has a deadline. It only says when to look; what is due then is
found from the row and the channel's strategy, so a change of the strategy holds for chats that are under way.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from conversations.models import Conversation
from conversations.services.announce import notify_user
from conversations.services.closing import look_at_silence
from conversations.services.escalation import call_people
from conversations.services.handover import hand_over, requeue_from_silent_agent
from conversations.services.leaving import finish_leaving, turn_into_ticket
from conversations.services.patience import patience_of
from conversations.services.replies import Turn
from conversations.services.sweeping import for_each, look_again
from routing.models import Agent
from routing.presence import set_presence

Owner = Conversation.Owner
Reason = Conversation.HandoffReason

SWEEP_LIMIT = 50
LOOK_SECONDS = 30  # while an agent lets a customer wait: the agent's browser may die at any time


def sweep_deadlines() -> int:
    """Act where a deadline is over. Returns on how many."""
    overdue = Conversation.objects.past_deadline(timezone.now()).order_by("deadline")
    ids = list(overdue.values_list("pk", flat=True)[:SWEEP_LIMIT])
    for_each(ids, _act_if_overdue)
    return len(ids)


def act_on_deadline(conversation: Conversation) -> None:
    """Act for one conversation whose deadline is over; nothing happens when it has changed since it was read."""
    now = timezone.now()
    if conversation.owner == Owner.QUEUE:
        _act_for_queue(conversation, now)
    elif not _is_answer_due(conversation):
        look_again(conversation, look_at_silence(conversation, now))
    elif conversation.owner == Owner.AI:
        _act_for_ai(conversation, now)
    else:
        _act_for_agent(conversation, now)


def _act_if_overdue(conversation_id: int) -> None:
    rows = Conversation.objects.past_deadline(timezone.now()).select_related("customer", "channel__strategy", "agent")
    if conversation := rows.filter(pk=conversation_id).first():
        act_on_deadline(conversation)


def _is_answer_due(conversation: Conversation) -> bool:
    if conversation.owner == Owner.AI:
        return conversation.customer_seq > conversation.answered_seq
    return conversation.waiting_since is not None


def _act_for_ai(conversation: Conversation, now: datetime) -> None:
    """A dead AI loses the customer soon, one that is at work when the strategy says that the wait is too long."""
    waits_since = conversation.waiting_since or conversation.last_message_at
    fails_at = waits_since + timedelta(seconds=settings.AI_DEADLINE_SECONDS)
    ends_at = waits_since + timedelta(seconds=patience_of(conversation.channel).answer)
    is_at_work = conversation.turn_lease_until is not None and conversation.turn_lease_until > now
    turn = Turn(conversation.pk, conversation.epoch, conversation.answered_seq, conversation.customer_seq)
    if now >= ends_at:
        hand_over(turn, reason=Reason.WAIT_TIMEOUT)
    elif now < fails_at:
        look_again(conversation, min(fails_at, ends_at))
    elif is_at_work:
        look_again(conversation, min(now + timedelta(seconds=settings.FIRST_LOOK_SECONDS), ends_at))
    else:
        hand_over(turn, reason=Reason.AI_FAILURE)


def _act_for_queue(conversation: Conversation, now: datetime) -> None:
    """A message left has its end, a wait in vain becomes a ticket, and otherwise people are called."""
    if conversation.leaving_seq is not None:
        finish_leaving(conversation)
    elif _has_waited_in_vain(conversation, now):
        turn_into_ticket(conversation)
    else:
        call_people(conversation, now)


def _has_waited_in_vain(conversation: Conversation, now: datetime) -> bool:
    waited = now - (conversation.queued_at or now)
    if waited < timedelta(seconds=patience_of(conversation.channel).ticket):
        return False
    return not Agent.objects.present().exists()


def _act_for_agent(conversation: Conversation, now: datetime) -> None:
    """Remind at half time; back to the queue when it is over. Who is away has half of it, who is gone has none."""
    agent = Agent.objects.filter(user=conversation.agent).first()
    if agent is None or Agent.objects.absent().filter(pk=agent.pk).exists():
        requeue_from_silent_agent(conversation)
        return
    since = max(conversation.waiting_since or now, conversation.taken_at or now)
    patience = patience_of(conversation.channel)
    allowed = timedelta(seconds=patience.assigned if conversation.is_assigned else patience.agent)
    is_online = agent.presence == Agent.Presence.ONLINE
    lost_at = since + (allowed if is_online else allowed / 2)
    if now >= lost_at:
        if requeue_from_silent_agent(conversation) and conversation.is_assigned and is_online:
            set_presence(agent.user, Agent.Presence.AWAY)
            notify_user(agent.user_id, "set_away", conversation)
        return
    _wait_for_agent(conversation, now, reminded_at=since + allowed / 2, lost_at=lost_at)


def _wait_for_agent(conversation: Conversation, now: datetime, *, reminded_at: datetime, lost_at: datetime) -> None:
    # This look was to happen at the deadline: the first one that half time has passed at is the one that reminds.
    is_reminder = now >= reminded_at and (conversation.deadline or now) <= reminded_at
    moments = [now + timedelta(seconds=LOOK_SECONDS), lost_at, *([reminded_at] if reminded_at > now else [])]
    if look_again(conversation, min(moments)) and is_reminder and conversation.agent_id:
        notify_user(conversation.agent_id, "answer_due", conversation)
