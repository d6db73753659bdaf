"""The shop space: sentence vectors turned so that what shoppers mean counts and how they put it does not. Pure.

A linear map, fitted (`kb.fitting`) on questions of invented shops: lines that are about the same thing come together,
lines that the same shop must tell apart go away from each other.
"""

import numpy as np

from kb.groups import Floats


class Space:
    """`turn` (rank x dimensions) and `mean` (dimensions) of the map."""

    def __init__(self, turn: Floats, mean: Floats) -> None:
        self.turn = turn
        self.mean = mean
        self._offset = turn @ mean

    @property
    def rank(self) -> int:
        return len(self.turn)

    def of(self, vectors: Floats) -> Floats:
        """Unit vectors of this space for rows of sentence vectors; a row of zeros (no vector yet) stays one."""
        turned = vectors @ self.turn.T - self._offset
        lengths = np.linalg.norm(turned, axis=-1, keepdims=True)
        known = np.any(vectors, axis=-1, keepdims=True)
        return np.asarray(np.where(known, turned / np.maximum(lengths, np.float32(1e-9)), 0), dtype=np.float32)
