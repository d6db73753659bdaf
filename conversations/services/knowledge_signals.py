"""What tells the knowledge base how it did: misses, hand-overs, the same asked again, bad ratings, answers on trial.

Nothing here may cost a customer the answer: what fails is logged and forgotten.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec

from conversations.models import Conversation, Message, Rating, Suggestion
from conversations.responding import Response, offered_entry_id
from conversations.response import NONE_OF_THESE, SMALL_TALK
from conversations.services.replies import Turn
from conversations.suggestions import REWRITTEN_BELOW
from kb.models import GapQuestion, Lesson
from kb.services.experiments import record_exposure
from kb.services.gaps import record_gap
from kb.services.lessons import learn

logger = logging.getLogger(__name__)

Source = GapQuestion.Source
Reason = Conversation.HandoffReason
P = ParamSpec("P")

LOW_SCORE = 2
_REPLIES_LOOKED_AT = 20  # nobody says thank you so often


def _never_in_the_way(note: Callable[P, None]) -> Callable[P, None]:
    @wraps(note)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            note(*args, **kwargs)
        except Exception:
            logger.exception("the knowledge base could not be told")

    return guarded


@_never_in_the_way
def note_turn(turn: Turn, response: Response) -> None:
    """After the AI has dealt with a turn: was it a miss, was the same asked before, was an answer tried?"""
    if response.variant_id is not None:
        conversations = Conversation.objects.filter(pk=turn.conversation_id)
        for customer_id in conversations.values_list("customer_id", flat=True):
            record_exposure(response.variant_id, customer_id=customer_id, conversation_id=turn.conversation_id)
    _doubt_reply_before(turn, response)
    _learn_from_choice(turn, response)
    if source := _signal_of(turn, response):
        record_gap(
            asked_at_turn(turn.conversation_id, turn.answered_seq, turn.customer_seq),
            source=source,
            reference=f"conversation:{turn.conversation_id}:{turn.customer_seq}",
            conversation_id=turn.conversation_id,
            entry_id=response.entry_id,
        )


@_never_in_the_way
def note_rating(rating: Rating) -> None:
    """The customer was not satisfied: the AI's last answer before that is in doubt."""
    if rating.score > LOW_SCORE:
        return
    reply = rated_reply(rating)
    if reply is not None:
        record_gap(
            question_of(reply),
            source=Source.LOW_RATING,
            reference=f"rating:{rating.conversation_id}:{rating.episode_seq}",
            conversation_id=rating.conversation_id,
            entry_id=reply.entry_id,
        )


@_never_in_the_way
def note_rewriting(suggestion: Suggestion) -> None:
    """An agent took a recommended reply and wrote something else: the entry is in doubt, the agent's words are kept."""
    if suggestion.message is None or not suggestion.is_edited or (suggestion.similarity or 0.0) >= REWRITTEN_BELOW:
        return
    record_gap(
        suggestion.question,
        source=Source.EDITED_SUGGESTION,
        reference=f"suggestion:{suggestion.pk}",
        answer=suggestion.message.text,
        conversation_id=suggestion.conversation_id,
        entry_id=suggestion.entry_id,
    )


def rated_reply(rating: Rating, *, until: datetime | None = None) -> Message | None:
    """The AI's last reply of the rated episode to something that was asked: “you're welcome” is not in doubt."""
    replies = Message.objects.filter(conversation_id=rating.conversation_id, sender=Message.Sender.AI)
    replies = replies.filter(seq__gt=rating.episode_seq, answers_seq__isnull=False)
    if until is not None:
        replies = replies.filter(created_at__lte=until)
    latest = replies.order_by("-seq")[:_REPLIES_LOOKED_AT]
    return next((reply for reply in latest if (reply.decision or {}).get("reason") != SMALL_TALK), None)


def question_of(reply: Message) -> str:
    """What the customer had written when the AI gave this reply."""
    earlier = Message.objects.filter(conversation_id=reply.conversation_id, answers_seq__lt=reply.answers_seq or 0)
    since = earlier.order_by("-answers_seq").values_list("answers_seq", flat=True).first() or 0
    return asked_at_turn(reply.conversation_id, since, reply.answers_seq or 0)


def asked_at_turn(conversation_id: int, answered_seq: int, customer_seq: int) -> str:
    """The customer's messages of one turn, a line each."""
    asked = Message.objects.filter(conversation_id=conversation_id, seq__gt=answered_seq, seq__lte=customer_seq)
    return "\n".join(asked.public().from_customer().order_by("seq").values_list("text", flat=True))


def _doubt_reply_before(turn: Turn, response: Response) -> None:
    """What the customer does next judges the AI's reply: an offer not taken, an answer that led to a person."""
    if response.reason == "chosen":
        return
    asked_for_person = response.decision == "handoff" and response.reason == Reason.CUSTOMER_REQUEST
    reply = _reply_before(turn)
    decision = (reply.decision or {}).get("decision") if reply else None
    if reply is None or not (decision == "clarify" or (decision == "answer" and reply.entry_id and asked_for_person)):
        return
    record_gap(
        question_of(reply),
        source=Source.UNSURE if decision == "clarify" else Source.HANDOFF,
        reference=f"reply:{turn.conversation_id}:{reply.answers_seq}",
        conversation_id=turn.conversation_id,
        entry_id=reply.entry_id,
    )


def _learn_from_choice(turn: Turn, response: Response) -> None:
    """The customer chose one of the questions offered, or said that it is none of them."""
    chose, refused = response.reason == "chosen", response.reason == NONE_OF_THESE
    reply = _reply_before(turn) if chose or refused else None
    if reply is None or (reply.decision or {}).get("decision") != "clarify":
        return
    offered = {number for option in reply.options if (number := offered_entry_id(str(option["id"]))) is not None}
    learn(
        question_of(reply),
        entry_ids=offered & {response.entry_id} if chose else offered,
        kind=Lesson.Kind.PHRASING if chose else Lesson.Kind.AGAINST,
        conversation_id=turn.conversation_id,
    )


def _reply_before(turn: Turn) -> Message | None:
    """The AI's last reply in this episode before the messages of the turn."""
    episode = Conversation.objects.filter(pk=turn.conversation_id).values("episode_seq")
    replies = Message.objects.filter(conversation_id=turn.conversation_id, sender=Message.Sender.AI)
    earlier = replies.filter(answers_seq__lte=turn.answered_seq, seq__gt=episode[:1])
    return earlier.order_by("-seq").first()


def _signal_of(turn: Turn, response: Response) -> str:
    if response.reason == NONE_OF_THESE:  # the question before is in doubt already, and this one is no question
        return ""
    if response.decision == "unknown":
        return Source.MISS
    if response.decision == "handoff":
        return Source.HANDOFF if response.reason == Reason.REPEATED_MISS else ""
    if response.decision == "answer" and response.entry_id and response.reason != "chosen" and response.walk is None:
        return Source.REPEAT if _was_sent_before(turn, response.entry_id) else ""
    return ""


def _was_sent_before(turn: Turn, entry_id: int) -> bool:
    """The same entry answered earlier in this episode: the customer did not get on with it."""
    episode = Conversation.objects.filter(pk=turn.conversation_id).values("episode_seq")
    sent = Message.objects.filter(conversation_id=turn.conversation_id, entry_id=entry_id, sender=Message.Sender.AI)
    return sent.filter(seq__gt=episode[:1], seq__lt=turn.customer_seq).exists()
