"""Honest comparison of two or three shares. Pure: outcomes in, intervals and a verdict out.

The test is group sequential: four looks, after a quarter, a half, three quarters and the whole of a sample that was
set before the start, each at the first so many customers of every answer. So looking every day cannot make a
difference out of chance, and a great difference need not wait for the whole sample. The limits of the looks are those
of O'Brien and Fleming (Biometrics 35, 1979) for 5 % in all: z = 2.024 · √(4 / look). Fisher's exact test needs no large
numbers; for three answers each pair must pass a stricter limit (Bonferroni), because three pairs are looked at.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

LIMITS = (0.000052, 0.0042, 0.0194, 0.0430)  # two-sided, look by look
LOOKS = len(LIMITS)
LOOK_MIN = 20  # customers per answer; a smaller look is skipped
HARM_LIMIT = 0.01  # for the guardrail: it may rather end a good answer too early than serve a bad one too long
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
    """What the figures allow to say. `best` is the place of the winner; `p` that of its closest comparison.

    `look` is the last look that was taken, 1 to 4; 0 before the first. `limit` is what `p` had to stay below there.
    """

    kind: VerdictKind
    best: int | None = None
    p: float | None = None
    look: int = 0
    limit: float | None = None


def interval(share: Share) -> tuple[float, float]:
    """Where the true share lies with 95 % confidence (Wilson)."""
    if not share.total:
        return 0.0, 1.0
    n, p, z2 = share.total, share.hits / share.total, _Z * _Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At the ends the bound is exact, rounding aside.
    return (0.0 if share.hits == 0 else centre - half), (1.0 if share.hits == n else centre + half)


def difference(one: Share, other: Share) -> tuple[float, float, float] | None:
    """How much higher `one` is, with its 95 % interval: (difference, low, high), -1..1; None without figures.

    Newcombe's hybrid of two Wilson intervals (Statistics in Medicine 17, 1998, method 10).
    """
    if one.rate is None or other.rate is None:
        return None
    (one_low, one_high), (other_low, other_high) = interval(one), interval(other)
    gap = one.rate - other.rate
    low = gap - math.hypot(one.rate - one_low, other_high - other.rate)
    return gap, low, gap + math.hypot(one_high - one.rate, other.rate - other_low)


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


def look_sizes(sample_size: int) -> tuple[int, ...]:
    """After how many customers per answer each look is taken."""
    return tuple(math.ceil(sample_size * look / LOOKS) for look in range(1, LOOKS + 1))


def judge(outcomes: Sequence[Sequence[bool]], sample_size: int) -> Verdict:
    """The outcomes of each answer in the order in which its customers came: a winner that beats all others, or none.

    Nothing is said before the first look. Once a look has found a winner, what comes later does not change it.
    """
    verdict = Verdict("waiting")
    for look, (size, limit) in enumerate(zip(look_sizes(sample_size), LIMITS, strict=True), 1):
        if any(len(one) < size for one in outcomes):
            return verdict
        if size < LOOK_MIN and look < LOOKS:
            continue
        best, p = _leader([Share(sum(one[:size]), size) for one in outcomes])
        needed = limit / len(list(combinations(outcomes, 2)))
        if p < needed:
            return Verdict("winner", best, p, look, needed)
        verdict = Verdict("no_difference" if look == LOOKS else "waiting", None, p, look, needed)
    return verdict


def is_harmful(standard: Sequence[bool], other: Sequence[bool], sample_size: int) -> bool:
    """The other answer is clearly worse than the standard in what must not suffer; looked at as often as `judge`."""
    for size in look_sizes(sample_size):
        if min(len(standard), len(other)) < max(size, LOOK_MIN):
            return False
        one, two = Share(sum(standard[:size]), size), Share(sum(other[:size]), size)
        if two.hits < one.hits and fisher(one, two) < HARM_LIMIT:
            return True
    return False


def _leader(shares: Sequence[Share]) -> tuple[int, float]:
    """The place of the highest share, and the p of its closest comparison."""
    rates = [share.hits / share.total for share in shares]
    best = rates.index(max(rates))
    return best, max(fisher(shares[best], share) for place, share in enumerate(shares) if place != best)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
