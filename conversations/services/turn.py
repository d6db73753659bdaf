"""The AI's turn: claim it, decide, answer or hand over. A crash at any point leaves it for the sweep."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from conversations.flow_actions import ActionFailed
from conversations.models import Conversation, Message
from conversations.responding import Question, Response, respond
from conversations.services.announce import announce_typing
from conversations.services.handover import hand_over
from conversations.services.replies import Turn, send_reply
from conversations.services.sweeping import for_each
from conversations.services.walks import WalkMoved, walking_of
from conversations.walking import without_effects
from routing.models import Channel

logger = logging.getLogger(__name__)

Owner = Conversation.Owner
Reason = Conversation.HandoffReason

ROUNDS_MAX = 3  # so many times the AI thinks again because the customer wrote more; then it answers what there was
SWEEP_LIMIT = 50

Answering = Callable[[Question, Channel], Response]


def take_turn(conversation_id: int, *, answering: Answering = respond) -> None:
    """Answer what a customer has written, or hand over. Does nothing when it is not the AI's turn.

    Several quick messages get one answer: when another arrives while the AI thinks, it thinks again about all.
    """
    for number in range(1, ROUNDS_MAX + 1):
        turn = claim_turn(conversation_id)
        if turn is None:
            return
        announce_typing(conversation_id, Message.Sender.AI)
        if _finish(turn, answering, is_final=number == ROUNDS_MAX):
            return
        release_turn(turn)


def claim_turn(conversation_id: int) -> Turn | None:
    """Take the turn for a while by one conditional update; None when there is none, or somebody has it."""
    now = timezone.now()
    claimed = (
        Conversation.objects.filter(pk=conversation_id)
        .turn_due(now)
        .update(turn_lease_until=now + timedelta(seconds=settings.TURN_LEASE_SECONDS))
    )
    if not claimed:
        return None
    row = Conversation.objects.only("epoch", "answered_seq", "customer_seq").get(pk=conversation_id)
    return Turn(conversation_id, row.epoch, row.answered_seq, row.customer_seq)


def release_turn(turn: Turn) -> None:
    """Give a claimed turn back at once, as it cannot be finished as it stands."""
    Conversation.objects.filter(pk=turn.conversation_id, epoch=turn.epoch, owner=Owner.AI).update(turn_lease_until=None)


def sweep_turns() -> int:
    """Take the turns that nobody took in time: what a crash or an overload left. Returns how many."""
    due = Conversation.objects.turn_due(timezone.now() - timedelta(seconds=1)).order_by("turn_due_at")
    ids = list(due.values_list("pk", flat=True)[:SWEEP_LIMIT])
    for_each(ids, take_turn)
    return len(ids)


def _finish(turn: Turn, answering: Answering, *, is_final: bool) -> bool:
    """Say what there is to say; False when the customer has written more meanwhile."""
    try:
        response = _think(turn, answering)
    except Conversation.DoesNotExist:  # erased meanwhile
        return True
    except Exception:  # whatever fails in answering, the customer gets a person
        logger.exception("conversation %d could not be answered", turn.conversation_id)
        hand_over(turn, reason=Reason.AI_FAILURE)
        return True
    try:
        return _tell(turn, response, is_final=is_final)
    except WalkMoved:  # another turn was first: think again about what there is now
        return False
    except ActionFailed:
        logger.exception("conversation %d: what a decision tree promised could not be done", turn.conversation_id)
        hand_over(turn, reason=Reason.FLOW, misses=response.misses, response=without_effects(response))
        return True


def _tell(turn: Turn, response: Response, *, is_final: bool) -> bool:
    if response.decision == "handoff":
        hand_over(turn, reason=response.reason, misses=response.misses, response=response)
        return True
    if send_reply(turn, response, is_final=is_final) is not None:
        return True
    return not _has_grown(turn)


def _think(turn: Turn, answering: Answering) -> Response:
    conversation = Conversation.objects.select_related("channel__strategy", "customer").get(pk=turn.conversation_id)
    waiting = list(
        Message.objects.filter(
            conversation_id=turn.conversation_id, seq__gt=turn.answered_seq, seq__lte=turn.customer_seq
        )
        .from_customer()
        .order_by("seq")
    )
    question = Question(
        texts=tuple(message.text for message in waiting if message.text),
        has_attachments=any(message.attached for message in waiting),
        misses=conversation.misses,
        chosen_entry_id=waiting[-1].chosen_entry_id if waiting else None,
        conversation_id=conversation.pk,
        customer_id=conversation.customer_id,
        customer_level=conversation.customer.level,
        region=conversation.customer.region,
        page_url=conversation.page_url,
        page_title=conversation.page_title,
        waiting_since=conversation.waiting_since,
        walking=walking_of(conversation),
        chosen_option=(waiting[-1].chosen_option or "") if waiting else "",
    )
    return answering(question, conversation.channel)


def _has_grown(turn: Turn) -> bool:
    """Only another message of the customer is in the way of this answer."""
    return Conversation.objects.filter(
        pk=turn.conversation_id,
        owner=Owner.AI,
        epoch=turn.epoch,
        answered_seq=turn.answered_seq,
        customer_seq__gt=turn.customer_seq,
    ).exists()
