"""What a knowledge base looks like in the shop space, and what speaks for its entries when a question comes in."""

from dataclasses import dataclass

import numpy as np

from kb.belief import Evidence
from kb.examples import Matters
from kb.fitted import Fitted
from kb.groups import Floats, Groups, Places
from kb.lacking import Lacking
from kb.routes import Routes

_GATE_WIDTH = 0.05
_HUB_SAMPLE = 256  # matters that an entry's average closeness is measured with


@dataclass(frozen=True, slots=True)
class Turned:
    """A question in the shop space: its vector, the matters it may be about, and which entries treat them."""

    vector: Floats
    matters: Matters
    treated: Floats  # per entry, 0..1


@dataclass(frozen=True, slots=True)
class Words:
    """Common words of a question and of entries (0..1), what they lack of it, and how long the question is."""

    text: Floats
    phrasing: Floats
    lacking: Lacking
    length: int


class Judgement:
    """The phrasings and clauses of every entry in the shop space; built once per index."""

    def __init__(
        self, fitted: Fitted, phrasings: Floats, phrasing_groups: Groups, clauses: Floats, clause_groups: Groups
    ) -> None:
        self.belief = fitted.belief
        self.commonness = fitted.commonness
        self._fitted = fitted
        self._asked, self._asked_groups = fitted.space.of(phrasings), phrasing_groups
        self._told, self._told_groups = _turned(fitted, clauses), clause_groups
        self._routes = Routes(fitted.examples, len(phrasing_groups.sizes), self._nearness)
        self._hub = self._measure_hubs()

    @property
    def nbytes(self) -> int:
        return self._asked.nbytes + self._told.nbytes

    def turn(self, vector: Floats) -> Turned:
        """A question's vector, taken into the shop space."""
        turned = self._fitted.space.of(vector)
        matters = self._fitted.examples.matters_of(turned)
        return Turned(turned, matters, self._routes.lead(matters))

    def evidence(
        self, turned: Turned, candidates: Places, words: Words, *, about_shopping: float, aside: float
    ) -> Evidence:
        """What speaks for these entries."""
        rows, groups = self._asked_groups.select(candidates)
        asked = groups.best(self._asked[rows] @ turned.vector)
        rows, groups = self._told_groups.select(candidates)
        told = groups.best(self._told[rows] @ turned.vector)
        return Evidence(
            asked=asked,
            told=np.maximum(told - asked, np.float32(0)),
            matter=turned.treated[candidates] * _openness(turned.matters.nearest, float(asked.max(initial=0.0))),
            hub=self._hub[candidates],
            text=words.text,
            phrasing=words.phrasing,
            lacking=words.lacking.share,
            lacking_most=words.lacking.heaviest,
            unknown_words=words.lacking.unknown,
            example=turned.matters.nearest,
            about_shopping=about_shopping,
            aside=aside,
            length=words.length,
        )

    def _nearness(self, centre: Floats) -> tuple[Floats, Floats]:
        asked = self._asked_groups.best(self._asked @ centre)
        told = self._told_groups.best(self._told @ centre) if len(self._told) else asked
        return asked, told

    def _measure_hubs(self) -> Floats:
        centres = self._fitted.examples.centres
        sample = centres[:: max(1, len(centres) // _HUB_SAMPLE)]
        return np.asarray(self._asked_groups.best_of_rows(sample @ self._asked.T).mean(axis=0), dtype=np.float32)


def _openness(example: float, phrasing: float) -> np.float32:
    """How far what other shops are asked may help: less where the shop's own phrasings come nearer than that."""
    return np.float32(1 / (1 + np.exp((phrasing - example) / _GATE_WIDTH)))


def _turned(fitted: Fitted, clauses: Floats) -> Floats:
    return fitted.space.of(clauses) if len(clauses) else np.zeros((0, fitted.space.rank), dtype=np.float32)
