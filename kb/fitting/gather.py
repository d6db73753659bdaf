"""What fitting needs of an invented shop: its entries, the vectors of all that is said in it, and who answers what."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.evaluation import build_index
from kb.fitting.space_fit import Lines
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.lexicon.shops import Shop, ShopEntry
from kb.prepared import IndexedEntry
from kb.search import question_vector

_LEARNED_SHARE = 0.6  # of the questions with one answer: what a shop that is two years old has as phrasings


@dataclass(frozen=True, slots=True)
class Matter:
    """One entry of a shop: vectors of how it is asked for (phrasings and questions), and of what it tells."""

    asked: Floats
    told: Floats


@dataclass(frozen=True, slots=True)
class Gathered:
    """A shop with its vectors. `answered_by[i, j]`: entry j answers question i."""

    name: str
    index: KnowledgeIndex  # by plain closeness: nothing fitted yet
    questions: tuple[str, ...]
    vectors: Floats
    answered_by: "np.ndarray"

    def asked(self) -> tuple[str, ...]:
        """Every wording: phrasings of entries and questions of customers."""
        return (*(text for entry in self.index.entries for text in entry.phrasings), *self.questions)

    def matters(self) -> list[Matter]:
        """Its entries as matters that shoppers of other shops may be about as well."""
        return [
            Matter(np.concatenate([phrasings, self.vectors[self.answered_by[:, place]]]), told)
            for place in range(len(self.index.entries))
            for phrasings, told in [self.index.vectors_of(place)]
        ]

    def lines(self) -> Lines:
        """What the space is fitted on: phrasings, clauses of answers, and questions that one entry alone answers."""
        clear = self.answered_by.sum(axis=1) == 1
        per_matter = [
            np.concatenate([*self.index.vectors_of(place), self.vectors[clear & self.answered_by[:, place]]])
            for place in range(len(self.index.entries))
        ]
        numbers = np.repeat(np.arange(len(per_matter)), [len(rows) for rows in per_matter])
        return Lines(np.concatenate(per_matter), numbers.astype(np.int64))


def gather(shop: Shop) -> Gathered:
    """Everything about a shop; computes the vectors, which takes some ten seconds."""
    entries = [IndexedEntry(number, entry.phrasings, entry.answer) for number, entry in enumerate(shop.entries)]
    index = build_index(entries, lambda _what, _done, _of: None, is_fitted=False)
    texts = tuple(question.text for question in shop.questions)
    vectors = [question_vector(index, text) for text in texts]
    return Gathered(
        shop.name,
        index,
        texts,
        np.stack([vector for vector in vectors if vector is not None]),
        np.array([[entry.key in question.answered_by for entry in shop.entries] for question in shop.questions]),
    )


def grown(shop: Shop) -> Shop:
    """The same shop when it is older: most of its customers' wordings have become phrasings, the others are asked."""
    clear = [question for question in shop.questions if len(question.answered_by) == 1]
    chosen = random.Random(shop.name).sample(clear, int(len(clear) * _LEARNED_SHARE))
    learned = {question.text for question in chosen}
    return replace(
        shop,
        name=f"{shop.name}, grown",
        entries=tuple(_with_phrasings(entry, chosen) for entry in shop.entries),
        questions=tuple(question for question in shop.questions if question.text not in learned),
    )


def _with_phrasings(entry: ShopEntry, learned: Sequence) -> ShopEntry:
    more = (question.text for question in learned if entry.key in question.answered_by)
    return replace(entry, phrasings=(*entry.phrasings, *more))
