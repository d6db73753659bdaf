"""How much speaks for an entry, against "something else that no entry treats": what the evidence adds up to. Pure.

The sum is additive, so that each part of it can be shown. Every figure counts by a bent line: its slope, and by how
much the slope changes at a few bends. The weights are fitted together (`kb.fitting`) on questions of invented shops,
each judged with what was learned from the others; the sum is the natural logarithm of the odds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kb.groups import Floats

# Where the slope may change, per figure of an entry and of a question as a whole.
ENTRY_BENDS: Mapping[str, tuple[float, ...]] = {
    "asked": (0.2, 0.4, 0.6),
    "told": (0.05, 0.2),
    "matter": (0.02, 0.1, 0.3, 0.6),
    "matter_log": (),
    "hub": (),
    "text": (0.1, 0.2, 0.4, 0.6),
    "phrasing": (0.1, 0.2, 0.4, 0.6),
}
QUESTION_BENDS: Mapping[str, tuple[float, ...]] = {
    "aside": (),
    "about_shopping": (),
    "length": (),
    "best_asked": (0.3, 0.5),
    "best_told": (0.3, 0.5),
    "best_text": (0.2, 0.5),
    "best_matter": (0.2, 0.5),
    "example": (0.4, 0.6),
    "example_lead": (0.0, 0.1),
}
_LEAST_MATTER = 0.02


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found out about a question and some entries, an element or a figure each.

    Cosines are those of the shop space.
    """

    asked: Floats  # cosine of the nearest phrasing
    told: Floats  # by how much the nearest clause of the answer comes closer
    matter: Floats  # probability that the entry treats what the question is about (`kb.routes`)
    hub: Floats  # how close the entry comes to whatever is asked, on average
    text: Floats  # common words with everything it says, 0..1
    phrasing: Floats  # common words with its best phrasing, 0..1
    example: float  # cosine of the nearest line of the examples
    about_shopping: float  # by how much the question is closer to shopping than to other talk
    aside: float  # by how much it is closer to other talk than to anything here; never below 0
    length: int  # characters

    def of_entries(self) -> dict[str, Floats]:
        """The figures of each entry, by name."""
        return {
            "asked": self.asked,
            "told": self.told,
            "matter": self.matter,
            "matter_log": np.log(self.matter + np.float32(_LEAST_MATTER)),
            "hub": self.hub,
            "text": self.text,
            "phrasing": self.phrasing,
        }

    def of_question(self) -> dict[str, float]:
        """The figures of the question as a whole, by name."""
        best_asked = float(self.asked.max(initial=0.0))
        return {
            "aside": self.aside,
            "about_shopping": self.about_shopping,
            "length": float(np.log1p(self.length)),
            "best_asked": best_asked,
            "best_told": float((self.asked + self.told).max(initial=0.0)),
            "best_text": float(self.text.max(initial=0.0)),
            "best_matter": float(self.matter.max(initial=0.0)),
            "example": self.example,
            "example_lead": self.example - best_asked,
        }


@dataclass(frozen=True, slots=True)
class Belief:
    """The fitted weights: per figure one for its slope and one per bend; `nothing` is where "something else" starts."""

    entry: Mapping[str, Floats]
    question: Mapping[str, Floats]
    nothing: float

    def parts(self, evidence: Evidence) -> dict[str, Floats]:
        """What each figure adds per entry, in natural logarithms of odds; `nothing` is what the question as a whole
        takes away from all of them. Their sum is the belief.

        The logarithm of a probability starts far below zero for every entry alike, so its least belongs to the
        question: an entry that says nothing of the matter then gets nothing for it.
        """
        parts = {
            name: bent(values, ENTRY_BENDS[name]) @ self.entry[name] for name, values in evidence.of_entries().items()
        }
        whole = self.nothing + sum(
            float(bent(np.array([value]), QUESTION_BENDS[name])[0] @ self.question[name])
            for name, value in evidence.of_question().items()
        )
        least = float(bent(np.log([_LEAST_MATTER]), ())[0] @ self.entry["matter_log"])
        return parts | {
            "matter_log": parts["matter_log"] - np.float32(least),
            "nothing": np.full(len(evidence.asked), least - whole, dtype=np.float32),
        }

    def gain(self, name: str, value: float, more: float) -> float:
        """What a figure of an entry would add if it were so much higher."""
        before, after = bent(np.array([value, value + more]), ENTRY_BENDS[name]) @ self.entry[name]
        return float(after - before)


def bent(values: Floats, bends: tuple[float, ...]) -> Floats:
    """The columns that a bent line is made of: the value itself, and how far it is beyond each bend."""
    return np.stack([values, *(np.maximum(values - bend, 0) for bend in bends)], axis=-1).astype(np.float32)
