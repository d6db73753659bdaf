"""What a hit is, and what its score is made of: points that each thing looked at adds. Pure."""

from dataclasses import dataclass

import numpy as np

from kb.belief import Belief, Evidence
from kb.groups import Floats
from kb.prepared import IndexedEntry
from kb.refusals import REFUSAL_WEIGHT

# A score is a logarithm of odds in these units: with `SOMETHING_ELSE` an entry is as likely meant as none at all.
SOMETHING_ELSE = 0.079
NAT = 0.0128

# For an encoder that nothing was fitted for, and for entries without vector. Each sits on a plateau (decision 26).
TEXT_WEIGHT = np.float32(0.06)
PHRASING_WEIGHT = np.float32(0.08)  # where meaning is off, and words are all there is
BRIDGE_WEIGHT = np.float32(0.057)
CODE_WEIGHT = np.float32(0.06)
ASIDE_WEIGHT = 1.5

Parts = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found. `score` orders; the others say how sure to be.

    `lift` is how much closer in meaning the entry is than unrelated talk comes to this knowledge base: 0 is small
    talk, 0.06 a clear match, 0.12 nearly the same sentence. It means the same in every shop, a bare cosine does not.
    """

    entry: IndexedEntry
    score: float
    lift: float
    phrasing_match: float  # BM25 of the best phrasing, about 0..1
    text_match: float  # BM25 of everything the entry says, about 0..1
    by_words: bool  # no vector yet: the lift is estimated from common words
    code_match: float = 0.0  # share of the question's codes that the entry has; below 0: it is about another one
    bridge: float = 0.0  # how likely it treats the matter that the question means, 0..1
    is_refused: bool = False  # customers said of a question like this that the entry does not answer it
    aside: float = 0.0  # how much closer the question comes to talk that no shop answers; 0: it is about shopping
    parts: tuple[tuple[str, float], ...] = ()  # what the score is made of, in points


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of some entries, an element each; `aside` belongs to the question."""

    lift: Floats
    phrasing: Floats
    text: Floats
    code: Floats
    bridge: Floats
    by_words: "np.ndarray"
    refused: Floats
    aside: float

    def hit(self, place: int, entry: IndexedEntry, parts: Parts) -> Hit:
        """One of them as a hit."""
        made_of = tuple((key, float(values[place])) for key, values in parts.items())
        return Hit(
            entry=entry,
            score=sum(points for _key, points in made_of),
            lift=float(self.lift[place]),
            phrasing_match=float(self.phrasing[place]),
            text_match=float(self.text[place]),
            by_words=bool(self.by_words[place]),
            code_match=float(self.code[place]),
            bridge=float(self.bridge[place]),
            is_refused=bool(self.refused[place]),
            aside=self.aside,
            parts=made_of,
        )


def closeness_parts(figures: Figures) -> Parts:
    """Points by closeness, common words and the bridge, with one weight each."""
    return {
        "meaning": figures.lift,
        "told": np.zeros_like(figures.lift),
        "phrasing": np.where(figures.by_words, PHRASING_WEIGHT * figures.phrasing, np.float32(0)),
        "text": TEXT_WEIGHT * figures.text,
        "lacking": np.zeros_like(figures.lift),
        "together": np.zeros_like(figures.lift),
        "bridge": BRIDGE_WEIGHT * figures.bridge,
        "code": CODE_WEIGHT * figures.code,
        "aside": np.full_like(figures.lift, -ASIDE_WEIGHT * figures.aside),
        "refused": np.float32(-REFUSAL_WEIGHT) * figures.refused,
    }


def belief_parts(figures: Figures, evidence: Evidence, belief: Belief) -> Parts:
    """Points by what was fitted; entries without vector keep those of their words."""
    plain = closeness_parts(figures)
    parts = belief.parts(evidence)
    believed = {
        "meaning": NAT * (parts["asked"] + parts["hub"]),
        "told": NAT * parts["told"],
        "phrasing": NAT * parts["phrasing"],
        "text": NAT * parts["text"],
        "lacking": NAT * (parts["lacking"] + parts["lacking_most"]),
        "bridge": NAT * (parts["matter"] + parts["matter_log"]),
        "together": NAT * parts["together"],
        "aside": SOMETHING_ELSE + NAT * parts["nothing"] + plain["aside"],
    }
    return plain | {key: np.where(figures.by_words, plain[key], points) for key, points in believed.items()}


def score_of(parts: Parts) -> Floats:
    """The sum of the points, per entry."""
    return np.asarray(np.sum(np.stack(list(parts.values())), axis=0), dtype=np.float32)
