"""An agent at the console who claims, answers and lets go while everything around dies."""

import asyncio
import http.cookiejar
import json
import random
import re
import urllib.parse
import urllib.request
from collections.abc import Mapping

from reports.benchmarks.chaos_ledger import Ledger
from reports.benchmarks.chaos_socket import Client, Frame
from reports.benchmarks.chaos_stand import Stand

ANSWER_SECONDS = 5.0
CLAIMS_AT_ONCE = 4


class DeskAgent(Client):
    """Two of them compete for the queue."""

    path = "/ws/agent/"

    def __init__(self, stand: Stand, ledger: Ledger, chance: random.Random, username: str) -> None:
        super().__init__(stand, ledger, chance)
        self.username = username
        self.headers = {}
        self.claimed = self.lost_races = 0
        self._said = 0
        self._threads: dict[int, int] = {}  # subscribed conversation: last number seen

    async def prepare(self) -> None:
        if not self.headers:
            self.headers = {"Cookie": await asyncio.to_thread(self._log_in)}

    def _log_in(self) -> str:
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), urllib.request.ProxyHandler({}))
        address = f"http://{self.stand.root}/login/"
        page = browser.open(address, timeout=10).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {
            "username": self.username,
            "password": self.stand.password,
            "csrfmiddlewaretoken": token.group(1) if token else "",
        }
        request = urllib.request.Request(address, urllib.parse.urlencode(form).encode(), {"Referer": address})
        browser.open(request, timeout=10).read()
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)

    async def enter(self) -> None:
        await self._send({"type": "presence", "status": "online"})
        for conversation, last in self._threads.items():
            await self._send({"type": "subscribe", "conversation": conversation, "after": last})
        self.forget_times()

    async def act(self, *, is_last: bool) -> None:
        if is_last:
            await self.listen(0.3)
            return
        for row in (await self._list("queue"))[:CLAIMS_AT_ONCE]:
            await self._claim(row["id"])
        for row in await self._list("mine"):
            await self._serve(row)
        await self.listen(self.chance.uniform(0.5, 1.5))

    async def _send(self, frame: Frame) -> None:
        await self.socket.send(json.dumps(frame))

    async def _list(self, view: str) -> list[Mapping[str, object]]:
        await self._send({"type": "list", "view": view, "cursor": None})
        frame = await self.listen(ANSWER_SECONDS, lambda f: f["type"] == "conversations" and f["view"] == view)
        return list(frame["items"]) if frame else []

    async def _claim(self, conversation: object) -> None:
        await self._send({"type": "claim", "conversation": conversation})
        frame = await self.listen(ANSWER_SECONDS, lambda f: _is_outcome(f, conversation))
        if frame is None:
            return
        if frame["type"] == "error":
            self.lost_races += 1
        else:
            self.claimed += 1

    async def _serve(self, row: Mapping[str, object]) -> None:
        conversation = int(str(row["id"]))
        if conversation not in self._threads:
            self._threads[conversation] = 0
            await self._send({"type": "subscribe", "conversation": conversation, "after": 0})
        self._said += 1
        text = f"我来看一下，请稍等。（{self.username}-{self._said}）"
        await self.say({"type": "message", "conversation": conversation, "text": text}, self.username, conversation)
        await self.listen(ANSWER_SECONDS, lambda frame: not self.pending)
        await self._let_go(conversation)

    async def _let_go(self, conversation: int) -> None:
        dice = self.chance.random()
        if dice > 0.8:
            return
        self._threads.pop(conversation, None)
        await self._send({"type": "unsubscribe", "conversation": conversation})
        if dice < 0.4:
            await self._send({"type": "close", "conversation": conversation, "reason": ""})
        else:
            await self._send({"type": "release", "conversation": conversation, "to": "ai"})

    def take(self, frame: Frame) -> None:
        if frame["type"] != "message" or frame.get("private") or frame["conversation"] not in self._threads:
            return
        last = self._threads[frame["conversation"]]
        self.ledger.found["seen_twice"] += frame["seq"] <= last
        self.ledger.found["missed"] += frame["seq"] > last + 1
        self._threads[frame["conversation"]] = max(last, frame["seq"])


def _is_outcome(frame: Frame, conversation: object) -> bool:
    """A claim is answered by the row with its new owner, or by an error."""
    if frame["type"] == "error":
        return bool(frame["code"] in ("already_claimed", "internal", "not_found"))
    row = frame.get("conversation")
    return frame["type"] == "conversation" and row["id"] == conversation and row["owner"] == "agent"  # type: ignore[index]
