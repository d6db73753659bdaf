"""One client of a socket of CONTRACT §4 or §5 that does not give up."""

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from reports.stand.ledger import Ledger, Sent
from reports.stand.stand import Stand

Frame = Mapping[str, Any]
RESEND_SECONDS = 5.0
DISCONNECTED = (OSError, WebSocketException, asyncio.TimeoutError)
TRY_AGAIN = ("busy", "internal", "rate_limited")


@dataclass(slots=True)
class Pending:
    """A frame that waits for its acknowledgement."""

    frame: Frame
    since: float
    sent_at: float = 0.0


class Client:
    """Connects again whenever it is cut off, and sends again what was not acknowledged."""

    path = ""
    headers: Mapping[str, str] = {}

    def __init__(self, stand: Stand, ledger: Ledger, chance: random.Random) -> None:
        self.stand, self.ledger, self.chance = stand, ledger, chance
        self.pending: dict[str, Pending] = {}
        self.socket: ClientConnection

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, and until nothing waits for an acknowledgement any more."""
        while not self._is_done(stop):
            try:
                await self.prepare()
                async with self.connect() as self.socket:
                    await self.enter()
                    while not self._is_done(stop):
                        await self._resend()
                        await self.act(is_last=stop.is_set())
                    await self.leave()
            except DISCONNECTED:
                self.ledger.reconnects += 1
                await asyncio.sleep(self.chance.uniform(0.2, 1.0))

    def connect(self) -> connect:
        """No proxy, no pings: a killed server closes its sockets, a hanging one is noticed by its silence."""
        return connect(
            f"ws://{self.stand.root}{self.path}",
            additional_headers=dict(self.headers),
            open_timeout=15,
            ping_interval=None,
            close_timeout=1,
            proxy=None,
        )

    def _is_done(self, stop: asyncio.Event) -> bool:
        return stop.is_set() and not self.pending

    # What a client is.

    async def prepare(self) -> None:
        """Before each connection."""

    async def enter(self) -> None:
        """The first frames of each connection."""

    async def leave(self) -> None:
        """The last frames of all."""

    async def act(self, *, is_last: bool) -> None:
        """One thing after the other; `is_last` when only acknowledgements are waited for."""
        raise NotImplementedError

    def take(self, frame: Frame) -> None:
        """Any frame that is no acknowledgement and no refusal of a message."""

    # Messages.

    async def say(self, frame: Frame, writer: str, conversation: int) -> str:
        """Send a new message; it stays pending until it is acknowledged or refused for good. Returns its client id."""
        client_id = str(uuid.uuid4())
        self.ledger.send(Sent(client_id, frame["text"], writer, conversation))
        await self.insist({**frame, "client_id": client_id})
        return client_id

    async def insist(self, frame: Frame) -> None:
        """Send a frame with a client id again and again, until it is acknowledged or refused for good."""
        self.pending[frame["client_id"]] = Pending(frame, time.monotonic())
        await self._resend()

    async def _resend(self) -> None:
        now = time.monotonic()
        for waiting in list(self.pending.values()):
            if now - waiting.sent_at > RESEND_SECONDS:
                waiting.sent_at = now
                await self.socket.send(json.dumps(waiting.frame))

    async def listen(self, seconds: float, until: Callable[[Frame], bool] = lambda frame: False) -> Frame | None:
        """Take what comes; the first frame that is waited for, or None when the time is over."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                frame = json.loads(await asyncio.wait_for(self.socket.recv(), left))
            except TimeoutError:
                return None
            self._sort(frame)
            if until(frame):
                return dict(frame)
        return None

    def _sort(self, frame: Frame) -> None:
        client_id = frame.get("client_id")
        if frame["type"] == "ack":
            waiting = self.pending.pop(frame["client_id"], None)
            since = waiting.since if waiting else time.monotonic()
            self.ledger.acknowledge(frame["client_id"], frame["seq"], time.monotonic() - since)
        elif frame["type"] == "error" and client_id in self.pending:
            if frame["code"] not in TRY_AGAIN:
                del self.pending[client_id]
                self.ledger.refused.add(client_id)
        else:
            self.take(frame)

    def forget_times(self) -> None:
        """After a new connection everything that waits is sent at once."""
        for waiting in self.pending.values():
            waiting.sent_at = 0.0
