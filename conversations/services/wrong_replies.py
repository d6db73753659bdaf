"""Agents mark what the AI got wrong and say what is right; it goes to the pending knowledge."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from conversations.models import Message, WrongReply
from conversations.services.knowledge_signals import question_of
from cs_platform.models import User
from cs_platform.realtime import desk_group, push_on_commit
from kb.models import GapQuestion
from kb.services.gaps import record_gap


@transaction.atomic
def mark_wrong(message: Message, *, right_answer: str, by: User) -> WrongReply:
    """Keep that this reply of the AI is wrong. Marking it again replaces the right answer, and counts once."""
    if message.sender != Message.Sender.AI or message.answers_seq is None:
        raise ValidationError(_("Only a reply of the AI can be marked as wrong."))
    wrong, _created = WrongReply.objects.update_or_create(
        message=message, defaults={"right_answer": right_answer.strip(), "by": by}
    )
    record_gap(
        question_of(message),
        source=GapQuestion.Source.WRONG_REPLY,
        reference=f"message:{message.pk}",
        answer=wrong.right_answer,
        conversation_id=message.conversation_id,
        entry_id=message.entry_id,
    )
    event = {"type": "desk.wrong", "conversation": message.conversation_id, "message": message.pk}
    push_on_commit(desk_group(message.conversation_id), {**event, **wrong_mark(wrong)})
    return wrong


def wrong_mark(wrong: WrongReply) -> dict[str, Any]:
    """What consoles show at the message."""
    return {"text": wrong.right_answer, "by": wrong.by.public_name if wrong.by else ""}


def marks_of(conversation_id: int) -> list[dict[str, Any]]:
    """Every reply of a conversation that is marked as wrong."""
    rows = WrongReply.objects.filter(message__conversation_id=conversation_id).select_related("by")
    return [{"message": row.message_id, **wrong_mark(row)} for row in rows]
