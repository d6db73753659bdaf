"""The ledger against the board, the webhooks, the API and what WeChat showed: every difference has a name. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports.rehearsal.reading import Heard

RATES = frozenset({"lead_rate", "resolved_rate", "takeover_rate", "conversion_rate"})
RATE_TOLERANCE = 0.0002  # files show four digits
SECONDS_TOLERANCE = 0.01  # frames tell milliseconds, the board knows more


@dataclass(slots=True)
class Verdict:
    """`differences` are pairs: what the ledger says, what was found."""

    differences: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    compared: int = 0

    def compare(self, name: str, expected: Any, found: Any) -> None:
        self.compared += 1
        if not _is_same(name.rpartition(".")[2], expected, found):
            self.differences[name] = (expected, found)

    def compare_all(self, name: str, expected: Mapping[Any, Any], found: Mapping[Any, Any]) -> None:
        """Every figure of both; one that is missing on a side counts as None there."""
        for key in sorted({*expected, *found}, key=str):
            self.compare(f"{name}.{key}", expected.get(key), found.get(key))

    def compare_promises(self, planned: Mapping[str, int], done: Mapping[str, int]) -> None:
        """Less than was planned is a difference, more is none."""
        for name, count in planned.items():
            self.compare(f"planned.{name}", count, min(count, done[name]))

    def compare_gaps(self, name: str, asked: Mapping[str, int], shown: Mapping[str, int]) -> None:
        """The report has to name each question; it may count more where it takes others for the same."""
        for question, count in asked.items():
            self.compare(f"{name}.{question}", count, min(count, shown.get(question, 0)))


def _is_same(key: str, expected: Any, found: Any) -> bool:
    if isinstance(expected, tuple) and isinstance(found, tuple):
        return len(expected) == len(found) and all(_is_same(key, *pair) for pair in zip(expected, found, strict=True))
    if isinstance(expected, float) and isinstance(found, float | int):
        tolerance = SECONDS_TOLERANCE if key.endswith("seconds") else RATE_TOLERANCE
        return abs(expected - found) <= tolerance
    return bool(expected == found)


def count_broken_notices(
    wanted: Mapping[tuple[int, str, str], int], heard: Mapping[int, Iterable[Heard]]
) -> tuple[int, int]:
    """Of the news of parcels: how many were not told, how many were told twice or to somebody else."""
    told: Counter[tuple[int, str, str]] = Counter(
        (conversation, str(one.card["tracking"]), str(one.card["status"]))
        for conversation, messages in heard.items()
        for one in messages
        if one.kind == "notice" and one.card
    )
    lost = sum(told[key] == 0 for key in wanted)
    return lost, sum(told.values()) - (len(wanted) - lost)


def count_broken_broadcasts(audience: Iterable[int], heard: Mapping[int, Iterable[Heard]]) -> tuple[int, int]:
    """Of the recipients: how many got none; and how many messages are too many, or somebody else's."""
    told = Counter({
        conversation: sum(one.kind == "broadcast" for one in messages) for conversation, messages in heard.items()
    })  # fmt: skip
    lost = sum(told[conversation] == 0 for conversation in audience)
    return lost, told.total() - (len(list(audience)) - lost)


SENDERS = 4  # that work for one channel at once, each with one message in hand


def count_unexcused(shown_twice: int, tickers_killed: int) -> int:
    """What was shown twice without a reason. WeChat takes no key that would make sending again harmless: what a sender
    had in hand when it was killed, taken by WeChat but not yet noted here, is sent again rather than perhaps never."""
    return max(0, shown_twice - SENDERS * tickers_killed)


def count_wrong_deliveries(shown: Sequence[str], said: Sequence[str], *, small: int = 0) -> tuple[int, int]:
    """Of one follower: messages that WeChat never showed, and that it showed twice. `small` may have been left out."""
    wanted, found = Counter(said), Counter(shown)
    return max(0, (wanted - found).total() - small), (found - wanted).total()
