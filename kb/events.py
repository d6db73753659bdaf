"""What happens to knowledge, as other apps and integrators hear of it."""

from dataclasses import dataclass

from cs_platform.events import event


@event("knowledge.gap_found")
@dataclass(frozen=True, slots=True)
class GapFound:
    """Customers ask something new that the knowledge does not tell. `source` is the signal that it came by."""

    gap_id: int
    question: str
    source: str
    category: str = ""
