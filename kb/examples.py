"""What shoppers ask any shop, matter by matter, in the shop space: lines of the intent bank and of invented shops."""

from dataclasses import dataclass

import numpy as np

from kb.bank import softmax
from kb.groups import Floats, Groups

_SHARPNESS = np.float32(0.04)  # cosines so far apart tell matters apart


@dataclass(frozen=True, slots=True)
class Matters:
    """Which matters a question may be about: the share of each, and the cosine of the nearest line."""

    shares: Floats
    nearest: float


class Examples:
    """`lines` are unit vectors, matter after matter (`sizes`); `centres` say what each matter is about as a whole."""

    def __init__(self, lines: Floats, sizes: list[int], centres: Floats) -> None:
        self._lines = lines
        self._groups = Groups(sizes)
        self.centres = centres

    def matters_of(self, turned: Floats) -> Matters:
        """For a question in the shop space."""
        nearest = self._groups.best(self._lines @ turned)
        return Matters(softmax(nearest, _SHARPNESS), float(nearest.max(initial=0.0)))
