"""Replies are recommended to agents, and what becomes of each is kept: sent as it is, edited, passed over."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from conversations.events import SuggestionUsed
from conversations.models import Conversation, Message, Suggestion
from conversations.standing import about_products, scope_of
from conversations.suggestions import (
    SUGGESTIONS_MAX,
    condition_of,
    parts_of,
    product_facts,
    question_of,
    similarity,
)
from conversations.variables import fill_variables
from cs_platform.events import emit
from cs_platform.models import User
from kb.models import Entry
from kb.recommending import recommend
from kb.scope import Scope

MESSAGES_LOOKED_AT = 12
WITH_PEOPLE = (Conversation.Owner.QUEUE, Conversation.Owner.AGENT)


def suggest(conversation_id: int) -> dict[str, Any] | None:
    """What to answer now, as the console's frame has it; None while nobody but the AI is asked.

    The same moment gives the same rows, however many consoles look at it.
    """
    rows_with_people = Conversation.objects.select_related("channel").filter(owner__in=WITH_PEOPLE)
    conversation = rows_with_people.filter(pk=conversation_id).first()
    if conversation is None or conversation.customer_seq == 0:
        return None
    question = _question(conversation)
    words = f"{question}\n{conversation.page_title}\n{conversation.page_url}"
    scope = scope_of(conversation.channel, conversation.customer_id, words)
    rows = _rows(conversation, question, scope) if question else []
    return {
        "conversation": conversation.pk,
        "seq": conversation.customer_seq,
        "question": question,
        "items": _items(rows),
        "products": [product_facts(product) for product in about_products(conversation.customer_id, words)],
    }


def note_use(suggestion_id: int, message: Message, *, by: User) -> Suggestion | None:
    """An agent sent a message that began as this suggestion. One of another chat, or used before, counts for nothing.

    In the transaction of the message.
    """
    waiting = Suggestion.objects.filter(pk=suggestion_id, conversation_id=message.conversation_id, used_at=None)
    suggestion = waiting.first()
    if suggestion is None:
        return None
    alike = similarity(suggestion.text, message.text)
    is_edited = suggestion.text.strip() != message.text.strip()
    values = {"used_at": timezone.now(), "used_by": by, "message": message}
    if waiting.update(**values, is_edited=is_edited, similarity=round(alike, 3)) == 0:
        return None
    suggestion.refresh_from_db()
    emit(SuggestionUsed(suggestion.pk, message.conversation_id, is_edited, round(alike, 3)))
    return suggestion


def _question(conversation: Conversation) -> str:
    """What the customer asked last: since the shop's last words, else before them."""
    messages = Message.objects.filter(conversation=conversation, seq__lte=conversation.last_seq).public()
    said = list(messages.order_by("-seq").values_list("sender", "text")[:MESSAGES_LOOKED_AT])
    turn: list[str] = []
    for sender, text in said:
        if sender == Message.Sender.CUSTOMER:
            turn.insert(0, text)
        elif sender != Message.Sender.SYSTEM and turn:
            if question := question_of(turn):
                return question
            turn = []
    return question_of(turn)


def _rows(conversation: Conversation, question: str, scope: Scope) -> list[Suggestion]:
    found = recommend(question, SUGGESTIONS_MAX, scope, timezone.now())
    filled = ((one, fill_variables(one.answer, [question], conversation.customer_id)) for one in found)
    told = [(one, text) for one, text in filled if text is not None]
    Suggestion.objects.bulk_create(
        (
            Suggestion(
                conversation=conversation,
                seq=conversation.customer_seq,
                question=question,
                entry_id=one.entry_id,
                text=text,
                reason=one.reason,
                confidence=round(one.confidence, 3),
            )
            for one, text in told
        ),
        ignore_conflicts=True,
    )
    order = {one.entry_id: place for place, (one, _text) in enumerate(told)}
    rows = Suggestion.objects.filter(conversation=conversation, seq=conversation.customer_seq, entry__in=order)
    return sorted(rows, key=lambda row: order.get(row.entry_id or 0, 0))


def _items(rows: Sequence[Suggestion]) -> list[dict[str, Any]]:
    entries = Entry.objects.select_related("category").in_bulk([row.entry_id for row in rows if row.entry_id])
    return [_item(row, entries.get(row.entry_id or 0)) for row in rows]


def _item(row: Suggestion, entry: Entry | None) -> dict[str, Any]:
    parts = parts_of(row.text)
    handoff = entry.handoff if entry else ""
    return {
        "id": row.pk,
        "text": row.text,
        "entry_id": row.entry_id,
        "reason": row.reason,
        "question": entry.question if entry else "",
        "category": entry.category.name if entry and entry.category else "",
        "confidence": row.confidence,
        "steps": list(parts.steps),
        "cautions": list(parts.cautions),
        "note": condition_of(handoff),
        "is_for_people": bool(handoff.strip()),
        "is_used": row.used_at is not None,
    }
