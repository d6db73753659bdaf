"""From a question over the bank's matters to the entries that treat them: what shoppers mean, whatever words they use.

Built once per index, at first need: which share of each matter belongs to which entry. A question then costs one
comparison with the bank. Where the shop's own phrasings are closer to the question than any line of the bank, the
bridge is closed: good phrasings of its own need no help.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from kb.bank import Bank, Meant, softmax
from kb.groups import Floats, Groups

# Larger shops have many entries per matter, and building would take longer than a change may take to be seen.
ENTRIES_MAX = 10_000
_SHARPNESS = np.float32(0.006)
_TOLD_SHARE = np.float32(0.5)
_WORD_WEIGHT = np.float32(0.1)
_GATE_WIDTH = 0.01


class Bridge:
    """Shares of matters per entry. `affinity` says how near each entry (column) is to each matter (row); it is worked
    out when it is first asked for, since most questions to a shop of a fitted encoder never need it."""

    def __init__(self, bank: Bank, affinity: Callable[[], Floats]) -> None:
        self.bank = bank
        self._measure = affinity

    @cached_property
    def affinity(self) -> Floats:
        return self._measure()

    @cached_property
    def _route(self) -> Floats:
        return softmax(self.affinity, _SHARPNESS)

    def lead(self, meant: Meant, nearest: float) -> Floats:
        """Per entry, the probability (0..1) that it treats what the question means; less where the shop's own
        phrasings come nearer (`nearest`, measured like `Meant.closest`)."""
        gate = 1 / (1 + np.exp((nearest - meant.closest) / _GATE_WIDTH))
        return np.asarray(np.float32(gate) * (meant.shares @ self._route), dtype=np.float32)


def affinity_of(
    bank: Bank, asked: Floats, asked_groups: Groups, told: Floats, told_groups: Groups, words: Callable[[str], Floats]
) -> Floats:
    """How near each entry is to each matter: by its phrasings, by what its answer tells, and by common words."""
    by_asking = asked_groups.best_of_rows(bank.centres @ asked.T)
    by_telling = told_groups.best_of_rows(bank.centres @ told.T)
    nearness = by_asking + _TOLD_SHARE * np.maximum(by_telling - by_asking, np.float32(0))
    by_words = np.stack([words(text) for text in bank.texts])
    return np.asarray(nearness + _WORD_WEIGHT * by_words, dtype=np.float32)
