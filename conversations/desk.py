"""The agent's socket (CONTRACT §5): shape and identity only, everything else is a service."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.conf import settings

from conversations import board
from conversations.desk_access import ANSWER_PERMISSION, language_of, may_still_answer
from conversations.desk_frames import MoreFrames
from conversations.frames import Frame, conversation_row, desk_message_frame, for_desk
from conversations.listing import VIEWS, BadCursor, View, belongs, list_conversations
from conversations.models import Conversation, Message
from conversations.services import handover, replies
from conversations.services.attachments import UnknownAttachment
from conversations.services.attendance import change_presence
from conversations.services.feedback import mark_read_by_agent, ratings_of
from conversations.services.ledger import ClientIdReused
from conversations.services.turn import take_turn
from conversations.services.wrong_replies import marks_of
from conversations.sockets import (
    FrameError,
    is_same_origin,
    read_attachments,
    read_client_id,
    read_number,
    read_text,
    read_words,
)
from cs_platform.jobs import enqueue
from cs_platform.models import User
from cs_platform.realtime import INBOX_GROUP, conversation_group, desk_group, push_many, user_group
from cs_platform.threads import in_database
from routing.models import Agent, SkillGroup
from routing.presence import presence_of, touch

logger = logging.getLogger(__name__)

TYPING_SECONDS = 1.0
COUNTS_SECONDS = 1.0
TOUCH_SECONDS = 15.0
SUBSCRIPTIONS_MAX = 500
REASON_CHARACTERS_MAX = 200
CLOSE_REFUSED = 4403  # the console then asks to log in again
HANDSHAKE = frozenset({"websocket.connect", "websocket.disconnect"})


class AgentConsumer(MoreFrames):
    """One open console of one agent."""

    frame_types = frozenset(
        {"list", "subscribe", "unsubscribe", "claim", "reopen", "release", "close", "transfer"}
        | {"message", "note", "typing", "presence", "ping"}
        | MoreFrames.more_frames
    )

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._view: View | None = None
        self._shown: set[int] = set()
        self._sent: dict[int, int] = {}  # subscribed conversation: last number sent
        self._typed_at = 0.0
        self._checked_at = time.monotonic()
        self._touched_at = 0.0
        self._counting: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or not is_same_origin(self.scope):
            await self.close()
            return
        if not await in_database(user.has_perm, ANSWER_PERMISSION):
            await self.close()
            return
        self.user = await in_database(User.objects.get, pk=user.pk)
        self.language = language_of(self.scope)
        await self.accept()
        await self.join(INBOX_GROUP)
        await self.join(user_group(user.pk))
        presence = await in_database(presence_of, user)
        await self._set_presence(presence)
        self._count_soon()

    async def disconnect(self, code: int | None) -> None:
        self.stop_suggesting()
        if self._counting is not None:
            self._counting.cancel()

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Before anything is heard or said: may this agent still be here? A client that never pings is asked too."""
        is_handshake = message["type"] in HANDSHAKE
        if not is_handshake and time.monotonic() - self._checked_at >= settings.ACCOUNT_CHECK_SECONDS:
            await self._check_account()
        if is_handshake or not self._is_closing:
            await super().dispatch(message)

    async def _check_account(self) -> None:
        try:
            if not await in_database(may_still_answer, self.scope["session"].session_key, self.user.pk):
                await self._hang_up(CLOSE_REFUSED)
            self._checked_at = time.monotonic()
        except Exception:  # without the database nobody hears anything new; the next frame or event asks again
            logger.exception("the account of an open console could not be checked")

    # --- Frames of the client: lists and threads

    async def on_list(self, frame: Mapping[str, Any]) -> None:
        view, cursor = frame.get("view"), frame.get("cursor")
        if view not in VIEWS:
            raise FrameError("bad_frame", f"view must be one of {', '.join(VIEWS)}")
        try:
            page, following = await in_database(
                list_conversations, view, self.user.pk, cursor if isinstance(cursor, str) else None
            )
        except BadCursor:
            raise FrameError("bad_frame", "unknown cursor") from None
        self._view = view
        self._shown.update(conversation.pk for conversation in page)
        await self.send_frame(
            {
                "type": "conversations",
                "view": view,
                "items": [conversation_row(conversation) for conversation in page],
                "cursor": following,
            }
        )

    async def on_subscribe(self, frame: Mapping[str, Any]) -> None:
        conversation_id = read_number(frame, "conversation", low=1, high=2**63 - 1)
        after = read_number(frame, "after") if frame.get("after") is not None else 0
        if len(self._sent) >= SUBSCRIPTIONS_MAX and conversation_id not in self._sent:
            raise FrameError("too_many", f"at most {SUBSCRIPTIONS_MAX} conversations at a time")
        if not await in_database(Conversation.objects.filter(pk=conversation_id).exists):
            raise FrameError("not_found", "no such conversation")
        await self.join(conversation_group(conversation_id))
        await self.join(desk_group(conversation_id))
        await self._send_thread(conversation_id, after)
        row, read_seq, remarks = await in_database(_look_at, conversation_id, self.user.pk)
        await self.send_frame({"type": "conversation", "conversation": row})
        await self.send_frame({"type": "read", "conversation": conversation_id, "seq": read_seq})
        if any(remarks.values()):
            await self.send_frame({"type": "remarks", "conversation": conversation_id, **remarks})
        self.look_at(conversation_id)

    async def on_unsubscribe(self, frame: Mapping[str, Any]) -> None:
        conversation_id = read_number(frame, "conversation", low=1, high=2**63 - 1)
        self.look_away(conversation_id)
        if self._sent.pop(conversation_id, None) is not None:
            await self.leave(conversation_group(conversation_id))
            await self.leave(desk_group(conversation_id))

    async def _send_thread(self, conversation_id: int, after: int) -> None:
        """Everything above `after`, and the notes from there on (they carry the number they follow)."""
        messages, last_seq = await in_database(_thread, conversation_id, after)
        self._sent[conversation_id] = last_seq
        for message in messages:
            await self.send_frame(desk_message_frame(message))

    # --- Frames of the client: ownership

    async def on_claim(self, frame: Mapping[str, Any]) -> None:
        conversation = await self._change(frame, lambda pk: handover.take_over(pk, self.user))
        await self.send_frame({"type": "conversation", "conversation": conversation_row(conversation)})
        self.look_at(conversation.pk)

    async def on_reopen(self, frame: Mapping[str, Any]) -> None:
        """Beyond the contract: the agent writes to a customer whose chat has ended."""
        conversation = await self._change(frame, lambda pk: handover.reopen(pk, self.user))
        await self.send_frame({"type": "conversation", "conversation": conversation_row(conversation)})

    async def on_release(self, frame: Mapping[str, Any]) -> None:
        if frame.get("to") == "ai":
            conversation = await self._change(frame, lambda pk: handover.give_back(pk, self.user))
            await in_database(enqueue, take_turn, conversation.pk, lane="live")
        elif frame.get("to") == "queue":
            conversation = await self._change(frame, lambda pk: handover.release_to_queue(pk, self.user))
        else:
            raise FrameError("bad_frame", 'to must be "ai" or "queue"')
        await self.send_frame({"type": "conversation", "conversation": conversation_row(conversation)})

    async def on_close(self, frame: Mapping[str, Any]) -> None:
        reason = read_text(frame, "reason", limit=REASON_CHARACTERS_MAX) if frame.get("reason") else ""
        conversation = await self._change(frame, lambda pk: handover.close_conversation(pk, self.user, reason=reason))
        await self.send_frame({"type": "conversation", "conversation": conversation_row(conversation)})

    async def on_transfer(self, frame: Mapping[str, Any]) -> None:
        to = frame.get("to")
        if not isinstance(to, dict) or not ("agent" in to) ^ ("group" in to):
            raise FrameError("bad_frame", "to must name either an agent or a group")
        note = read_text(frame, "note") if frame.get("note") else ""
        conversation = await self._change(frame, await self._transfer_to(to))
        if note:
            client_id = f"transfer-{conversation.epoch}"
            await in_database(replies.add_note, conversation.pk, self.user, client_id=client_id, text=note)
        await self.send_frame({"type": "conversation", "conversation": conversation_row(conversation)})

    async def _transfer_to(self, to: Mapping[str, Any]) -> Callable[[int], Conversation]:
        if "agent" in to:
            colleague = await in_database(_colleague, read_number(to, "agent", low=1, high=2**63 - 1))
            return lambda pk: handover.transfer(pk, self.user, to=colleague)
        group_id = read_number(to, "group", low=1, high=2**63 - 1)
        if not await in_database(SkillGroup.objects.filter(pk=group_id).exists):
            raise FrameError("not_found", "no such group")
        return lambda pk: handover.transfer_to_group(pk, self.user, group_id=group_id)

    async def _change(self, frame: Mapping[str, Any], act: Callable[[int], Conversation]) -> Conversation:
        conversation_id = read_number(frame, "conversation", low=1, high=2**63 - 1)
        try:
            return await in_database(act, conversation_id)
        except handover.AlreadyClaimed as error:
            rows = await in_database(board.load_rows, [conversation_id])
            await self.send_frame({"type": "conversation", "conversation": rows[0]})
            raise FrameError("already_claimed", error.by or "closed") from None
        except replies.NotYours:
            raise FrameError("not_yours", "the conversation is not with you") from None
        except Conversation.DoesNotExist:
            raise FrameError("not_found", "no such conversation") from None

    # --- Frames of the client: words

    async def on_message(self, frame: Mapping[str, Any]) -> None:
        attachment_ids = read_attachments(frame)
        suggestion_id = read_number(frame, "suggestion", high=2**63 - 1) if frame.get("suggestion") else None
        send = partial(replies.send_agent_message, attachment_ids=attachment_ids, suggestion_id=suggestion_id)
        await self._say(frame, send, read_words(frame, attachment_ids))

    async def on_note(self, frame: Mapping[str, Any]) -> None:
        await self._say(frame, replies.add_note, read_text(frame))

    async def _say(self, frame: Mapping[str, Any], service: Callable[..., Message], text: str) -> None:
        client_id = read_client_id(frame)
        conversation_id = read_number(frame, "conversation", low=1, high=2**63 - 1)
        try:
            message = await in_database(service, conversation_id, self.user, client_id=client_id, text=text)
        except ClientIdReused:
            raise FrameError("conflict", "this client_id was used for another text") from None
        except UnknownAttachment:
            raise FrameError("unknown_attachment", "not an upload of yours that is still unsent") from None
        except replies.NotYours:
            raise FrameError("not_yours", "claim the conversation before you reply") from None
        except Conversation.DoesNotExist:
            raise FrameError("not_found", "no such conversation") from None
        await self.send_frame({"type": "ack", "client_id": client_id, "id": message.pk, "seq": message.seq})

    async def on_typing(self, frame: Mapping[str, Any]) -> None:
        conversation_id, now = read_number(frame, "conversation", low=1, high=2**63 - 1), time.monotonic()
        if conversation_id in self._sent and now - self._typed_at >= TYPING_SECONDS:
            self._typed_at = now
            event = {
                "type": "chat.typing",
                "conversation": conversation_id,
                "sender": "agent",
                "origin": self.channel_name,
            }
            await push_many([(conversation_group(conversation_id), event)])

    async def on_presence(self, frame: Mapping[str, Any]) -> None:
        status = frame.get("status")
        if status not in Agent.Presence.values:
            raise FrameError("bad_frame", f"status must be one of {', '.join(Agent.Presence.values)}")
        await self._set_presence(str(status))

    async def on_ping(self, frame: Mapping[str, Any]) -> None:
        await super().on_ping(frame)
        now = time.monotonic()
        if now - self._touched_at >= TOUCH_SECONDS:
            self._touched_at = now
            await in_database(touch, self.user)

    async def _set_presence(self, presence: str) -> None:
        self._touched_at = time.monotonic()
        await in_database(change_presence, self.user, presence)

    # --- Events of the channel layer

    async def chat_message(self, event: Mapping[str, Any]) -> None:
        conversation_id = event["conversation"]
        sent = self._sent.get(conversation_id)
        if sent is None or event["seq"] <= sent:
            return
        if event["seq"] > sent + 1:
            await self._send_thread(conversation_id, sent)
            return
        self._sent[conversation_id] = event["seq"]
        await self.send_text(for_desk(conversation_id, event["frame"], event.get("why")))
        self.suggest_soon(conversation_id, event["frame"])

    async def desk_note(self, event: Mapping[str, Any]) -> None:
        await self.send_text(event["frame"])

    async def desk_rating(self, event: Mapping[str, Any]) -> None:
        rating = event["rating"]
        await self.send_frame(
            {"type": "remarks", "conversation": rating["conversation"], "ratings": [rating], "wrong": []}
        )

    async def desk_wrong(self, event: Mapping[str, Any]) -> None:
        mark = {name: event[name] for name in ("message", "text", "by")}
        await self.send_frame(
            {"type": "remarks", "conversation": event["conversation"], "ratings": [], "wrong": [mark]}
        )

    async def chat_status(self, event: Mapping[str, Any]) -> None:
        """The customer's own view of the status; consoles get the row instead."""

    async def chat_typing(self, event: Mapping[str, Any]) -> None:
        if event["origin"] != self.channel_name and event["conversation"] in self._sent:
            await self.send_frame({"type": "typing", "conversation": event["conversation"], "sender": event["sender"]})

    async def chat_read(self, event: Mapping[str, Any]) -> None:
        if event["reader"] == "customer":
            await self.send_frame({"type": "read", "conversation": event["conversation"], "seq": event["seq"]})

    async def inbox_rows(self, event: Mapping[str, Any]) -> None:
        for row in event["rows"]:
            number, is_in_view = row["id"], self._is_in_view(row)
            if is_in_view or number in self._shown or number in self._sent:
                await self.send_frame({"type": "conversation", "conversation": row})
            # Told once that it has left the views: of a thousand chats a day the console need not hear for ever.
            (self._shown.add if is_in_view else self._shown.discard)(number)
        self._count_soon()

    def _is_in_view(self, row: Mapping[str, Any]) -> bool:
        """The queue and the agent's own chats feed the console's alerts, whichever view is shown."""
        views: set[View] = {"queue", "mine", self._view or "queue"}
        return any(belongs(row, view, self.user.pk) for view in views)

    async def inbox_notification(self, event: Mapping[str, Any]) -> None:
        await self.send_frame({**event, "type": "notification"})

    async def layer_resync(self, event: Mapping[str, Any]) -> None:
        """Events may have been missed: threads are read on, and the lists are sent anew."""
        for conversation_id, sent in list(self._sent.items()):
            await self._send_thread(conversation_id, sent)
        if self._view is not None:
            await self.on_list({"view": self._view, "cursor": None})
        self._count_soon()

    # --- Counts of the views, at most once a second

    def _count_soon(self) -> None:
        if self._counting is None or self._counting.done():
            self._counting = asyncio.ensure_future(self._send_counts())

    async def _send_counts(self) -> None:
        await asyncio.sleep(COUNTS_SECONDS)
        try:
            counts = await board.current_counts()
        except Exception:  # the next change tries again
            logger.exception("the counts could not be read")
            return
        mine = counts["agents"].get(self.user.pk, 0)
        await self.send_frame({"type": "counts", "queue": counts["queue"], "mine": mine, "ai": counts["ai"]})


def _thread(conversation_id: int, after: int) -> tuple[list[Message], int]:
    """The messages to show after number `after`, and the last number among what was shown so far."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__gte=after).order_by("seq", "is_private", "pk")
    messages = [message for message in rows if message.is_private or message.seq > after]
    numbers = [message.seq for message in rows if not message.is_private]
    return messages, numbers[-1] if numbers else 0


def _look_at(conversation_id: int, user_id: int) -> tuple[Frame, int, dict[str, list[Frame]]]:
    """The conversation's row, no longer unread if it is this agent's, how far the customer has read, and what people
    said of the service and of the AI."""
    mark_read_by_agent(conversation_id, user_id)
    read_seq = Conversation.objects.values_list("customer_read_seq", flat=True).get(pk=conversation_id)
    remarks = {"ratings": ratings_of(conversation_id), "wrong": marks_of(conversation_id)}
    return board.load_rows([conversation_id])[0], read_seq, remarks


def _colleague(user_id: int) -> User:
    colleague = User.objects.filter(pk=user_id, is_active=True).first()
    if colleague is None or not colleague.has_perm(ANSWER_PERMISSION):
        raise FrameError("not_found", "no such agent")
    return colleague
