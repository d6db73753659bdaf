"""How much speaks for an entry, against "something else that no entry treats": what the evidence adds up to. Pure.

The sum is additive, so that each part of it can be shown. Every figure counts by a bent line: its slope, and by how
much the slope changes at a few bends. The weights are fitted together (`kb.fitting`) on questions of invented shops,
each judged with what was learned from the others; the sum is the natural logarithm of the odds. One more part says
what the figures tell together (`kb.interplay`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kb.groups import Floats
from kb.interplay import Interplay

# Where the slope may change, per figure of an entry and of a question as a whole.
ENTRY_BENDS: Mapping[str, tuple[float, ...]] = {
    "asked": (0.2, 0.4, 0.6),
    "told": (0.05, 0.2),
    "matter": (0.02, 0.1, 0.3, 0.6),
    "matter_log": (),
    "hub": (),
    "text": (0.1, 0.2, 0.4, 0.6),
    "phrasing": (0.1, 0.2, 0.4, 0.6),
    "lacking": (0.1, 0.2, 0.3, 0.45, 0.6),
    "lacking_most": (0.1, 0.2, 0.3, 0.45, 0.6),
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
    "unknown_words": (0.1, 0.2, 0.3, 0.45, 0.6),
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
    lacking: Floats  # share of the question's words that it lacks and other entries have (`kb.lacking`), 0..1
    lacking_most: Floats  # the heaviest of these words, 0..1
    example: float  # cosine of the nearest line of the examples
    about_shopping: float  # by how much the question is closer to shopping than to other talk
    aside: float  # by how much it is closer to other talk than to anything here; never below 0
    length: int  # characters
    unknown_words: float  # share of the question's words that no entry has, 0..1

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
            "lacking": self.lacking,
            "lacking_most": self.lacking_most,
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
            "unknown_words": self.unknown_words,
        }


@dataclass(frozen=True, slots=True)
class Belief:
    """The fitted weights: per figure one for its slope and one per bend; `nothing` is where "something else" starts.

    `together` reads the figures of an entry and of the question side by side, `together_nothing` those of the question.
    """

    entry: Mapping[str, Floats]
    question: Mapping[str, Floats]
    nothing: float
    together: Interplay | None = None
    together_nothing: Interplay | None = None

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
        parts["matter_log"] -= np.float32(least)
        parts["nothing"] = np.full(len(evidence.asked), least - whole, dtype=np.float32)
        parts["together"] = np.zeros(len(evidence.asked), dtype=np.float32)
        if self.together and self.together_nothing:
            parts["together"] = self.together(side_by_side(evidence)) - self.together_nothing(whole_figures(evidence))
        return parts

    def gain(self, name: str, value: float, more: float) -> float:
        """What a figure of an entry would add if it were so much higher."""
        before, after = bent(np.array([value, value + more]), ENTRY_BENDS[name]) @ self.entry[name]
        return float(after - before)


def whole_figures(evidence: Evidence) -> Floats:
    """The figures of the question as a whole, in a row."""
    return np.array([list(evidence.of_question().values())], dtype=np.float32)


def side_by_side(evidence: Evidence) -> Floats:
    """A row per entry: its figures, then those of the question."""
    entries = np.stack(list(evidence.of_entries().values()), axis=1)
    return np.concatenate([entries, whole_figures(evidence).repeat(len(entries), axis=0)], axis=1).astype(np.float32)


def bent(values: Floats, bends: tuple[float, ...]) -> Floats:
    """The columns that a bent line is made of: the value itself, and how far it is beyond each bend."""
    return np.stack([values, *(np.maximum(values - bend, 0) for bend in bends)], axis=-1).astype(np.float32)
