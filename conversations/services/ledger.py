"""How messages get their numbers: the only two statements that write to the message table.

A conversation's row is its counter. Whoever appends raises `last_seq` in the same statement that checks the
condition of writing at all, so numbers have no gaps and nobody writes on a conversation that is no longer theirs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from conversations.events import ConversationStatusChanged, MessageCreated, UnsubscribeAsked
from conversations.frames import iso
from conversations.models import Conversation, Message
from conversations.services.attachments import Snapshot, UnknownAttachment, bind, claim_unsent, pick, preview
from conversations.services.deliveries import queue_delivery
from cs_platform.events import emit_many, is_wanted
from routing.opt_out import asks_to_unsubscribe
from routing.phrases import asks_for_person

PREVIEW_CHARACTERS = 200


class UnknownConversation(Exception):
    """The conversation does not exist (any more)."""


class ClientIdReused(Exception):
    """The same client id came again with another text."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer's message on its way in. `client_id` makes sending it again harmless."""

    conversation_id: int
    client_id: str
    text: str
    author_name: str = ""
    chosen_entry_id: int | None = None
    chosen_option: str | None = None
    platform_id: str | None = None
    attachment_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an `Incoming`: its number, and whether it had been stored before."""

    incoming: Incoming
    id: int
    seq: int
    created_at: datetime
    is_repeat: bool = False
    owner: str = ""
    attached: Sequence[Snapshot] = ()
    error: Exception | None = None


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


def append_customer_messages(batch: Sequence[Incoming]) -> list[Receipt]:
    """Store a batch of customers' messages: four statements and one commit, however many they are.

    A message whose client id is known already is not stored again: its receipt carries the first one's number,
    or `ClientIdReused` when what was said differs. A message to a closed conversation opens it again for the AI.
    """
    with transaction.atomic():
        return _Batch(batch).store()


@dataclass(slots=True)
class _Batch:
    incoming: Sequence[Incoming]
    now: datetime = field(default_factory=timezone.now)
    last: dict[int, tuple[int, str]] = field(default_factory=dict)  # conversation: last number, owner
    known: dict[tuple[int, str], Message] = field(default_factory=dict)
    fresh: dict[tuple[int, str], tuple[Incoming, int]] = field(default_factory=dict)
    attached: dict[tuple[int, str], list[Snapshot]] = field(default_factory=dict)  # only of messages that have some
    refused: set[tuple[int, str]] = field(default_factory=set)

    def store(self) -> list[Receipt]:
        self._lock_conversations()
        self._find_repeats()
        self._pick_attachments()
        self._number()
        ids = self._insert() if self.fresh else {}
        if self.fresh:
            self._update_conversations()
            self._bind_attachments(ids)
            self._emit(ids)
        return [self._receipt(incoming, ids) for incoming in self.incoming]

    def _lock_conversations(self) -> None:
        ids = sorted({incoming.conversation_id for incoming in self.incoming})
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, last_seq, owner FROM conversations_conversation"  # noqa: S608 - marks only
                f" WHERE id IN ({_marks(ids)}) ORDER BY id{lock}",
                ids,
            )
            self.last = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}

    def _find_repeats(self) -> None:
        conversation_ids = list({incoming.conversation_id for incoming in self.incoming})
        client_ids = list({incoming.client_id for incoming in self.incoming})
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM conversations_message"  # noqa: S608 - marks only
                f" WHERE conversation_id IN ({_marks(conversation_ids)})"
                f" AND client_id IN ({_marks(client_ids)})",
                [*conversation_ids, *client_ids],
            )
            ids = [row[0] for row in cursor.fetchall()]
        if ids:
            for message in Message.objects.filter(pk__in=ids):
                self.known[message.conversation_id, message.client_id or ""] = message

    def _pick_attachments(self) -> None:
        """Which attachments go with which message; one that names what is not the customer's to send is refused."""
        asking = [incoming for incoming in self.incoming if incoming.attachment_ids]
        if not asking:
            return
        found = claim_unsent(number for incoming in asking for number in incoming.attachment_ids)
        for incoming in asking:
            key = (incoming.conversation_id, incoming.client_id)
            if key in self.known or key in self.attached:
                continue
            attached = pick(found, incoming.attachment_ids, incoming.conversation_id, None)
            if attached is None:
                self.refused.add(key)
                continue
            self.attached[key] = attached
            for number in incoming.attachment_ids:
                del found[number]

    def _bind_attachments(self, ids: Mapping[tuple[int, int], int]) -> None:
        for key in self.attached:
            incoming, seq = self.fresh[key]
            bind(incoming.attachment_ids, ids[incoming.conversation_id, seq])

    def _number(self) -> None:
        for incoming in self.incoming:
            key = (incoming.conversation_id, incoming.client_id)
            is_settled = key in self.known or key in self.fresh or key in self.refused
            if incoming.conversation_id not in self.last or is_settled:
                continue
            seq, owner = self.last[incoming.conversation_id]
            self.last[incoming.conversation_id] = (seq + 1, owner)
            self.fresh[key] = (incoming, seq + 1)

    def _insert(self) -> dict[tuple[int, int], int]:
        created_at = _moment(self.now)
        values: list[Any] = []
        for key, (incoming, seq) in self.fresh.items():
            values += [
                incoming.conversation_id,
                seq,
                Message.Sender.CUSTOMER.value,
                incoming.author_name,
                incoming.text,
                False,
                "[]",
                json.dumps(self.attached[key]) if key in self.attached else "[]",
                incoming.client_id,
                incoming.platform_id,
                incoming.chosen_entry_id,
                incoming.chosen_option,
                created_at,
            ]
        rows = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(self.fresh))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO conversations_message"  # noqa: S608 - marks only
                " (conversation_id, seq, sender, author_name, text, is_private,"
                f" options, attached, client_id, platform_id, chosen_entry_id, chosen_option, created_at) VALUES {rows}"
                " RETURNING conversation_id, seq, id",
                values,
            )
            return {(row[0], row[1]): row[2] for row in cursor.fetchall()}

    def _update_conversations(self) -> None:
        changed: dict[int, list[Any]] = {}  # conversation: first text, last text, last number, how many
        for key, (incoming, seq) in self.fresh.items():
            text = incoming.text[:PREVIEW_CHARACTERS]
            row = changed.setdefault(incoming.conversation_id, ["", "", 0, 0])
            # 转人工 is no subject: an agent wants to see the question.
            subject = row[0] or ("" if asks_for_person(text) else text)
            row[:] = [subject, text or preview(self.attached.get(key, ())), seq, row[3] + 1]
        values = [value for conversation_id, row in changed.items() for value in (conversation_id, *row)]
        rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(changed))
        moments = {
            "now": self.now,
            "turn_due": self.now + timedelta(seconds=settings.TURN_SETTLE_SECONDS),
            "look": self.now + timedelta(seconds=settings.FIRST_LOOK_SECONDS),
            "pause": self.now + timedelta(seconds=settings.LEAVING_PAUSE_SECONDS),
        }
        with connection.cursor() as cursor:
            cursor.execute(
                _UPDATE.format(rows=rows, **{name: _literal(moment) for name, moment in moments.items()}), values
            )

    def _emit(self, ids: Mapping[tuple[int, int], int]) -> None:
        if is_wanted(MessageCreated):
            emit_many(self._created(incoming, seq, ids) for incoming, seq in self.fresh.values())
        emit_many(
            UnsubscribeAsked(incoming.conversation_id, ids[incoming.conversation_id, seq])
            for incoming, seq in self.fresh.values()
            if asks_to_unsubscribe(incoming.text)
        )
        reopened = {incoming.conversation_id for incoming, _ in self.fresh.values()}
        reopened = {pk for pk in reopened if self.last[pk][1] == Conversation.Owner.NONE}
        if reopened and is_wanted(ConversationStatusChanged):
            rows = Conversation.objects.select_related("channel").filter(pk__in=reopened)
            emit_many(
                ConversationStatusChanged(
                    row.pk, row.channel.key, row.customer_id, row.status, row.owner, row.epoch, reason="reopened"
                )
                for row in rows
            )

    def _created(self, incoming: Incoming, seq: int, ids: Mapping[tuple[int, int], int]) -> MessageCreated:
        return MessageCreated(
            message_id=ids[incoming.conversation_id, seq],
            conversation_id=incoming.conversation_id,
            seq=seq,
            sender=Message.Sender.CUSTOMER.value,
            name=incoming.author_name,
            text=incoming.text,
            created_at=iso(self.now) or "",
            attachments=self.attached.get((incoming.conversation_id, incoming.client_id), []),
        )

    def _receipt(self, incoming: Incoming, ids: Mapping[tuple[int, int], int]) -> Receipt:
        key = (incoming.conversation_id, incoming.client_id)
        if incoming.conversation_id not in self.last:
            return Receipt(incoming, 0, 0, self.now, error=UnknownConversation())
        if message := self.known.get(key):
            error = None if _says_the_same(message, incoming) else ClientIdReused()
            return Receipt(
                incoming,
                message.pk,
                message.seq,
                message.created_at,
                is_repeat=True,
                attached=message.attached,
                error=error,
            )
        if key in self.refused:
            return Receipt(incoming, 0, 0, self.now, error=UnknownAttachment())
        first, seq = self.fresh[key]
        _, owner = self.last[incoming.conversation_id]
        is_repeat = first is not incoming
        is_same = (first.text, first.attachment_ids) == (incoming.text, incoming.attachment_ids)
        return Receipt(
            incoming,
            ids[incoming.conversation_id, seq],
            seq,
            self.now,
            is_repeat,
            owner,
            self.attached.get(key, ()),
            None if is_same else ClientIdReused(),
        )


# A closed conversation that the customer writes to is a new episode: the AI has it, and old misses are forgotten.
_UPDATE = """
WITH fresh(conversation, opening, preview, seq, amount) AS (VALUES {rows})
UPDATE conversations_conversation SET
  last_seq = fresh.seq,
  customer_seq = fresh.seq,
  last_text = fresh.preview,
  last_message_at = {now},
  unread = unread + fresh.amount,
  waiting_since = COALESCE(waiting_since, {now}),
  turn_due_at = {turn_due},
  deadline = CASE WHEN owner = 'queue' THEN CASE WHEN leaving_seq IS NULL THEN deadline ELSE {pause} END
             WHEN waiting_since IS NULL OR deadline IS NULL THEN {look} ELSE deadline END,
  subject = CASE WHEN subject = '' OR status = 'closed' THEN fresh.opening ELSE subject END,
  epoch = epoch + CASE status WHEN 'closed' THEN 1 ELSE 0 END,
  misses = CASE status WHEN 'closed' THEN 0 ELSE misses END,
  handoff_reason = CASE status WHEN 'closed' THEN '' ELSE handoff_reason END,
  episode_seq = CASE status WHEN 'closed' THEN last_seq ELSE episode_seq END,
  priority = CASE status WHEN 'closed' THEN 0 ELSE priority END,
  group_id = CASE status WHEN 'closed' THEN NULL ELSE group_id END,
  closed_at = NULL,
  owner = CASE status WHEN 'closed' THEN 'ai' ELSE owner END,
  status = 'open'
FROM fresh WHERE conversations_conversation.id = fresh.conversation
"""


def _says_the_same(message: Message, incoming: Incoming) -> bool:
    return message.text == incoming.text and tuple(one["id"] for one in message.attached) == incoming.attachment_ids


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _moment(moment: datetime) -> Any:
    """A moment as this database stores it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _literal(moment: datetime) -> str:
    """A moment of our own making as an SQL literal, so that one statement may name it several times."""
    if connection.vendor == "postgresql":
        return f"TIMESTAMPTZ '{moment.isoformat()}'"
    return f"'{_moment(moment)}'"
