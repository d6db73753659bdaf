"""A follower of the official account with an errand: writes through WeChat, reads what WeChat shows."""

import asyncio
import hashlib
import http.client
import random
import time
from collections.abc import Mapping
from typing import Any

from reports.rehearsal import shop
from reports.rehearsal.errand import Await, Errand, Pause, Say, Step
from reports.rehearsal.ledger import DayLedger
from reports.rehearsal.progress import Progress
from reports.rehearsal.reading import kind_of
from reports.rehearsal.wechat import WeChatDouble
from reports.stand.stand import Stand

LABEL = "【AI 助手】"
ATTEMPTS, ATTEMPT_SECONDS = 3, 5.0
TWICE_SHARE = 0.2


class Follower:
    """WeChat asks three times within five seconds each; then the follower sends the message again."""

    def __init__(
        self,
        stand: Stand,
        ledger: DayLedger,
        chance: random.Random,
        wechat: WeChatDouble,
        name: str,
        errand: Errand,
        *,
        starts_at: float,
    ) -> None:
        self._stand, self._book, self._chance, self._wechat = stand, ledger, chance, wechat
        self.openid, self.errand, self.starts_at = f"openid-{name}", errand, starts_at
        self.progress = Progress(name, errand, ledger.surprises)
        self.wrote: dict[str, str] = {}  # client id: text, of what was acknowledged
        self.has_followed = False

    @property
    def is_through(self) -> bool:
        return self.progress.step is None

    async def run(self, stop: asyncio.Event) -> None:
        await asyncio.sleep(max(0.0, self.starts_at - time.monotonic()))
        await self._deliver(self._wechat.event(self.openid, "subscribe"))
        self.has_followed = True
        while not stop.is_set():
            step = self.progress.step
            if step is None:
                await asyncio.sleep(0.5)
                continue
            if not self.progress.is_begun:
                self.progress.begin()
                if isinstance(step, Say):
                    await self._write(step.text)
            await asyncio.sleep(0.3)
            if self._is_over(step):
                self.progress.end()

    async def _write(self, text: str) -> None:
        """The message arrives for certain; now and then WeChat delivers it twice."""
        self.progress.mark = len(self.read())
        fields = self._wechat.message(self.openid, text)
        await self._deliver(fields)
        self.wrote[hashlib.sha256(fields["MsgId"].encode()).hexdigest()] = text
        if self._chance.random() < TWICE_SHARE:
            await self._deliver(fields)

    async def _deliver(self, fields: Mapping[str, str]) -> None:
        while True:
            for _ in range(ATTEMPTS):
                if await asyncio.to_thread(self._post, dict(fields)):
                    return
            self._book.reconnects += 1
            await asyncio.sleep(1.0)

    def _post(self, fields: dict[str, str]) -> bool:
        query, body = self._wechat.callback(fields)
        line = http.client.HTTPConnection(self._stand.root, timeout=ATTEMPT_SECONDS)
        try:
            line.request("POST", f"/callbacks/wechat/{shop.WECHAT}/?{query}", body, {"Content-Type": "text/xml"})
            answer = line.getresponse()
            return answer.status == 200 and answer.read() == b"success"
        except (OSError, http.client.HTTPException):
            time.sleep(0.3)
            return False
        finally:
            line.close()

    def _is_over(self, step: Step) -> bool:
        if isinstance(step, Pause):
            return self.progress.seconds >= step.seconds
        expected = step.expects if isinstance(step, Say) else step.kind if isinstance(step, Await) else ""
        return not expected or self.progress.has_followed(expected, self._told()[self.progress.mark :])

    def read(self) -> list[dict[str, Any]]:
        """What WeChat has shown to this follower."""
        return [message for message in list(self._wechat.sent) if message["touser"] == self.openid]

    def _told(self) -> list[tuple[str, str]]:
        return [told(message) for message in self.read()]


def told(message: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and text of what WeChat shows. Who writes stands in the text: the AI is marked, an agent is what is left."""
    if message["msgtype"] == "msgmenu":
        text, options = message["msgmenu"]["head_content"], message["msgmenu"]["list"]
    else:
        text, options = message["text"]["content"], ()
    if text.startswith(LABEL):
        text = text.removeprefix(LABEL)
        return kind_of("ai", text, options), text
    kind = kind_of("system", text, options)
    return ("agent" if kind == "?" else kind), text
