"""How figures go together, where a sum of one line per figure cannot tell: a network with one hidden layer. Pure.

"Close in meaning, but the one word that matters is missing" is more than both by themselves.
"""

from dataclasses import dataclass

import numpy as np

from kb.groups import Floats

_FARTHEST = np.float32(4)  # spreads from the mean: what no invented shop showed counts as the farthest that one did


@dataclass(frozen=True, slots=True)
class Interplay:
    """The mean of several networks, side by side: `inner` (figures x hidden), `shift` and `outer` (hidden).

    `mean` and `spread` are those of each figure.
    """

    mean: Floats
    spread: Floats
    inner: Floats
    shift: Floats
    outer: Floats

    def __call__(self, figures: Floats) -> Floats:
        """What it adds to the odds (natural logarithm) for each row of figures."""
        hidden = np.tanh(standing(figures, self.mean, self.spread) @ self.inner + self.shift)
        return np.asarray(hidden @ self.outer, dtype=np.float32)


def standing(figures: Floats, mean: Floats, spread: Floats) -> Floats:
    """Where figures stand among those of the invented shops, in spreads from the mean."""
    return np.clip((figures - mean) / spread, -_FARTHEST, _FARTHEST).astype(np.float32)
