"""What of a question an entry does not say: words that other entries here have, and words that nobody here has. Pure.

Closeness alone takes "how much power does the fridge use" for an answer to "how much does the air conditioner use":
the one word that tells them apart is a small part of a vector. Here it is weighed by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.groups import Floats
from kb.ranking import Holdings, Numbers, count_terms, is_pair

_HEAVIEST = 8.0  # natural logarithm of how rare a term has to be to weigh all it can
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = 0x4E00, 0x9FFF


@dataclass(frozen=True, slots=True)
class Lacking:
    """Of a question's words, by weight, and by entry: the share that it lacks and others here have, the heaviest of
    these alone (both 0..1), and the share that no entry has at all."""

    share: Floats
    heaviest: Floats
    unknown: float


class Commonness:
    """How little a term says because everybody uses it: counted over what shoppers ask, whatever they ask about.

    `terms` are sorted, as `kb.ranking.count_terms` returns them, each with its weight (0..1); any other term weighs 1.
    """

    def __init__(self, terms: Numbers, weights: Floats) -> None:
        self.terms = terms
        self.weights = weights

    @classmethod
    def of(cls, lines: Sequence[str]) -> "Commonness":
        """Counted over these lines of canonical words; what occurs once says as much as what does not occur."""
        terms, counts = count_terms(lines)
        weights = np.log((len(lines) + 1) / (counts + 1)) / _HEAVIEST
        common = (counts > 1) & (weights < 1) & _tells(terms)
        return cls(terms[common], weights[common].astype(np.float32))

    def weigh(self, terms: Numbers) -> Floats:
        """The weight of each term; 0 for a single ideograph: it is a part of a word, and its pairs stand for it."""
        if not len(self.terms):
            return _tells(terms).astype(np.float32)
        places = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        known = self.terms[places] == terms
        return np.where(_tells(terms), np.where(known, self.weights[places], np.float32(1)), np.float32(0))


def lacking(holdings: Holdings, commonness: Commonness) -> Lacking:
    """Weigh what the texts have of a question and what they do not."""
    weights = commonness.weigh(holdings.terms)
    whole = max(float(weights.sum()), 1e-6)
    missed = np.where(holdings.held, np.float32(0), (weights * holdings.rarity)[:, None])
    return Lacking(
        share=np.asarray(missed.sum(axis=0) / whole, dtype=np.float32),
        heaviest=np.asarray(missed.max(axis=0, initial=0.0), dtype=np.float32),
        unknown=float(weights[~holdings.is_known].sum()) / whole,
    )


def _tells(terms: Numbers) -> "np.ndarray":
    is_ideograph = (terms >= _FIRST_IDEOGRAPH) & (terms <= _LAST_IDEOGRAPH)
    return is_pair(terms) | ~is_ideograph
