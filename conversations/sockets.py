"""What both sockets share: frames in and out, limits, errors instead of closed sockets."""

import asyncio
import json
import logging
import re
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from django.conf import settings

from conversations.frames import encode
from cs_platform.group_commit import Busy
from cs_platform.text import storable

logger = logging.getLogger(__name__)

CLOSE_TOO_BIG = 1009
CLOSE_ABUSE = 1008
REFUSALS_MAX = 100  # so many frames over the rate in a row are no accident


class FrameError(Exception):
    """A frame that cannot be obeyed; `code` is for programs, `detail` for people who read logs."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class TokenBucket:
    """Allows `rate` frames a second on average and `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, float(burst)
        self._tokens, self._at = float(burst), time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class FrameConsumer(AsyncWebsocketConsumer):
    """JSON frames to methods `on_<type>`; a bad frame gets an `error`, an abusive client is closed."""

    frame_types: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bucket = TokenBucket(settings.SOCKET_FRAMES_PER_SECOND, settings.SOCKET_FRAMES_BURST)
        self._refusals = 0
        self._is_closing = False
        self._one_at_a_time = asyncio.Lock()
        self._joined: set[str] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one socket until it closes: its frames, and the channel layer's events, one at a time.

        The inherited loop makes a task for every frame and every event, and waits on both each time; two loops
        that take turns cost a fraction of that.
        """
        # The session middleware looks at every frame sent for a session to save; sockets change none.
        wrapper = getattr(send, "__self__", None)
        self.scope, self.base_send = scope, getattr(wrapper, "real_send", send)
        self.channel_layer = get_channel_layer(self.channel_layer_alias)
        self.channel_name = await self.channel_layer.new_channel()
        events = asyncio.ensure_future(self._serve_events())
        try:
            while True:
                message = await receive()
                async with self._one_at_a_time:
                    await self.dispatch(message)
        except StopConsumer:
            pass
        finally:
            await self._let_go(events)

    async def _let_go(self, events: "asyncio.Task[None]") -> None:
        """However the socket ended, nothing of it stays in the channel layer."""
        for group in list(self._joined):
            await self.leave(group)
        events.cancel()
        await self.channel_layer.forget(self.channel_name)

    async def _serve_events(self) -> None:
        while True:
            event = await self.channel_layer.receive(self.channel_name)
            async with self._one_at_a_time:
                try:
                    await self.dispatch(event)
                except Exception:  # a hint that could not be followed; the socket lives on
                    logger.exception("a %s event failed", event.get("type"))

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        # The inherited one hops to a thread before each message to close old connections. Nothing here touches
        # the database on the event loop, so that would only halve the throughput.
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"No handler for message type {message['type']}")
        await handler(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        size = len(text_data.encode()) if text_data is not None else len(bytes_data or b"")
        if self._is_closing:
            return
        if size > settings.FRAME_BYTES_MAX:
            await self._hang_up(CLOSE_TOO_BIG)
            return
        if not self._bucket.take():
            await self._refuse_rate(text_data)
            return
        self._refusals = 0
        frame: Mapping[str, Any] = {}
        try:
            frame = parse_frame(text_data)
            await self._handle(frame)
        except FrameError as error:
            await self.send_error(error.code, error.detail, frame)
        except Busy:
            await self.send_error("busy", "too many messages wait; send it again", frame)
        except Exception:
            logger.exception("a %s frame failed", frame.get("type"))
            await self.send_error("internal", "could not be processed; send it again", frame)

    async def _handle(self, frame: Mapping[str, Any]) -> None:
        kind = frame.get("type")
        if not isinstance(kind, str) or kind not in self.frame_types:
            raise FrameError("unknown_type", "unknown frame type")
        await getattr(self, f"on_{kind}")(frame)

    async def _refuse_rate(self, text_data: str | None) -> None:
        self._refusals += 1
        if self._refusals > REFUSALS_MAX:
            await self._hang_up(CLOSE_ABUSE)
            return
        try:
            frame = parse_frame(text_data)
        except FrameError:
            frame = {}
        await self.send_error("rate_limited", "too many frames; slow down and send it again", frame)

    async def _hang_up(self, code: int) -> None:
        self._is_closing = True
        with suppress(OSError):  # the client has gone already
            await self.close(code)

    async def on_ping(self, frame: Mapping[str, Any]) -> None:
        await self.send_frame({"type": "pong"})

    async def send_frame(self, frame: Mapping[str, Any]) -> None:
        await self.send_text(encode(frame))

    async def send_text(self, text: str) -> None:
        if self._is_closing:
            return
        try:
            await self.base_send({"type": "websocket.send", "text": text})
        except OSError:  # the client has gone, as the ASGI specification lets servers say; its disconnect follows
            self._is_closing = True

    async def send_error(self, code: str, detail: str, frame: Mapping[str, Any]) -> None:
        conversation = frame.get("conversation")
        error: dict[str, Any] = {
            "type": "error",
            "code": code,
            "detail": detail,
            "client_id": _echo(frame.get("client_id")),
        }
        if isinstance(conversation, int):
            error["conversation"] = conversation  # so that an agent's console knows which command failed
        await self.send_frame(error)

    async def join(self, group: str) -> None:
        """Follow a group. While the layer is down this still works: it subscribes once it is back."""
        self._joined.add(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def leave(self, group: str) -> None:
        self._joined.discard(group)
        await self.channel_layer.group_discard(group, self.channel_name)

    async def websocket_disconnect(self, message: Mapping[str, Any]) -> None:
        await self.disconnect(message.get("code"))
        raise StopConsumer


def _echo(value: object) -> str | None:
    """What the client sent, as far as it can be sent back: a lone surrogate would end the socket."""
    return value[:100].encode("utf-8", "ignore").decode() if isinstance(value, str) else None


def parse_frame(text: str | None) -> Mapping[str, Any]:
    """One JSON object. Raises `FrameError`."""
    if text is None:
        raise FrameError("bad_frame", "text frames only")
    try:
        frame = _decoder.decode(text)
    except (ValueError, RecursionError):
        raise FrameError("bad_frame", "not JSON") from None
    if not isinstance(frame, dict):
        raise FrameError("bad_frame", "not a JSON object")
    return frame


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)  # `json.loads` would make one for each frame
_CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # what browsers send needs no rewriting


def read_client_id(frame: Mapping[str, Any]) -> str:
    """The frame's `client_id` as a canonical UUID. Raises `FrameError`."""
    value = frame.get("client_id")
    if isinstance(value, str) and _CANONICAL.fullmatch(value):
        return value
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else _bad_client_id()
    except ValueError:
        return _bad_client_id()


def _bad_client_id() -> str:
    raise FrameError("bad_client_id", "client_id must be a UUID")


def read_text(frame: Mapping[str, Any], name: str = "text", *, limit: int | None = None) -> str:
    """A non-empty text without characters that no database or reader takes. Raises `FrameError`."""
    value = frame.get(name)
    if not isinstance(value, str):
        raise FrameError("bad_frame", f"{name} must be a string")
    value = storable(value).strip()
    if not value:
        raise FrameError("empty", f"{name} is empty")
    if len(value) > (limit or settings.MESSAGE_CHARACTERS_MAX):
        raise FrameError("too_long", f"{name} has more than {limit or settings.MESSAGE_CHARACTERS_MAX} characters")
    return value


def read_number(frame: Mapping[str, Any], name: str, *, low: int = 0, high: int = 2**31 - 1) -> int:
    """A whole number in a range. Raises `FrameError`."""
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise FrameError("bad_frame", f"{name} must be a whole number from {low} to {high}")
    return value


def read_attachments(frame: Mapping[str, Any]) -> tuple[int, ...]:
    """The ids of uploads that go with a message; most have none. Raises `FrameError`."""
    value = frame.get("attachments")
    if not value:
        return ()
    if not isinstance(value, list) or len(value) > settings.ATTACHMENTS_PER_MESSAGE_MAX:
        raise FrameError("bad_frame", f"attachments must be a list of up to {settings.ATTACHMENTS_PER_MESSAGE_MAX} ids")
    if not all(isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63 for one in value):
        raise FrameError("bad_frame", "attachments are named by their ids")
    return tuple(value)


def read_words(frame: Mapping[str, Any], attachment_ids: tuple[int, ...]) -> str:
    """The text of a message; it may be empty where attachments speak. Raises `FrameError`."""
    if attachment_ids and frame.get("text") in (None, ""):
        return ""
    return read_text(frame)


def header(scope: Mapping[str, Any], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def is_same_origin(scope: Mapping[str, Any]) -> bool:
    """The page is our own, or the client is no browser (those always send an Origin)."""
    origin = header(scope, b"origin")
    if not origin:
        return True
    if origin.lower() in {trusted.lower() for trusted in settings.CSRF_TRUSTED_ORIGINS}:
        return True
    return urlsplit(origin).netloc.lower() == header(scope, b"host").lower()
