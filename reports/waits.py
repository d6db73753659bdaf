"""How long customers waited for a person: all waits of a period, and what share of them stays below how much."""

from collections.abc import Sequence
from math import ceil

from reports.scope import Scope


def first_waits(scope: Scope) -> list[float]:
    """From the call for a person to the first message of one, in seconds, sorted."""
    rows = scope.episodes().filter(first_human_wait_ms__isnull=False)
    return sorted(wait / 1000 for wait in rows.values_list("first_human_wait_ms", flat=True) if wait is not None)


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which this share of the sorted values lies; the nearest one that occurred."""
    if not ordered:
        return None
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
