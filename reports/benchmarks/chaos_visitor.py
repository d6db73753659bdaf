"""A shopper who keeps asking while the shop's server dies again and again."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from typing import Any

from reports.benchmarks.chaos_ledger import Ledger
from reports.benchmarks.chaos_socket import DISCONNECTED, Client, Frame, Pending
from reports.benchmarks.chaos_stand import CHANNEL, Stand

WAITING_MAX = 3
REPEAT_SHARE = 0.1
BURST_SHARE = 0.1


class Visitor(Client):
    """Resumes by token and `after`, and notices what it sees twice, late or not at all."""

    path = f"/ws/visitor/{CHANNEL}/"

    def __init__(
        self, stand: Stand, ledger: Ledger, chance: random.Random, name: str, questions: Sequence[str], pace: float
    ) -> None:
        super().__init__(stand, ledger, chance)
        self.name, self.questions, self.pace = name, questions, pace
        self.token: str | None = None
        self.conversation = 0
        self.last = 0
        self.seen: dict[int, str] = {}
        self._asked = 0
        self._next_at = time.monotonic() + chance.uniform(0, pace)

    async def enter(self) -> None:
        welcome = await self._hello(self.last)
        if self.token is not None and welcome["conversation"]["id"] != self.conversation:
            self.ledger.found["foreign"] += 1
        self.token, self.conversation = welcome["token"], welcome["conversation"]["id"]
        for message in welcome["messages"]:
            self._see(message)
        self.forget_times()

    async def _hello(self, after: int) -> dict[str, Any]:
        await self.socket.send(json.dumps({"type": "hello", "token": self.token, "after": after}))
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), 20))
        if frame["type"] != "welcome":
            raise OSError(f"no welcome: {frame}")  # the server is in trouble; as good as no connection
        return frame

    async def act(self, *, is_last: bool) -> None:
        if not is_last and time.monotonic() >= self._next_at and len(self.pending) < WAITING_MAX:
            self._next_at = time.monotonic() + self.chance.expovariate(1 / self.pace)
            for _ in range(2 if self.chance.random() < BURST_SHARE else 1):
                await self._ask()
            if self.chance.random() < REPEAT_SHARE:
                self._repeat()
        await self.listen(0.3)

    async def _ask(self) -> None:
        self._asked += 1
        text = f"{self.chance.choice(self.questions)}（{self.name}-{self._asked}）"
        await self.say({"type": "message", "text": text}, self.name, self.conversation)

    def _repeat(self) -> None:
        """Send something again that is stored already: the same number must come back."""
        mine = [
            one for one in self.ledger.sent.values() if one.writer == self.name and one.client_id in self.ledger.numbers
        ]
        if mine:
            sent = self.chance.choice(mine)
            frame = {"type": "message", "text": sent.text, "client_id": sent.client_id}
            self.pending.setdefault(sent.client_id, Pending(frame, time.monotonic()))

    def take(self, frame: Frame) -> None:
        if frame["type"] == "message":
            self._see(frame)

    def _see(self, message: Frame) -> None:
        if message["seq"] <= self.last:
            self.ledger.found["seen_twice"] += 1
            return
        if message["seq"] > self.last + 1:
            self.ledger.found["missed"] += 1
        self.last = message["seq"]
        self.seen[message["seq"]] = message["text"]

    async def read_back(self) -> None:
        """Everything once more from the start, as on a new device: nothing missing, changed or foreign."""
        try:
            async with self.connect() as self.socket:
                messages = (await self._hello(0))["messages"]
        except DISCONNECTED:
            self.ledger.found["missed"] += 1
            return
        self.ledger.found["gaps"] += [m["seq"] for m in messages] != list(range(1, len(messages) + 1))
        texts = {message["seq"]: message["text"] for message in messages}
        self.ledger.found["missed"] += sum(texts.get(seq) != text for seq, text in self.seen.items())
        home = {sent.text: sent.conversation for sent in self.ledger.sent.values()}
        self.ledger.found["foreign"] += sum(
            home.get(text, self.conversation) != self.conversation for text in texts.values()
        )
