"""Canned replies: those that the agent may use, and the agent's own to keep and to throw away."""

from collections.abc import Mapping
from typing import Any

from conversations.services.canned import canned_for, forget_canned, keep_canned
from conversations.sockets import FrameConsumer, FrameError, read_number, read_text
from cs_platform.models import User
from cs_platform.threads import in_database

TITLE_CHARACTERS_MAX = 60
SHORTCUT_CHARACTERS_MAX = 30


class CannedFrames(FrameConsumer):
    """`canned` → the list; `canned_save` {title, text, shortcut} and `canned_forget` {id} → the list anew."""

    canned_frames = frozenset({"canned", "canned_save", "canned_forget"})

    user: User

    async def on_canned(self, frame: Mapping[str, Any]) -> None:
        await self.send_frame({"type": "canned", "items": await in_database(canned_for, self.user)})

    async def on_canned_save(self, frame: Mapping[str, Any]) -> None:
        title = read_text(frame, "title", limit=TITLE_CHARACTERS_MAX)
        text = read_text(frame)
        shortcut = read_text(frame, "shortcut", limit=SHORTCUT_CHARACTERS_MAX) if frame.get("shortcut") else ""
        await in_database(keep_canned, self.user, title=title, text=text, shortcut=shortcut)
        await self.on_canned(frame)

    async def on_canned_forget(self, frame: Mapping[str, Any]) -> None:
        if not await in_database(forget_canned, self.user, read_number(frame, "id", low=1, high=2**63 - 1)):
            raise FrameError("not_found", "no such reply of your own")
        await self.on_canned(frame)
