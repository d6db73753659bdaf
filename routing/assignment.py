"""Which agent gets a waiting customer. Pure: facts in, agent out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent who is there and takes customers without asking: how many chats, and how many at most.

    `idle_since` is when the agent last got one; None for somebody who has had none yet.
    """

    user_id: int
    load: int = 0
    capacity: int = 5
    groups: frozenset[int] = frozenset()
    idle_since: datetime | None = None

    @property
    def is_free(self) -> bool:
        return self.load < self.capacity


@dataclass(frozen=True, slots=True)
class Wish:
    """What a waiting customer needs: the skill group (None: anybody), and whom the customer knows already.

    `not_user_id` is an agent who has just let this customer go, and must not get the customer at once again.
    """

    group_id: int | None = None
    known_user_id: int | None = None
    not_user_id: int | None = None
    waited_seconds: float = 0.0


def choose(wish: Wish, seats: Iterable[Seat], *, widen_seconds: float) -> Seat | None:
    """The agent for a customer, or None when nobody fits now.

    Only free agents of the wanted group; of any group once the customer has waited `widen_seconds`. Among them the
    one the customer knows; otherwise the least loaded for what each can take, and of equals whoever has
    gone longest without a new one.
    """
    free = [seat for seat in seats if seat.is_free and seat.user_id != wish.not_user_id]
    skilled = [seat for seat in free if wish.group_id is None or wish.group_id in seat.groups]
    if not skilled and wish.waited_seconds >= widen_seconds:
        skilled = free
    known = (seat for seat in skilled if seat.user_id == wish.known_user_id)
    return next(known, None) or min(skilled, key=_burden, default=None)


def _burden(seat: Seat) -> tuple[float, float, int]:
    since = seat.idle_since.timestamp() if seat.idle_since else 0.0
    return seat.load / seat.capacity, since, seat.user_id
