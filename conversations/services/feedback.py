"""Small things a customer tells beside messages: what was read, how the service was."""

from typing import Any

from django.db import transaction
from django.db.models import F

from conversations.events import RatingGiven
from conversations.frames import iso
from conversations.models import Conversation, Message, Rating
from conversations.services.announce import notify_user
from cs_platform.events import emit
from cs_platform.realtime import conversation_group, desk_group, push_on_commit

OFFERING = (Message.Sender.AI, Message.Sender.SYSTEM)
BAD_SCORE = 2
OFFERS_LOOKED_AT = 30  # options of older messages can no longer be chosen


def mark_read(conversation_id: int, seq: int) -> None:
    """The customer has seen everything up to `seq`; it never moves back, nor beyond what exists."""
    moved = Conversation.objects.filter(pk=conversation_id, customer_read_seq__lt=seq, last_seq__gte=seq).update(
        customer_read_seq=seq
    )
    if moved:
        push_on_commit(
            conversation_group(conversation_id),
            {"type": "chat.read", "conversation": conversation_id, "reader": "customer", "seq": seq},
        )


def mark_read_by_agent(conversation_id: int, agent_id: int) -> None:
    """The agent who has the conversation looks at it: nothing is unread any more, and the customer may know."""
    own = Conversation.objects.filter(
        pk=conversation_id, owner=Conversation.Owner.AGENT, agent_id=agent_id, unread__gt=0
    )
    if own.update(unread=0):
        seq = Conversation.objects.values_list("customer_seq", flat=True).get(pk=conversation_id)
        push_on_commit(
            conversation_group(conversation_id),
            {"type": "chat.read", "conversation": conversation_id, "reader": "agent", "seq": seq},
        )


def rate_service(conversation_id: int, *, score: int, comment: str) -> Rating:
    """Keep what the customer thought of this episode; rating again replaces it."""
    episode_seq = Conversation.objects.values_list("episode_seq", flat=True).get(pk=conversation_id)
    with transaction.atomic():
        rating, _ = Rating.objects.update_or_create(
            conversation_id=conversation_id,
            episode_seq=episode_seq,
            defaults={"score": score, "comment": comment},
        )
        emit(RatingGiven(conversation_id, rating.pk, score))
        push_on_commit(desk_group(conversation_id), {"type": "desk.rating", "rating": rating_frame(rating)})
        if score <= BAD_SCORE:
            _call_who_answered(conversation_id)
    return rating


def ratings_of(conversation_id: int) -> list[dict[str, Any]]:
    """Every rating of a conversation, as consoles show them in the thread."""
    return [rating_frame(rating) for rating in Rating.objects.filter(conversation_id=conversation_id).order_by("pk")]


def rating_frame(rating: Rating) -> dict[str, Any]:
    return {
        "conversation": rating.conversation_id,
        "id": rating.pk,
        "score": rating.score,
        "comment": rating.comment,
        "created_at": iso(rating.created_at),
    }


def _call_who_answered(conversation_id: int) -> None:
    """Whoever had the chat last hears that the customer was not satisfied."""
    conversation = Conversation.objects.get(pk=conversation_id)
    if conversation.last_agent_id is not None:
        notify_user(conversation.last_agent_id, "bad_rating", conversation)


def find_option(conversation_id: int, option_id: str) -> str | None:
    """The text of an option that was offered lately in this conversation, or None."""
    offers = (
        Message.objects.filter(conversation_id=conversation_id, sender__in=OFFERING)
        .order_by(F("seq").desc())
        .values_list("options", flat=True)[:OFFERS_LOOKED_AT]
    )
    for options in offers:
        for option in options:
            if option["id"] == option_id:
                return str(option["text"])
    return None
