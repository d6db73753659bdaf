"""What agents told whom: which words of replies belong to which group of questions, counted over the whole history.

A reply that answers two things stands beside both questions, and a canned one beside all. So a word counts for a group
as far as it comes more often after its questions than after any question: its lift.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cs_platform.text import phrase_key
from kb.groups import Floats, Places
from kb.ranking import split_terms

Terms = NDArray[np.uint64]

_ROW_BITS = np.uint64(22)
_ROW_MASK = np.uint64((1 << 22) - 1)
_PAIRS_FROM = np.uint64(1 << 21)  # a term below is a single character: it tells little
_TERMS_MAX = 8_000  # beside 500 groups: a matrix of 16 MB
_TIMES_MIN = 2  # a pair of characters that came once tells nothing
_DOUBT = np.float32(2)  # so many replies as they usually are stand beside those that were given
_GUESSED = np.float32(0.02)
_LOWEST, _HIGHEST = np.float32(-1.5), np.float32(3.5)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Given:
    """A reply as it was given: to which group (-1: none), and what part of it was meant for that question."""

    text: str
    group: int
    weight: float


class Told:
    """The lift of every pair of characters for every group."""

    def __init__(self, given: Sequence[Given], groups: int) -> None:
        owners = np.array([one.group if one.group >= 0 else groups for one in given], dtype=np.int64)
        weights = np.array([one.weight for one in given], dtype=np.float32)
        terms, rows = _pairs_of([one.text for one in given])
        known, times = np.unique(terms, return_counts=True)
        often = np.argsort(-times, kind="stable")[:_TERMS_MAX]
        self._terms = np.sort(known[often[times[often] >= _TIMES_MIN]])
        places, is_known = self._places(terms)
        self._counts = np.zeros((groups + 1, len(self._terms)), dtype=np.float32)
        np.add.at(self._counts, (owners[rows[is_known]], places), weights[rows[is_known]])
        self._given = np.bincount(owners, weights=weights, minlength=groups + 1).astype(np.float32)
        others = weights.sum() - self._given[:-1, None]
        # Usual is what all the others are told; where there are hardly others, a guess.
        self._usual = np.asarray(
            (self._counts.sum(axis=0) - self._counts[:-1] + _DOUBT * _GUESSED) / (others + _DOUBT), dtype=np.float32
        )
        self._lift = _lift(self._counts[:-1], self._given[:-1, None], self._usual)

    def likeness(self) -> Floats:
        """How alike the replies to every two groups are beyond what is told everybody, 0..1."""
        shares = self._counts[:-1] / np.maximum(self._given[:-1, None], 1)
        special = np.maximum(shares - self._usual, 0)
        special /= np.maximum(np.linalg.norm(special, axis=1, keepdims=True), 1e-6)
        alike = special @ special.T
        few = self._given[:-1] < _DOUBT
        alike[few] = 0
        alike[:, few] = 0
        return np.asarray(alike, dtype=np.float32)

    def given_to(self, group: int) -> float:
        """How many replies were meant for this group."""
        return float(self._given[group])

    def support(self, clause: str, group: int, weight: float) -> tuple[float, float]:
        """The mean lift of a clause for this group without the reply it is from, and its highest one for another."""
        found, _is_known = self._places(_pairs_of([clause])[0])
        size = max(len(_bare(clause)) - 1, 1)
        left = np.maximum(self._counts[group, found] - np.float32(weight), 0)
        own = _lift(left, max(float(self._given[group]) - weight, 0.0), self._usual[group, found])
        rivals = self._lift[:, found].sum(axis=1) / size
        rivals[group] = _LOWEST
        return float(own.sum()) / size, float(rivals.max(initial=_LOWEST))

    def _places(self, terms: Terms) -> tuple[Places, NDArray[np.bool_]]:
        """Where known terms stand, and which of the given ones are known."""
        if not len(self._terms):
            return np.zeros(0, dtype=np.int64), np.zeros(len(terms), dtype=bool)
        places = np.minimum(np.searchsorted(self._terms, terms), len(self._terms) - 1)
        is_known = self._terms[places] == terms
        return places[is_known], is_known


def _lift(counts: Floats, given: Floats | float, usual: Floats) -> Floats:
    """How much more often than usual, as a logarithm; 0 where nothing was given."""
    odds = (counts + _DOUBT * usual) / (np.asarray(given, dtype=np.float32) + _DOUBT) / usual
    return np.asarray(np.clip(np.log(odds), _LOWEST, _HIGHEST), dtype=np.float32)


def _pairs_of(texts: Sequence[str]) -> tuple[Terms, Places]:
    """Every pair of characters once per text, with the row of its text."""
    terms = np.unique(split_terms([_bare(text) for text in texts]))
    rows = (terms & _ROW_MASK).astype(np.int64)
    terms = terms >> _ROW_BITS
    is_pair = terms >= _PAIRS_FROM
    return terms[is_pair], rows[is_pair]


def _bare(text: str) -> str:
    """Without punctuation and numbers: one reply with another date is the same."""
    return _DIGITS.sub("", phrase_key(text))
