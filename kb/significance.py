"""Honest comparison of two or three shares. Pure: counts in, intervals and a verdict out.

The sample is fixed before the start and only its first customers count, so looking every day cannot make a
difference out of chance. Fisher's exact test needs no large numbers; for three answers each pair must pass a
stricter limit (Bonferroni), because three pairs are looked at.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

ALPHA = 0.05
_Z = 1.959963985

VerdictKind = Literal["waiting", "winner", "no_difference"]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the figures allow to say. `best` is the place of the winner; `p` that of its closest comparison."""

    kind: VerdictKind
    best: int | None = None
    p: float | None = None


def interval(share: Share) -> tuple[float, float]:
    """Where the true share lies with 95 % confidence (Wilson)."""
    if not share.total:
        return 0.0, 1.0
    n, p, z2 = share.total, share.hits / share.total, _Z * _Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At the ends the bound is exact, rounding aside.
    return (0.0 if share.hits == 0 else centre - half), (1.0 if share.hits == n else centre + half)


def fisher(one: Share, other: Share) -> float:
    """The probability of a difference at least as unlikely as this one if both answers were equally good."""
    hits, total = one.hits + other.hits, one.total + other.total
    lowest, highest = max(0, hits - other.total), min(hits, one.total)
    weights = [
        _log_choose(one.total, k) + _log_choose(other.total, hits - k) - _log_choose(total, hits)
        for k in range(lowest, highest + 1)
    ]
    seen = weights[one.hits - lowest]
    return min(1.0, sum(math.exp(weight) for weight in weights if weight <= seen + 1e-9))


def judge(shares: Sequence[Share], sample_size: int) -> Verdict:
    """Nothing before every answer has its full sample; then a winner that beats all others, or none."""
    if any(share.total < sample_size for share in shares):
        return Verdict("waiting")
    rates = [share.hits / share.total for share in shares]
    best = rates.index(max(rates))
    closest = max(fisher(shares[best], share) for place, share in enumerate(shares) if place != best)
    limit = ALPHA / len(list(combinations(shares, 2)))
    return Verdict("winner", best, closest) if closest < limit else Verdict("no_difference", None, closest)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
