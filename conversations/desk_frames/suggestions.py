"""Recommended replies for what a customer has just said, pushed to the agents who look at the chat."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from conversations.services.suggesting import suggest
from conversations.sockets import FrameConsumer, read_number
from cs_platform.threads import in_database

logger = logging.getLogger(__name__)

CHATS_LOOKED_AT = 3  # a console looks at one chat at a time; programs may follow hundreds
WRITING_SECONDS = 0.7  # customers write in bursts
WAITING_MAX = 20  # in a rush recommendations are the first to be left away


class _Gate:
    """One search at a time in this process: messages need the database's threads more."""

    def __init__(self) -> None:
        self.lock, self.waiting = asyncio.Lock(), 0


_gates: dict[asyncio.AbstractEventLoop, _Gate] = {}
_FROM_CUSTOMER = '"sender":"customer"'  # the quotes in a customer's own words are escaped


class SuggestionFrames(FrameConsumer):
    """Server → `{"type": "suggestions"}`; `{"type": "suggest", "conversation": ID}` asks for them again."""

    suggestion_frames = frozenset({"suggest"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._looked_at: list[int] = []
        self._suggesting: dict[int, asyncio.Task[None]] = {}

    async def on_suggest(self, frame: Mapping[str, Any]) -> None:
        conversation_id = read_number(frame, "conversation", low=1, high=2**63 - 1)
        await self._send_suggestions(conversation_id)

    def look_at(self, conversation_id: int) -> None:
        """The agent has opened this chat."""
        self.look_away(conversation_id)
        self._looked_at = [*self._looked_at, conversation_id][-CHATS_LOOKED_AT:]
        self._suggest_after(conversation_id, 0.0)

    def look_away(self, conversation_id: int) -> None:
        self._looked_at = [number for number in self._looked_at if number != conversation_id]
        if task := self._suggesting.pop(conversation_id, None):
            task.cancel()

    def suggest_soon(self, conversation_id: int, frame: str) -> None:
        """A message came to a chat: the customer's want an answer."""
        if conversation_id in self._looked_at and _FROM_CUSTOMER in frame:
            self._suggest_after(conversation_id, WRITING_SECONDS)

    def stop_suggesting(self) -> None:
        for task in self._suggesting.values():
            task.cancel()

    def _suggest_after(self, conversation_id: int, seconds: float) -> None:
        if task := self._suggesting.get(conversation_id):
            task.cancel()
        self._suggesting[conversation_id] = asyncio.ensure_future(self._suggest_later(conversation_id, seconds))

    async def _suggest_later(self, conversation_id: int, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if _gate().waiting < WAITING_MAX:
            await self._send_suggestions(conversation_id)

    async def _send_suggestions(self, conversation_id: int) -> None:
        gate = _gate()
        gate.waiting += 1
        try:
            async with gate.lock:
                found = await in_database(suggest, conversation_id)
        except Exception:  # an agent without recommendations still answers
            logger.exception("no replies could be recommended for conversation %d", conversation_id)
            return
        finally:
            gate.waiting -= 1
        if found is not None:
            await self.send_frame({"type": "suggestions", **found})


def _gate() -> _Gate:
    loop = asyncio.get_running_loop()
    if loop not in _gates:
        _gates.clear()  # a loop that is gone (tests) must not be kept alive
        _gates[loop] = _Gate()
    return _gates[loop]
