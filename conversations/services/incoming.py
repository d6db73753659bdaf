"""Customers' messages on their way in: stored in batches, each exactly once and with the next number."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from conversations.events import ConversationStatusChanged, MessageCreated, UnsubscribeAsked
from conversations.frames import iso
from conversations.models import Conversation, Message
from conversations.services.attachments import Snapshot, UnknownAttachment, bind, claim_unsent, pick, preview
from conversations.services.counters import Growth, Raised, raise_counters, stored_moment
from conversations.services.ledger import PREVIEW_CHARACTERS, ClientIdReused
from cs_platform.events import emit_many, is_wanted
from routing.courtesies import courtesy
from routing.opt_out import asks_to_unsubscribe
from routing.phrases import asks_for_person

Key = tuple[int, str]  # conversation, client id: what makes a message the same one


class UnknownConversation(Exception):
    """The conversation does not exist (any more)."""


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

    @property
    def key(self) -> Key:
        return self.conversation_id, self.client_id


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an `Incoming`: its number, and whether it had been stored before.

    `owner` is who had the conversation when a fresh message came, nobody when that was closed.
    """

    incoming: Incoming
    id: int
    seq: int
    created_at: datetime
    is_repeat: bool = False
    owner: str = ""
    attached: Sequence[Snapshot] = ()
    error: Exception | None = None


def append_customer_messages(batch: Sequence[Incoming]) -> list[Receipt]:
    """Store a batch of customers' messages: two statements and one commit, however many they are.

    A message whose client id is known already is not stored again: its receipt carries the first one's number,
    or `ClientIdReused` when what was said differs. A message to a closed conversation opens it again for the AI.
    """
    looks_for_repeats = False
    for _round in range(len(batch)):
        try:
            with transaction.atomic():
                return _Batch(batch, looks_for_repeats).store()
        except IntegrityError:
            # Hardly ever is a message sent twice, so nobody looks for it beforehand: its number was given back with the
            # transaction, and the whole batch is stored anew around what is known. Where others send the same messages
            # at the same moment, each round shows at least one more of theirs.
            looks_for_repeats = True
    with transaction.atomic():
        return _Batch(batch, looks_for_repeats=True).store()


@dataclass(slots=True)
class _Batch:
    incoming: Sequence[Incoming]
    looks_for_repeats: bool = False
    now: datetime = field(default_factory=timezone.now)
    known: dict[Key, Message] = field(default_factory=dict)
    refused: set[Key] = field(default_factory=set)
    attached: dict[Key, list[Snapshot]] = field(default_factory=dict)  # only of messages that have some
    fresh: dict[Key, Incoming] = field(default_factory=dict)
    raised: dict[int, Raised] = field(default_factory=dict)
    stored: dict[Key, tuple[int, int]] = field(default_factory=dict)  # id and number

    def store(self) -> list[Receipt]:
        asking = [incoming for incoming in self.incoming if incoming.attachment_ids]
        if self.looks_for_repeats or asking:
            self._find_repeats()
        if asking:
            self._pick_attachments(asking)
        self._choose_fresh()
        if self.fresh:
            self.raised = raise_counters(self._growths(), self.now)
        if self.raised:
            self._insert()
            self._bind_attachments()
            self._emit()
        return [self._receipt(incoming) for incoming in self.incoming]

    def _find_repeats(self) -> None:
        keys = {incoming.key for incoming in self.incoming}
        pairs = ", ".join(["(%s, %s)"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM conversations_message WHERE (conversation_id, client_id) IN (VALUES {pairs})",  # noqa: S608
                [value for key in keys for value in key],
            )
            ids = [row[0] for row in cursor.fetchall()]
        for message in Message.objects.filter(pk__in=ids):
            self.known[message.conversation_id, message.client_id or ""] = message

    def _pick_attachments(self, asking: Sequence[Incoming]) -> None:
        """Which attachments go with which message; one that names what is not the customer's to send is refused."""
        found = claim_unsent(number for incoming in asking for number in incoming.attachment_ids)
        for incoming in asking:
            key = incoming.key
            if key in self.known or key in self.attached:
                continue
            attached = pick(found, incoming.attachment_ids, incoming.conversation_id, None)
            if attached is None:
                self.refused.add(key)
                continue
            self.attached[key] = attached
            for number in incoming.attachment_ids:
                del found[number]

    def _choose_fresh(self) -> None:
        for incoming in self.incoming:
            key = incoming.key
            if key not in self.known and key not in self.refused:
                self.fresh.setdefault(key, incoming)

    def _growths(self) -> list[Growth]:
        growths: dict[int, Growth] = {}
        for key, incoming in self.fresh.items():
            text = incoming.text[:PREVIEW_CHARACTERS]
            growth = growths.setdefault(incoming.conversation_id, Growth(incoming.conversation_id))
            growth.opening = growth.opening or ("" if _says_nothing(text) else text)
            growth.preview = text or preview(self.attached.get(key, ()))
            growth.amount += 1
        return list(growths.values())

    def _insert(self) -> None:
        numbered = self._numbered()
        created_at = stored_moment(self.now)
        values: list[Any] = []
        for incoming, seq in numbered:
            attached = self.attached.get(incoming.key)
            values += (
                incoming.conversation_id,
                seq,
                incoming.author_name,
                incoming.text,
                json.dumps(attached) if attached else "[]",
                incoming.client_id,
                incoming.platform_id,
                incoming.chosen_entry_id,
                incoming.chosen_option,
                created_at,
            )
        with connection.cursor() as cursor:
            cursor.execute(_insert_statement(len(numbered)), values)
            self.stored = {
                (conversation, client_id): (pk, seq) for conversation, client_id, pk, seq in cursor.fetchall()
            }

    def _numbered(self) -> list[tuple[Incoming, int]]:
        """The fresh messages of conversations that exist, with their numbers."""
        amounts = Counter(conversation_id for conversation_id, _ in self.fresh)
        last = {pk: raised.last_seq - amounts[pk] for pk, raised in self.raised.items()}
        numbered = []
        for incoming in self.fresh.values():
            if incoming.conversation_id in last:
                last[incoming.conversation_id] += 1
                numbered.append((incoming, last[incoming.conversation_id]))
        return numbered

    def _bind_attachments(self) -> None:
        for key in self.attached:
            if key in self.stored:
                bind(self.fresh[key].attachment_ids, self.stored[key][0])

    def _emit(self) -> None:
        stored = [self.fresh[key] for key in self.stored]
        if is_wanted(MessageCreated):
            emit_many(map(self._created, stored))
        emit_many(
            UnsubscribeAsked(incoming.conversation_id, self.stored[incoming.key][0])
            for incoming in stored
            if asks_to_unsubscribe(incoming.text)
        )
        reopened = [pk for pk, raised in self.raised.items() if raised.owner == Conversation.Owner.NONE]
        if reopened and is_wanted(ConversationStatusChanged):
            rows = Conversation.objects.select_related("channel").filter(pk__in=reopened)
            emit_many(
                ConversationStatusChanged(
                    row.pk, row.channel.key, row.customer_id, row.status, row.owner, row.epoch, reason="reopened"
                )
                for row in rows
            )

    def _created(self, incoming: Incoming) -> MessageCreated:
        pk, seq = self.stored[incoming.key]
        return MessageCreated(
            message_id=pk,
            conversation_id=incoming.conversation_id,
            seq=seq,
            sender=Message.Sender.CUSTOMER.value,
            name=incoming.author_name,
            text=incoming.text,
            created_at=iso(self.now) or "",
            attachments=self.attached.get(incoming.key, []),
        )

    def _receipt(self, incoming: Incoming) -> Receipt:
        key = incoming.key
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
        if key not in self.stored:
            return Receipt(incoming, 0, 0, self.now, error=self._why_not(key))
        first, (pk, seq) = self.fresh[key], self.stored[key]
        is_same = (first.text, first.attachment_ids) == (incoming.text, incoming.attachment_ids)
        return Receipt(
            incoming,
            pk,
            seq,
            self.now,
            first is not incoming,
            self.raised[incoming.conversation_id].owner,
            self.attached.get(key, ()),
            None if is_same else ClientIdReused(),
        )

    def _why_not(self, key: Key) -> Exception:
        if key in self.refused and Conversation.objects.filter(pk=key[0]).exists():
            return UnknownAttachment()
        return UnknownConversation()


def _says_nothing(text: str) -> bool:
    """在吗 and 转人工 are no subject: agents choose by the question."""
    return asks_for_person(text) or courtesy((text,)) is not None


def _says_the_same(message: Message, incoming: Incoming) -> bool:
    return message.text == incoming.text and tuple(one["id"] for one in message.attached) == incoming.attachment_ids


@lru_cache(maxsize=256)  # one text for each size of a batch
def _insert_statement(amount: int) -> str:
    row = "(%s, %s, 'customer', %s, %s, FALSE, '[]', %s, %s, %s, %s, %s, %s)"
    return _INSERT + ", ".join([row] * amount) + " RETURNING conversation_id, client_id, id, seq"


_INSERT = (
    "INSERT INTO conversations_message (conversation_id, seq, sender, author_name, text, is_private, options, attached,"
    " client_id, platform_id, chosen_entry_id, chosen_option, created_at) VALUES "
)
