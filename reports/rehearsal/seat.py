"""An agent's day: takes waiting customers, answers each of their messages, passes some on, ends what is done."""

import random
import time
import urllib.error
import uuid
from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.rehearsal import shop
from reports.rehearsal.ledger import DayLedger
from reports.stand.client import Frame
from reports.stand.desk import Desk
from reports.stand.stand import Stand

ROOM = 4
PING_SECONDS = 15.0
TRANSFERS_EVERY = 9
HELLO = "您好，我看到您的问题了，这就帮您核实，稍等。"
BYE = "已经帮您处理好了，不客气，再见！"
BACK = "好的，这就请机器人继续。"


@dataclass(slots=True)
class Pad:
    """Tickets that the desk has yet to write. It is everybody's: who is given customers serves nearly all of them, and
    who chooses from the queue may see none that says goodbye."""

    left: int

    def tear_off(self) -> bool:
        """Take a sheet, if there is one."""
        self.left -= (has_one := self.left > 0)
        return has_one

    def put_back(self) -> None:
        self.left += 1


class Seat(Desk):
    """Some customers get a ticket from here, as long as `pad` lasts."""

    def __init__(
        self,
        stand: Stand,
        ledger: DayLedger,
        chance: random.Random,
        person: shop.Person,
        people: Mapping[str, int],
        pad: Pad,
    ) -> None:
        super().__init__(stand, ledger, chance, person.username)
        self.book, self.person, self._pad = ledger, person, pad
        self._colleagues = [pk for username, pk in people.items() if username != person.username]
        self._heard: dict[int, dict[str, tuple[int, str]]] = {}  # conversation: sender: last number and text
        self._passed: set[int] = set()
        self._served = 0
        self._pinged_at = 0.0

    async def act(self, *, is_last: bool) -> None:
        if is_last:
            await self.listen(0.3)
            return
        if time.monotonic() - self._pinged_at > PING_SECONDS:
            self._pinged_at = time.monotonic()
            await self.send({"type": "ping"})
        mine = await self.list("mine")
        if not self.person.accepts:
            for row in (await self.list("queue"))[: max(0, ROOM - len(mine))]:
                await self.claim(row["id"])
        for row in mine:
            await self._serve(int(row["id"]))
        await self.listen(self.chance.uniform(0.5, 1.5))

    async def leave(self) -> None:
        """The end of the shift, told for certain: frames are taken in their order."""
        await self.send({"type": "presence", "status": "offline"})
        await self.send({"type": "ping"})
        await self.listen(10.0, lambda frame: frame["type"] == "pong")

    async def _serve(self, conversation: int) -> None:
        if conversation not in self.threads:
            await self.read_along(conversation)
            await self.listen(2.0, lambda frame: frame["type"] == "read" and frame["conversation"] == conversation)
        heard = self._heard.get(conversation, {})
        (asked, text), (answered, said) = heard.get("customer", (0, "")), heard.get("agent", (0, ""))
        if self.pending:
            return
        if shop.TO_ROBOT in text:
            await self._end(conversation, BACK if said != BACK else "", {"type": "release", "to": "ai"})
        elif shop.GOODBYE in text:
            if self._pad.tear_off() and not await to_thread(self._open_ticket, conversation):
                self._pad.put_back()
            await self._end(conversation, BYE if said != BYE else "", {"type": "close", "reason": "solved"})
        elif asked <= answered:
            return
        elif conversation not in self._passed and self._is_passed_on(conversation):
            to = self.chance.choice(self._colleagues)
            await self.send({"type": "transfer", "conversation": conversation, "to": {"agent": to}, "note": "请接手"})
            await self._forget(conversation)
        else:
            await self.write(conversation, HELLO)

    def _is_passed_on(self, conversation: int) -> bool:
        """A customer who has just come and knows nobody yet."""
        self._passed.add(conversation)
        self._served += 1
        return self._served % TRANSFERS_EVERY == 0 and "agent" not in self._heard.get(conversation, {})

    async def _end(self, conversation: int, text: str, move: Frame) -> None:
        """The last word, unless it was said before a crash, and then the chat goes elsewhere."""
        if text:
            await self.write(conversation, text)
        if not self.pending:
            await self.send({**move, "conversation": conversation})
            await self._forget(conversation)

    async def _forget(self, conversation: int) -> None:
        await self.stop_reading(conversation)
        self._heard.pop(conversation, None)

    def _open_ticket(self, conversation: int) -> bool:
        """On the page that agents use; sent again with the same token it is one ticket."""
        if self.book.about[conversation]:
            return False
        form = {
            "subject": "核实订单问题",
            "type": "other",
            "priority": "normal",
            "order": "",
            "contact": "",
            "description": "客户在会话中提出，需要后续跟进。",
            "owner": "",
            "token": uuid.uuid4().hex,
        }
        for _ in range(20):
            try:
                path = self.browser.submit(f"/console/tickets/new/?conversation={conversation}", form)
            except (OSError, urllib.error.URLError):
                time.sleep(0.5)
                continue
            if path.startswith("/console/tickets/T"):
                self.book.tickets["agent"] += 1
                self.book.about[conversation] += 1
                return True
            return False
        return False

    def take(self, frame: Frame) -> None:
        super().take(frame)
        if frame["type"] == "message" and not frame.get("private"):
            self._hear(frame)

    def _hear(self, frame: Mapping[str, Any]) -> None:
        heard = self._heard.setdefault(frame["conversation"], {})
        seq = heard.get(frame["sender"], (0, ""))[0]
        if frame["seq"] >= seq:
            heard[frame["sender"]] = (frame["seq"], frame["text"])
