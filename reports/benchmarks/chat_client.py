"""The visitors and agents of `bench chat`: real sockets, a ledger of what was sent, acknowledged and seen."""

import asyncio
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from reports.benchmarks.chat_server import Shop

OPENING_AT_ONCE = 50
ACK_SECONDS = 30


@dataclass(slots=True)
class Ledger:
    """`sent` and `acked` by client id with the second of it; `seen` by message id, counted over all agents."""

    sent: dict[str, float] = field(default_factory=dict)
    acked: dict[str, tuple[int, int, float]] = field(default_factory=dict)  # conversation, number, seconds
    seen: dict[int, int] = field(default_factory=dict)
    errors: int = 0

    def latencies(self) -> list[float]:
        return [at - self.sent[client_id] for client_id, (_, _, at) in self.acked.items()]


@dataclass(slots=True)
class Visitor:
    """One open socket and its conversation; conversation 0 is the echo server's."""

    socket: ClientConnection
    conversation: int
    _waiting: "dict[str, asyncio.Future[None]]" = field(default_factory=dict)
    _reader: "asyncio.Task[None] | None" = None

    async def send(self, ledger: Ledger, text: str) -> None:
        """Send one message and wait for its acknowledgement (or echo)."""
        if self._reader is None:
            self._reader = asyncio.create_task(self._read(ledger))
        client_id = str(uuid.uuid4())
        frame = {"type": "message", "client_id": client_id, "text": text, "attachments": []}
        done = self._waiting[client_id] = asyncio.get_running_loop().create_future()
        ledger.sent[client_id] = time.perf_counter()
        await self.socket.send(json.dumps(frame, ensure_ascii=False))
        async with asyncio.timeout(ACK_SECONDS):
            await done

    async def _read(self, ledger: Ledger) -> None:
        async for data in self.socket:
            at, frame = time.perf_counter(), json.loads(data)
            is_echo = self.conversation == 0 and frame["type"] == "message"
            if frame["type"] == "ack" or is_echo:
                ledger.acked[frame["client_id"]] = (self.conversation, 0 if is_echo else frame["seq"], at)
                self._waiting.pop(frame["client_id"]).set_result(None)
            elif frame["type"] == "error":
                ledger.errors += 1


async def open_visitors(port: int, shop: Shop | None, count: int) -> list[Visitor]:
    """So many open sockets, said hello; without a shop they talk to the echo server."""
    gate = asyncio.Semaphore(OPENING_AT_ONCE)

    async def open_one(number: int) -> Visitor:
        async with gate:
            if shop is None:
                return Visitor(await _connect(f"ws://127.0.0.1:{port}/"), 0)
            token, conversation = shop.visitors[number]
            socket = await _connect(f"ws://127.0.0.1:{port}/ws/visitor/{shop.channel}/")
            await socket.send(json.dumps({"type": "hello", "token": token, "after": 0}))
            while json.loads(await socket.recv())["type"] != "status":
                pass
            return Visitor(socket, conversation)

    return list(await asyncio.gather(*(open_one(number) for number in range(count))))


async def follow(port: int, shop: Shop, ledger: Ledger) -> "list[asyncio.Task[None]]":
    """The agents: each subscribes to its share of the conversations and counts every customer message."""
    tasks = []
    share = -(-len(shop.visitors) // len(shop.cookies))
    for number, cookie in enumerate(shop.cookies):
        socket = await connect(f"ws://127.0.0.1:{port}/ws/agent/", additional_headers={"Cookie": cookie}, **_OPTIONS)
        mine = [conversation for _, conversation in shop.visitors[number * share : (number + 1) * share]]
        await _subscribe(socket, mine)
        tasks.append(asyncio.create_task(_count(socket, ledger)))
    return tasks


async def _subscribe(socket: ClientConnection, conversations: Sequence[int]) -> None:
    for conversation in conversations:
        await socket.send(json.dumps({"type": "subscribe", "conversation": conversation, "after": 0}))
    waiting = set(conversations)
    while waiting:
        frame = json.loads(await socket.recv())
        if frame["type"] == "conversation":
            waiting.discard(frame["conversation"]["id"])


async def _count(socket: ClientConnection, ledger: Ledger) -> None:
    async for data in socket:
        frame = json.loads(data)
        if frame["type"] == "message" and frame["sender"] == "customer":
            ledger.seen[frame["id"]] = ledger.seen.get(frame["id"], 0) + 1


_OPTIONS: dict[str, Any] = {"compression": None, "ping_interval": None, "max_queue": None, "close_timeout": 1}


async def _connect(url: str) -> ClientConnection:
    return await connect(url, **_OPTIONS)
