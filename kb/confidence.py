"""How sure to be of an entry: its share of belief against the other entries, and against "something else". Pure.

Every entry found weighs the more the higher its score; what no entry treats weighs as much as an entry with the score
of `SOMETHING_ELSE`. The share of the best one is near one when it stands alone far above that, and small when others
are as good or when nothing is good. On questions of shops that were not fitted on, the share is about the frequency of
being right.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from cs_platform.text import phrase_key
from kb.prepared import IndexedEntry
from kb.scoring import NAT, SOMETHING_ELSE, Hit

Stance = Literal["careful", "balanced", "bold"]
STANCES: tuple[Stance, ...] = ("careful", "balanced", "bold")

# The confidence from which an entry is sent without asking back, by how much the shop dares.
ANSWER_FROM: dict[Stance, float] = {"careful": 0.75, "balanced": 0.62, "bold": 0.5}

OFFER_FROM = 0.064  # the score from which an entry is offered
# Words alone tell less: they are weighed more evenly, and "something else" by what shops without an encoder are asked.
_SHARPNESS_OF_WORDS = 0.03
_SOMETHING_ELSE_OF_WORDS = 0.064
_OFFER_WORDS = 0.8
_OFFER_LIFT_OF_WORDS = 0.018


def stance_of(name: str) -> Stance:
    """The stance of this name; balanced for a name that is none."""
    return next((stance for stance in STANCES if stance == name), "balanced")


def confidences(hits: Sequence[Hit]) -> list[float]:
    """The share of each hit, 0..1; entries with one and the same answer share theirs."""
    weights = [_weight(hit) for hit in hits]
    total = 1.0 + sum(weights)
    pairs = list(zip(hits, weights, strict=True))
    return [sum(weight for other, weight in pairs if other is hit or same_answer(other, hit)) / total for hit in hits]


def _weight(hit: Hit) -> float:
    if hit.by_words:
        return math.exp(min((hit.score - _SOMETHING_ELSE_OF_WORDS) / _SHARPNESS_OF_WORDS, 50.0))
    return math.exp(min((hit.score - SOMETHING_ELSE) / NAT, 50.0))


def is_worth_offering(hit: Hit) -> bool:
    """Close enough that somebody may want to read it."""
    if hit.by_words:
        return hit.phrasing_match + hit.text_match >= _OFFER_WORDS or hit.lift >= _OFFER_LIFT_OF_WORDS
    return hit.score >= OFFER_FROM


def means_the_same(one: IndexedEntry, other: IndexedEntry) -> bool:
    """Two entries with one and the same answer: no need to ask which of them was meant."""
    return bool(one.answer) and _answer_key(one.answer) == _answer_key(other.answer)


@lru_cache(maxsize=20_000)
def _answer_key(answer: str) -> str:
    """Every question compares the answers that it found, so each is spelled once."""
    return phrase_key(answer)


def same_answer(one: Hit, other: Hit) -> bool:
    """The same for what was found."""
    return means_the_same(one.entry, other.entry)
