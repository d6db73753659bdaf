"""Whom a chat can be passed to, with what they have to do; and whether this agent is given chats without asking."""

from collections.abc import Mapping
from typing import Any

from conversations.listing import groups_to_transfer_to
from conversations.services.attendance import colleagues_of, set_automatic
from conversations.sockets import FrameConsumer, FrameError
from cs_platform.models import User
from cs_platform.threads import in_database


class PeopleFrames(FrameConsumer):
    """`{"type": "colleagues"}` → agents and groups; `{"type": "automatic", "is_on": BOOL}` is echoed.

    What the agent's switches say comes whenever it changes, whichever of the agent's consoles changed it.
    """

    people_frames = frozenset({"colleagues", "automatic"})

    user: User

    async def on_colleagues(self, frame: Mapping[str, Any]) -> None:
        agents, groups = await in_database(_everybody, self.user)
        await self.send_frame({"type": "colleagues", "agents": agents, "groups": groups})

    async def on_automatic(self, frame: Mapping[str, Any]) -> None:
        is_on = frame.get("is_on")
        if not isinstance(is_on, bool):
            raise FrameError("bad_frame", "is_on must be true or false")
        await in_database(set_automatic, self.user, is_on)
        await self.send_frame({"type": "automatic", "is_on": is_on})

    async def desk_switch(self, event: Mapping[str, Any]) -> None:
        await self.send_text(event["frame"])


def _everybody(user: User) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return colleagues_of(user), groups_to_transfer_to()
