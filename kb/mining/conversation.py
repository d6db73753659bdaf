"""One conversation of the past, as every file format delivers it."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["customer", "agent"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message; `text` is as it was written."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in the order of time. `id` is what the source calls it; the same id again is the same conversation."""

    id: str
    turns: tuple[Turn, ...]
