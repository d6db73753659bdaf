"""A shopper who keeps asking while the shop's server dies again and again."""

import random
import time
from collections.abc import Sequence

from reports.stand.client import Pending
from reports.stand.ledger import Ledger
from reports.stand.stand import CHANNEL, Stand
from reports.stand.visitor import Browsing

WAITING_MAX = 3
REPEAT_SHARE = 0.1
BURST_SHARE = 0.1


class Visitor(Browsing):
    """Asks at random, sometimes twice in a row, sometimes the same again."""

    def __init__(
        self, stand: Stand, ledger: Ledger, chance: random.Random, name: str, questions: Sequence[str], pace: float
    ) -> None:
        super().__init__(stand, ledger, chance, CHANNEL)
        self.name, self.questions, self.pace = name, questions, pace
        self._asked = 0
        self._next_at = time.monotonic() + chance.uniform(0, pace)

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
