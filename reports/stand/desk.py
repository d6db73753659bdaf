"""An agent at the console: logs in, lists, claims and reads along, through every crash."""

import asyncio
import json
import random
from collections.abc import Mapping
from typing import Any

from reports.stand.client import Client, Frame
from reports.stand.ledger import Ledger
from reports.stand.login import Browser
from reports.stand.stand import Stand

ANSWER_SECONDS = 5.0


class Desk(Client):
    """What a person does with it is `act`."""

    path = "/ws/agent/"

    def __init__(self, stand: Stand, ledger: Ledger, chance: random.Random, username: str) -> None:
        super().__init__(stand, ledger, chance)
        self.username = username
        self.headers = {}
        self.browser = Browser(stand.root)
        self.claimed = self.lost_races = self.said = 0
        self.threads: dict[int, int] = {}  # subscribed conversation: last number seen

    async def prepare(self) -> None:
        if not self.headers:
            await asyncio.to_thread(self.browser.log_in, self.username, self.stand.password)
            self.headers = {"Cookie": self.browser.cookie}

    async def enter(self) -> None:
        await self.send({"type": "presence", "status": "online"})
        for conversation, last in self.threads.items():
            await self.send({"type": "subscribe", "conversation": conversation, "after": last})
        self.forget_times()

    async def send(self, frame: Frame) -> None:
        await self.socket.send(json.dumps(frame))

    async def list(self, view: str) -> list[Mapping[str, Any]]:
        await self.send({"type": "list", "view": view, "cursor": None})
        frame = await self.listen(ANSWER_SECONDS, lambda f: f["type"] == "conversations" and f["view"] == view)
        return list(frame["items"]) if frame else []

    async def claim(self, conversation: object) -> None:
        await self.send({"type": "claim", "conversation": conversation})
        frame = await self.listen(ANSWER_SECONDS, lambda f: _is_outcome(f, conversation))
        if frame is None:
            return
        if frame["type"] == "error":
            self.lost_races += 1
        else:
            self.claimed += 1

    async def read_along(self, conversation: int) -> None:
        if conversation not in self.threads:
            self.threads[conversation] = 0
            await self.send({"type": "subscribe", "conversation": conversation, "after": 0})

    async def stop_reading(self, conversation: int) -> None:
        self.threads.pop(conversation, None)
        await self.send({"type": "unsubscribe", "conversation": conversation})

    async def write(self, conversation: int, text: str) -> None:
        """Say it and wait until it is acknowledged, for a while."""
        frame = {"type": "message", "conversation": conversation, "text": text}
        await self.say(frame, self.username, conversation)
        await self.listen(ANSWER_SECONDS, lambda frame: not self.pending)

    def take(self, frame: Frame) -> None:
        if frame["type"] != "message" or frame.get("private") or frame["conversation"] not in self.threads:
            return
        last = self.threads[frame["conversation"]]
        self.ledger.found["seen_twice"] += frame["seq"] <= last
        self.ledger.found["missed"] += frame["seq"] > last + 1
        self.threads[frame["conversation"]] = max(last, frame["seq"])


def _is_outcome(frame: Frame, conversation: object) -> bool:
    """A claim is answered by the row with its new owner, or by an error."""
    if frame["type"] == "error":
        return bool(frame["code"] in ("already_claimed", "internal", "not_found"))
    row = frame.get("conversation")
    return frame["type"] == "conversation" and row["id"] == conversation and row["owner"] == "agent"  # type: ignore[index]
