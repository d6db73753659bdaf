"""Rows that belong together: the phrasings of each entry, the sentences of each answer, one after the other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


class Groups:
    """Neighbouring rows in groups of given sizes, empty ones included."""

    def __init__(self, sizes: Sequence[int] | Places) -> None:
        self.sizes = np.asarray(sizes, dtype=np.int64)
        self.starts = np.cumsum(self.sizes) - self.sizes
        self._filled = np.flatnonzero(self.sizes)

    @property
    def owners(self) -> NDArray[np.int32]:
        """The group of each row."""
        return np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)

    def best(self, scores: Floats) -> Floats:
        """The highest score in each group, 0 for an empty one."""
        highest = np.zeros(len(self.sizes), dtype=np.float32)
        if len(self._filled):
            highest[self._filled] = np.maximum.reduceat(scores, self.starts[self._filled])
        return highest

    def best_of_rows(self, scores: Floats) -> Floats:
        """The same for many rows of scores at once."""
        highest = np.zeros((len(scores), len(self.sizes)), dtype=np.float32)
        if len(self._filled):
            highest[:, self._filled] = np.maximum.reduceat(scores, self.starts[self._filled], axis=1)
        return highest

    def select(self, places: Places) -> tuple[Places, "Groups"]:
        """The rows of some groups, and how those rows are grouped; no loop over the groups."""
        chosen = Groups(self.sizes[places])
        within = np.arange(int(chosen.sizes.sum())) - np.repeat(chosen.starts, chosen.sizes)
        return np.repeat(self.starts[places], chosen.sizes) + within, chosen
