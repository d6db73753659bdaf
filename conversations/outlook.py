"""What a waiting customer can expect. A plain value: services find it, frames and words show it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Outlook:
    """`position` counts from 1, and only while somebody is there; `wait_seconds` only with enough history.

    `back_at` is when the shop opens again, for a customer who came while nobody is there and the shop is closed.
    """

    is_staffed: bool = False
    position: int | None = None
    wait_seconds: int | None = None
    back_at: datetime | None = None
