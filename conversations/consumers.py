"""The visitor's socket (CONTRACT §4): shape and identity only, everything else is a service."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conversations.frames import encode, iso, message_frame, status_frame
from conversations.models import Conversation
from conversations.outlook import Outlook
from conversations.responding import offered_entry_id
from conversations.services.attachments import UnknownAttachment
from conversations.services.cards import BadValues, UnknownCard, submit_card
from conversations.services.feedback import find_option, mark_read, rate_service
from conversations.services.inbox import receive_message
from conversations.services.incoming import Incoming, UnknownConversation
from conversations.services.ledger import ClientIdReused
from conversations.services.outlook import outlook_of
from conversations.services.presence import mark_left, mark_present
from conversations.services.visits import (
    InvalidIdentity,
    Page,
    Visit,
    last_number,
    messages_for_visitor,
    open_visit,
)
from conversations.sockets import (
    FrameConsumer,
    FrameError,
    header,
    is_same_origin,
    read_attachments,
    read_client_id,
    read_number,
    read_text,
    read_words,
)
from cs_platform.realtime import conversation_group, push_many
from cs_platform.text import storable
from cs_platform.threads import in_database
from routing.models import Channel

logger = logging.getLogger(__name__)

TYPING_SECONDS = 1.0
LOOK_SECONDS = 5.0
COMMENT_CHARACTERS_MAX = 500


class VisitorConsumer(FrameConsumer):
    """One browser of one visitor."""

    frame_types = frozenset({"hello", "message", "choose", "card", "rate", "typing", "read", "ping"})

    channel: Channel
    conversation_id: int | None = None
    customer_name = ""
    sent_seq = 0
    typed_at = 0.0
    looked_at = 0.0

    async def connect(self) -> None:
        key = self.scope["url_route"]["kwargs"]["key"]
        channel = await in_database(Channel.objects.filter(key=key, is_enabled=True).first)
        if channel is None or not self._may_embed(channel):
            await self.close()  # before accept: refused at the handshake
            return
        self.channel = channel
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.conversation_id is not None:
            await in_database(mark_left, self.conversation_id)

    def _may_embed(self, channel: Channel) -> bool:
        return is_same_origin(self.scope) or header(self.scope, b"origin").lower() in channel.origins()

    # --- Frames of the client

    async def on_hello(self, frame: Mapping[str, Any]) -> None:
        after = read_number(frame, "after") if frame.get("after") is not None else 0
        visit = await self._open_visit(frame)
        conversation = visit.conversation
        if self.conversation_id not in (None, conversation.pk):
            await self.leave(conversation_group(self.conversation_id))
        self.conversation_id = conversation.pk
        self.customer_name = conversation.customer.name
        # Join first, then read: what is committed in between arrives twice here, and is sent once.
        await self.join(conversation_group(conversation.pk))
        conversation, outlook = await in_database(_arrive, conversation.pk)
        messages = await in_database(lambda: list(messages_for_visitor(conversation.pk, after)))
        self.sent_seq = messages[-1].seq if messages else min(after, conversation.last_seq)
        await self.send_frame(
            {
                "type": "welcome",
                "token": visit.token,
                "conversation": {"id": conversation.pk, "status": conversation.visitor_status},
                "messages": [message_frame(message) for message in messages],
            }
        )
        await self.send_frame(status_frame(conversation, outlook))

    async def _open_visit(self, frame: Mapping[str, Any]) -> Visit:
        token, identity, page = frame.get("token"), frame.get("identity"), frame.get("page")
        token = token if isinstance(token, str) and 0 < len(token) <= 200 else None
        page = page if isinstance(page, dict) else {}
        try:
            return await in_database(
                open_visit,
                self.channel,
                token=token,
                page=Page(url=_line(page.get("url")), title=_line(page.get("title"))),
                identity=identity if isinstance(identity, str) and identity else None,
            )
        except InvalidIdentity as error:
            raise FrameError("invalid_identity", f"the signed identity does not hold: {error}") from None

    async def on_message(self, frame: Mapping[str, Any]) -> None:
        client_id = read_client_id(frame)
        attachment_ids = read_attachments(frame)
        await self._receive(client_id, read_words(frame, attachment_ids), attachment_ids=attachment_ids)

    async def on_choose(self, frame: Mapping[str, Any]) -> None:
        client_id = read_client_id(frame)
        option_id = read_text(frame, "option_id", limit=100)
        text = await in_database(find_option, self._conversation(), option_id)
        if text is None:
            raise FrameError("unknown_option", "this option was not offered")
        await self._receive(client_id, text, offered_entry_id(option_id), chosen_option=option_id)

    async def on_card(self, frame: Mapping[str, Any]) -> None:
        client_id, conversation_id = read_client_id(frame), self._conversation()
        values = frame.get("values")
        if not isinstance(values, dict):
            raise FrameError("bad_frame", "values must be an object")
        number = read_number(frame, "message_id", high=2**63 - 1)
        try:
            receipt = await in_database(submit_card, conversation_id, number, client_id=client_id, values=values)
        except UnknownCard:
            raise FrameError("unknown_card", "this message has no card") from None
        except BadValues as error:
            raise FrameError("bad_values", str(error)) from None
        except ClientIdReused:
            raise FrameError("conflict", "this card was sent already") from None
        await self._acknowledge(client_id, receipt.pk, receipt.seq, receipt.created_at)

    async def on_rate(self, frame: Mapping[str, Any]) -> None:
        score = read_number(frame, "score", low=1, high=5)
        comment = read_text(frame, "comment", limit=COMMENT_CHARACTERS_MAX) if frame.get("comment") else ""
        await in_database(rate_service, self._conversation(), score=score, comment=comment)

    async def on_typing(self, frame: Mapping[str, Any]) -> None:
        conversation_id, now = self._conversation(), time.monotonic()
        if now - self.typed_at >= TYPING_SECONDS:
            self.typed_at = now
            event = {
                "type": "chat.typing",
                "conversation": conversation_id,
                "sender": "customer",
                "origin": self.channel_name,
            }
            await push_many([(conversation_group(conversation_id), event)])

    async def on_read(self, frame: Mapping[str, Any]) -> None:
        await in_database(mark_read, self._conversation(), read_number(frame, "seq"))

    async def on_ping(self, frame: Mapping[str, Any]) -> None:
        """The safety net: a push may be lost with the process that meant to send it."""
        await super().on_ping(frame)
        now = time.monotonic()
        if self.conversation_id is not None and now - self.looked_at >= LOOK_SECONDS:
            self.looked_at = now
            if await in_database(_look, self.conversation_id) > self.sent_seq:
                await self.layer_resync({"type": "layer.resync"})

    def _conversation(self) -> int:
        if self.conversation_id is None:
            raise FrameError("hello_first", "the first frame must be hello")
        return self.conversation_id

    async def _receive(
        self,
        client_id: str,
        text: str,
        chosen_entry_id: int | None = None,
        attachment_ids: tuple[int, ...] = (),
        chosen_option: str | None = None,
    ) -> None:
        incoming = Incoming(
            conversation_id=self._conversation(),
            client_id=client_id,
            text=text,
            author_name=self.customer_name,
            chosen_entry_id=chosen_entry_id,
            chosen_option=chosen_option,
            attachment_ids=attachment_ids,
        )
        try:
            receipt = await receive_message(incoming)
        except ClientIdReused:
            raise FrameError("conflict", "this client_id was used for another text") from None
        except UnknownAttachment:
            raise FrameError("unknown_attachment", "not an upload of yours that is still unsent") from None
        except UnknownConversation:
            raise FrameError("gone", "the conversation no longer exists; say hello again") from None
        await self._acknowledge(client_id, receipt.id, receipt.seq, receipt.created_at)

    async def _acknowledge(self, client_id: str, number: int, seq: int, created_at: datetime) -> None:
        await self.send_frame(
            {"type": "ack", "client_id": client_id, "id": number, "seq": seq, "created_at": iso(created_at)}
        )

    # --- Events of the channel layer: hints that something was committed

    async def chat_message(self, event: Mapping[str, Any]) -> None:
        if event["conversation"] != self.conversation_id or event["seq"] <= self.sent_seq:
            return
        if event["seq"] > self.sent_seq + 1:
            await self.layer_resync(event)
            return
        self.sent_seq = event["seq"]
        await self.send_text(event["frame"])

    async def chat_status(self, event: Mapping[str, Any]) -> None:
        await self.send_text(event["frame"])

    async def chat_typing(self, event: Mapping[str, Any]) -> None:
        if event["sender"] != "customer":
            await self.send_frame({"type": "typing", "sender": event["sender"]})

    async def chat_read(self, event: Mapping[str, Any]) -> None:
        if event["reader"] == "agent":
            await self.send_frame({"type": "read", "seq": event["seq"]})

    async def layer_resync(self, event: Mapping[str, Any]) -> None:
        """Events may have been missed: send what the database has beyond what was sent."""
        if self.conversation_id is None:
            return
        conversation_id, after = self.conversation_id, self.sent_seq
        for message in await in_database(lambda: list(messages_for_visitor(conversation_id, after))):
            self.sent_seq = message.seq
            await self.send_text(encode(message_frame(message)))
        if event["type"] == "layer.resync":
            await self.send_frame(status_frame(*await in_database(_standing, conversation_id)))


def _arrive(conversation_id: int) -> tuple[Conversation, Outlook | None]:
    mark_present(conversation_id)
    return _standing(conversation_id)


def _standing(conversation_id: int) -> tuple[Conversation, Outlook | None]:
    """The conversation as it is now, and what a customer in the queue can expect."""
    conversation = Conversation.objects.select_related("agent", "channel").get(pk=conversation_id)
    return conversation, outlook_of(conversation)


def _look(conversation_id: int) -> int:
    """The visitor is there; what is the last number?"""
    mark_present(conversation_id)
    return last_number(conversation_id)


def _line(value: object) -> str:
    """A client's text for one line of a row; anything else counts as empty."""
    if not isinstance(value, str):
        return ""
    return storable(value).strip()[:500]
