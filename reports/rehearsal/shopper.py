"""A customer of the website with an errand, who comes back after every interruption."""

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable

from reports.rehearsal.errand import Await, Errand, Fill, Pause, Rate, Read, Say, Step
from reports.rehearsal.ledger import DayLedger
from reports.rehearsal.progress import Progress
from reports.rehearsal.reading import Heard, hear
from reports.stand.client import Frame
from reports.stand.stand import Stand
from reports.stand.visitor import Browsing

PING_SECONDS = 15.0


class Shopper(Browsing):
    """Does the steps of an errand one after the other, from `starts_at` (monotonic) on."""

    def __init__(
        self,
        stand: Stand,
        ledger: DayLedger,
        chance: random.Random,
        channel: str,
        name: str,
        errand: Errand,
        *,
        starts_at: float,
        identity: str | None = None,
    ) -> None:
        super().__init__(stand, ledger, chance, channel, identity=identity)
        self.book, self.name, self.errand = ledger, name, errand
        self.progress = Progress(name, errand, ledger.surprises)
        self.starts_at = starts_at
        self.heard: dict[int, Heard] = {}
        self._saying = ""  # client id of what was said last
        self._pinged_at = 0.0
        self._pongs = 0

    @property
    def is_through(self) -> bool:
        return self.progress.step is None

    async def prepare(self) -> None:
        if (wait := self.starts_at - time.monotonic()) > 0:
            await asyncio.sleep(wait)

    async def enter(self) -> None:
        await super().enter()
        self.book.welcome(self.conversation, self.path, self.errand)
        if isinstance(self.progress.step, Rate | Read):
            self.progress.begin_again()

    async def act(self, *, is_last: bool) -> None:
        await self._ping()
        step = self.progress.step
        if step is None or is_last:
            await self.listen(1.0)
            return
        if not self.progress.is_begun:
            self.progress.begin()
            await self._begin(step)
        await self.listen(0.3)
        if self._is_over(step):
            self.progress.end()

    async def _begin(self, step: Step) -> None:
        if isinstance(step, Say):
            self._saying = await self.say({"type": "message", "text": step.text}, self.name, self.conversation)
        elif isinstance(step, Fill):
            card = self._last("card")
            await self.insist(
                {
                    "type": "card",
                    "client_id": (client_id := str(uuid.uuid4())),
                    "message_id": card.number if card else 0,
                    "values": dict(step.values),
                }
            )
            self._saying = client_id
        elif isinstance(step, Rate | Read):
            await self._tell(step)

    async def _tell(self, step: Rate | Read) -> None:
        """These are not acknowledged; but frames are taken in their order, so the pong tells that they were."""
        told = {"type": "rate", "score": step.score} if isinstance(step, Rate) else {"type": "read", "seq": self.last}
        self.progress.mark, pongs = self.last, self._pongs
        await self.socket.send(json.dumps(told))
        await self._ping(is_urgent=True)
        await self.listen(10.0, lambda frame: self._pongs > pongs)
        if self._pongs == pongs:
            self.progress.begin_again()

    def _is_over(self, step: Step) -> bool:
        if isinstance(step, Pause):
            return self.progress.seconds >= step.seconds
        if isinstance(step, Rate):
            return self._note(lambda: self.book.rate(self.conversation, self.progress.mark, step.score))
        if isinstance(step, Read):
            return self._note(lambda: self.book.read(self.conversation, self.progress.mark))
        if isinstance(step, Await):
            # What comes to everybody may have come while something else was talked about.
            return self.progress.has_followed(
                step.kind, self._since(0 if step.kind == "broadcast" else self.progress.mark)
            )
        seq = self.ledger.numbers.get(self._saying)
        if seq is None:
            return False
        self.progress.mark = seq
        if isinstance(step, Fill):
            return True
        return not step.expects or self.progress.has_followed(step.expects, self._since(seq))

    def _note(self, write: Callable[[], None]) -> bool:
        if self.progress.is_begun:  # not, when the pong never came
            write()
        return self.progress.is_begun

    def _since(self, seq: int) -> list[tuple[str, str]]:
        return [(one.kind, one.text) for number, one in sorted(self.heard.items()) if number > seq]

    def _last(self, kind: str) -> Heard | None:
        return next((one for _seq, one in sorted(self.heard.items(), reverse=True) if one.kind == kind), None)

    async def _ping(self, *, is_urgent: bool = False) -> None:
        now = time.monotonic()
        if is_urgent or now - self._pinged_at > PING_SECONDS:
            self._pinged_at = now
            await self.socket.send('{"type":"ping"}')

    def take(self, frame: Frame) -> None:
        if frame["type"] == "pong":
            self._pongs += 1
        super().take(frame)

    def see(self, message: Frame) -> None:
        super().see(message)
        self.heard.setdefault(message["seq"], hear(message))
