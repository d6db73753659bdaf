"""How messages get their numbers, and how the shop's side gets a word in (customers: `incoming.py`).

A conversation's row is its counter. Whoever appends raises `last_seq` in the same statement that checks the
condition of writing at all, so numbers have no gaps and nobody writes on a conversation that is no longer theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.services.attachments import Snapshot, UnknownAttachment, bind, claim_unsent, pick, preview
from conversations.services.deliveries import queue_delivery

PREVIEW_CHARACTERS = 200


class ClientIdReused(Exception):
    """The same client id came again with another text."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message of the shop's side, before it has a number."""

    sender: str
    text: str
    author_id: int | None = None
    author_name: str = ""
    options: Sequence[Mapping[str, Any]] = ()
    entry_id: int | None = None
    client_id: str | None = None
    answers_seq: int | None = None
    decision: Mapping[str, Any] | None = None
    card: Mapping[str, Any] | None = None
    is_quiet: bool = False  # nobody waits for it, so it brings the conversation to the top of no list
    attachment_ids: tuple[int, ...] = ()


@transaction.atomic
def append_message(
    conversation_id: int,
    draft: Draft,
    *,
    only_if: Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
) -> Message | None:
    """Append one message of the shop's side and change the conversation with it, if `only_if` still holds.

    `only_if` are filter conditions on the conversation (at least the epoch or the owner), `changes` what to
    set on it. Returns the message with its conversation, or None: then nothing was written. Raises
    `UnknownAttachment` when an attachment is not the author's to send.
    """
    now = timezone.now()
    # Lists show what people and the AI said; that somebody is next in the queue is no news there.
    preview = {} if draft.sender == Message.Sender.SYSTEM else {"last_text": draft.text[:PREVIEW_CHARACTERS]}
    recency = {} if draft.is_quiet else {"last_message_at": now}
    updated = Conversation.objects.filter(pk=conversation_id, **only_if).update(
        last_seq=F("last_seq") + 1, **recency, **preview, **(changes or {})
    )
    if updated == 0:
        return None
    conversation = Conversation.objects.select_related("customer", "channel", "agent", "group").get(pk=conversation_id)
    attached = _attachments_of(conversation, draft)
    message = Message.objects.create(
        conversation=conversation,
        seq=conversation.last_seq,
        sender=draft.sender,
        text=draft.text,
        author_id=draft.author_id,
        author_name=draft.author_name,
        options=list(draft.options),
        entry_id=draft.entry_id,
        client_id=draft.client_id,
        answers_seq=draft.answers_seq,
        decision=draft.decision,
        card=draft.card,
        attached=attached,
        created_at=now,
    )
    if draft.attachment_ids:
        bind(draft.attachment_ids, message.pk)
    queue_delivery(message, conversation)
    return message


def _attachments_of(conversation: Conversation, draft: Draft) -> list[Snapshot]:
    if not draft.attachment_ids:
        return []
    found = claim_unsent(draft.attachment_ids)
    attached = pick(found, draft.attachment_ids, conversation.pk, draft.author_id)
    if attached is None:
        raise UnknownAttachment
    if not draft.text:
        conversation.last_text = preview(attached)
        conversation.save(update_fields=["last_text"])
    return attached
