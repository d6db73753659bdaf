"""A shopper with a browser: resumes by token and number, and notices what is seen twice, late or not at all."""

import asyncio
import json
import random
from collections.abc import Mapping
from typing import Any

from reports.stand.client import DISCONNECTED, Client, Frame
from reports.stand.ledger import Ledger
from reports.stand.stand import Stand


class Browsing(Client):
    """What a person does with it is `act`. `identity` is what the shop signed of a customer who is logged in."""

    def __init__(
        self, stand: Stand, ledger: Ledger, chance: random.Random, channel: str, *, identity: str | None = None
    ) -> None:
        super().__init__(stand, ledger, chance)
        self.path = f"/ws/visitor/{channel}/"
        self.identity = identity
        self.token: str | None = None
        self.conversation = 0
        self.last = 0
        self.seen: dict[int, Mapping[str, Any]] = {}

    async def enter(self) -> None:
        welcome = await self._hello(self.last)
        if self.token is not None and welcome["conversation"]["id"] != self.conversation:
            self.ledger.found["foreign"] += 1
        self.token, self.conversation = welcome["token"], welcome["conversation"]["id"]
        for message in welcome["messages"]:
            self.see(message)
        self.forget_times()

    async def _hello(self, after: int) -> dict[str, Any]:
        frame = {"type": "hello", "token": self.token, "after": after, "identity": self.identity}
        await self.socket.send(json.dumps(frame))
        answer: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), 20))
        if answer["type"] != "welcome":
            raise OSError(f"no welcome: {answer}")  # the server is in trouble; as good as no connection
        return answer

    def take(self, frame: Frame) -> None:
        if frame["type"] == "message":
            self.see(frame)

    def see(self, message: Frame) -> None:
        if message["seq"] <= self.last:
            self.ledger.found["seen_twice"] += 1
            return
        if message["seq"] > self.last + 1:
            self.ledger.found["missed"] += 1
        self.last = message["seq"]
        self.seen[message["seq"]] = message

    async def read_back(self) -> list[dict[str, Any]]:
        """Everything once more from the start, as on a new device: nothing missing, changed or foreign."""
        try:
            async with self.connect() as self.socket:
                messages: list[dict[str, Any]] = (await self._hello(0))["messages"]
        except DISCONNECTED:
            self.ledger.found["missed"] += 1
            return []
        self.ledger.found["gaps"] += [m["seq"] for m in messages] != list(range(1, len(messages) + 1))
        texts = {message["seq"]: message["text"] for message in messages}
        self.ledger.found["missed"] += sum(texts.get(seq) != message["text"] for seq, message in self.seen.items())
        homes = self.ledger.homes()
        self.ledger.found["foreign"] += sum(
            self.conversation not in homes.get(text, {self.conversation}) for text in texts.values()
        )
        return messages
