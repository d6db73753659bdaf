"""From the matters that a question may be about to the entries that treat them, worked out as they are needed."""

from collections.abc import Callable

import numpy as np

from kb.bank import softmax
from kb.examples import Examples, Matters
from kb.groups import Floats, Places

_SHARPNESS = np.float32(0.04)
_TOLD_SHARE = np.float32(0.5)
_MATTERS_FOLLOWED = 16
_LEAST_SHARE = 0.005
_ENTRIES_KEPT = 12


class Routes:
    """Shares of matters per entry. `nearness` gives, for a matter's centre, the cosine of each entry's nearest phrasing
    and of the nearest clause of its answer."""

    def __init__(self, examples: Examples, size: int, nearness: Callable[[Floats], tuple[Floats, Floats]]) -> None:
        self._examples = examples
        self._size = size
        self._nearness = nearness
        self._known: dict[int, tuple[Places, Floats]] = {}  # threads may work out the same matter twice: no harm

    def lead(self, matters: Matters) -> Floats:
        """Per entry, the probability (0..1) that it treats what the question is about."""
        treated = np.zeros(self._size, dtype=np.float32)
        likely = np.argsort(-matters.shares)[:_MATTERS_FOLLOWED]
        for matter in likely[matters.shares[likely] >= _LEAST_SHARE]:
            places, shares = self._route(int(matter))
            treated[places] += matters.shares[matter] * shares
        return treated

    def _route(self, matter: int) -> tuple[Places, Floats]:
        if (known := self._known.get(matter)) is None:
            asked, told = self._nearness(self._examples.centres[matter])
            shares = softmax(asked + _TOLD_SHARE * np.maximum(told - asked, np.float32(0)), _SHARPNESS)
            places = np.argsort(-shares)[:_ENTRIES_KEPT]
            known = self._known[matter] = (places, shares[places])
        return known
