"""What tells the knowledge base how it did: misses, hand-overs, the same asked again, bad ratings.

All of it follows events, which are written with the reply: a process that dies in between loses none of it, and what
fails here costs no customer the answer.
"""

from datetime import datetime

from conversations.events import TurnTaken
from conversations.models import Conversation, Message, Rating, Suggestion
from conversations.responding import offered_entry_id
from conversations.response import NONE_OF_THESE, SMALL_TALK
from conversations.suggestions import REWRITTEN_BELOW
from kb.models import GapQuestion, Lesson
from kb.services.gaps import is_answer, record_gap
from kb.services.lessons import learn

Source = GapQuestion.Source
Reason = Conversation.HandoffReason

LOW_SCORE = 2
_REPLIES_LOOKED_AT = 20  # nobody says thank you so often


def note_turn(event: TurnTaken) -> None:
    """After the AI has dealt with a turn: was it a miss, was the same asked before? Told twice it counts once."""
    _doubt_reply_before(event)
    _learn_from_choice(event)
    if source := _signal_of(event):
        record_gap(
            asked_at_turn(event.conversation_id, event.answered_seq, event.seq),
            source=source,
            reference=f"conversation:{event.conversation_id}:{event.seq}",
            answer=_answered_since(event),
            conversation_id=event.conversation_id,
            entry_id=event.entry_id,
        )


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


def _answered_since(event: TurnTaken) -> str:
    """What an agent has answered before this event was heard; what comes later is noted when it is written."""
    messages = Message.objects.filter(conversation_id=event.conversation_id, seq__gt=event.seq).public()
    said = messages.filter(sender=Message.Sender.AGENT).order_by("seq").values_list("text", flat=True)
    return next(filter(is_answer, said[:_REPLIES_LOOKED_AT]), "")


def _doubt_reply_before(event: TurnTaken) -> None:
    """What the customer does next judges the AI's reply: an offer not taken, an answer that led to a person."""
    if event.reason == "chosen":
        return
    asked_for_person = event.decision == "handoff" and event.reason == Reason.CUSTOMER_REQUEST
    reply = _reply_before(event)
    decision = (reply.decision or {}).get("decision") if reply else None
    if reply is None or not (decision == "clarify" or (decision == "answer" and reply.entry_id and asked_for_person)):
        return
    record_gap(
        question_of(reply),
        source=Source.UNSURE if decision == "clarify" else Source.HANDOFF,
        reference=f"reply:{event.conversation_id}:{reply.answers_seq}",
        answer=_answered_since(event),
        conversation_id=event.conversation_id,
        entry_id=reply.entry_id,
    )


def _learn_from_choice(event: TurnTaken) -> None:
    """The customer chose one of the questions offered, or said that it is none of them."""
    chose, refused = event.reason == "chosen", event.reason == NONE_OF_THESE
    reply = _reply_before(event) if chose or refused else None
    if reply is None or (reply.decision or {}).get("decision") != "clarify":
        return
    offered = {number for option in reply.options if (number := offered_entry_id(str(option["id"]))) is not None}
    learn(
        question_of(reply),
        entry_ids=offered & {event.entry_id} if chose else offered,
        kind=Lesson.Kind.PHRASING if chose else Lesson.Kind.AGAINST,
        conversation_id=event.conversation_id,
    )


def _reply_before(event: TurnTaken) -> Message | None:
    """The AI's last reply in this episode before the messages of the turn."""
    replies = Message.objects.filter(conversation_id=event.conversation_id, sender=Message.Sender.AI)
    return replies.filter(answers_seq__lte=event.answered_seq, seq__gt=event.episode_seq).order_by("-seq").first()


def _signal_of(event: TurnTaken) -> str:
    if event.reason == NONE_OF_THESE:  # the question before is in doubt already, and this one is no question
        return ""
    if event.decision == "unknown":
        return Source.MISS
    if event.decision == "handoff":
        return Source.HANDOFF if event.reason == Reason.REPEATED_MISS else ""
    if event.decision == "answer" and event.entry_id and event.reason != "chosen" and not event.is_walk:
        return Source.REPEAT if _was_sent_before(event, event.entry_id) else ""
    return ""


def _was_sent_before(event: TurnTaken, entry_id: int) -> bool:
    """The same entry answered earlier in this episode: the customer did not get on with it."""
    sent = Message.objects.filter(conversation_id=event.conversation_id, entry_id=entry_id, sender=Message.Sender.AI)
    return sent.filter(seq__gt=event.episode_seq, seq__lt=event.seq).exists()
