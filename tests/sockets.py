"""Both sockets, driven through the application as a browser would."""

import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from cs_platform.asgi import application
from cs_platform.models import User

Frame = dict[str, Any]


class Socket(WebsocketCommunicator):
    """A communicator that speaks frames."""

    async def say(self, kind: str, /, **fields: Any) -> None:
        await self.send_to(text_data=json.dumps({"type": kind, **fields}))

    async def hear(self, kind: str, /, **wanted: Any) -> Frame:
        """The next frame of this type whose fields are as wanted; frames of other types are passed over."""
        while True:
            frame: Frame = await self.receive_json_from(timeout=5)
            if frame["type"] == kind and all(frame.get(name) == value for name, value in wanted.items()):
                return frame

    async def ask(self, text: str, client_id: str | None = None) -> Frame:
        """Send a message and return its acknowledgement."""
        client_id = client_id or str(uuid.uuid4())
        await self.say("message", client_id=client_id, text=text, attachments=[])
        return await self.hear("ack", client_id=client_id)


@asynccontextmanager
async def visitor(
    key: str = "shop", *, token: str | None = None, after: int = 0
) -> AsyncIterator[tuple[Socket, Frame]]:
    """An open visitor socket that has said hello, and its welcome."""
    async with opened(f"/ws/visitor/{key}/") as socket:
        await socket.say("hello", token=token, after=after, page={"url": "https://shop.test/cup"}, identity=None)
        yield socket, await socket.hear("welcome")


@asynccontextmanager
async def desk(user: User) -> AsyncIterator[Socket]:
    """An open agent socket of a logged-in user."""
    client = Client()
    await sync_to_async(client.force_login)(user)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    async with opened("/ws/agent/", ("cookie", cookie)) as socket:
        yield socket


@asynccontextmanager
async def opened(path: str, *headers: tuple[str, str]) -> AsyncIterator[Socket]:
    socket = Socket(application, path, [(name.encode(), value.encode()) for name, value in headers])
    is_open, _ = await socket.connect(timeout=5)
    assert is_open, f"{path} refused the socket"
    try:
        yield socket
    finally:
        await socket.disconnect(timeout=5)


async def is_refused(path: str, *headers: tuple[str, str]) -> bool:
    """The handshake fails."""
    socket = Socket(application, path, [(name.encode(), value.encode()) for name, value in headers])
    is_open, _ = await socket.connect(timeout=5)
    return not is_open


def in_thread(work: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Database work of a test, off the event loop."""
    return sync_to_async(work)
