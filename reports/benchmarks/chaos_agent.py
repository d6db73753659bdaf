"""An agent at the console who claims, answers and lets go while everything around dies."""

from collections.abc import Mapping
from typing import Any

from reports.stand.desk import Desk

CLAIMS_AT_ONCE = 4


class DeskAgent(Desk):
    """Two of them compete for the queue."""

    async def act(self, *, is_last: bool) -> None:
        if is_last:
            await self.listen(0.3)
            return
        for row in (await self.list("queue"))[:CLAIMS_AT_ONCE]:
            await self.claim(row["id"])
        for row in await self.list("mine"):
            await self._serve(row)
        await self.listen(self.chance.uniform(0.5, 1.5))

    async def _serve(self, row: Mapping[str, Any]) -> None:
        conversation = int(row["id"])
        await self.read_along(conversation)
        self.said += 1
        await self.write(conversation, f"我来看一下，请稍等。（{self.username}-{self.said}）")
        await self._let_go(conversation)

    async def _let_go(self, conversation: int) -> None:
        dice = self.chance.random()
        if dice > 0.8:
            return
        await self.stop_reading(conversation)
        if dice < 0.4:
            await self.send({"type": "close", "conversation": conversation, "reason": ""})
        else:
            await self.send({"type": "release", "conversation": conversation, "to": "ai"})
