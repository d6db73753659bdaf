"""The intent bank, ready to compare questions with: which shipped matter is meant. Pure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kb.groups import Floats, Groups
from kb.lexicon import off_topic
from kb.lexicon.intents import bank_lines, intents
from kb.ranking import WordIndex
from kb.vectors import VectorTable, text_hash
from kb.vocabulary import Vocabulary

WORD_WEIGHT = np.float32(0.06)  # common words beside the cosine, for a line of the bank as for a phrasing
_SHARPNESS = np.float32(0.006)  # cosines this far apart tell matters apart
_SHARPNESS_WITHOUT_WORDS = np.float32(0.012)
_STANDS_OUT = 0.5
_ROWS_AT_ONCE = 500
_POSTINGS = 80_000


@dataclass(frozen=True, slots=True)
class Meant:
    """What the bank makes of a question: the share of each matter, and how close the closest line comes."""

    shares: Floats
    closest: float
    nearness: float  # the same without common words


class Bank:
    """The shipped paraphrases of every matter with their vectors."""

    def __init__(self, lines: Floats, off_topic_lines: Floats, vocabulary: Vocabulary) -> None:
        self._lines = lines
        self._off_topic = off_topic_lines
        self._groups = groups()
        self._words, self.texts = _words(vocabulary)
        self.centres = np.asarray(
            np.add.reduceat(lines, self._groups.starts, axis=0) / self._groups.sizes[:, None], dtype=np.float32
        )

    @classmethod
    def of(cls, table: VectorTable, vocabulary: Vocabulary) -> "Bank | None":
        """The bank with its vectors from this table; None unless all are there: half a bank misleads."""
        lines = table.places(map(text_hash, bank_lines()))
        others = table.places(map(text_hash, off_topic()))
        if (lines < 0).any() or (others < 0).any():
            return None
        return cls(table.rows(lines), table.rows(others), vocabulary)

    def nearness(self, vector: Floats) -> float:
        """The cosine of the closest line."""
        return float((self._lines @ vector).max())

    def off_topic(self, vector: Floats, without: int = 0) -> float:
        """The cosine of the closest line that is not about shopping; `without` leaves out so many closer ones."""
        cosines = self._off_topic @ vector
        return float(np.partition(cosines, -1 - without)[-1 - without])

    def matter(self, meant: Meant) -> str:
        """The name of the matter that stands out; empty when none does."""
        best = int(meant.shares.argmax())
        return intents()[best].name if meant.shares[best] >= _STANDS_OUT else ""

    def profiles(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Of many vectors at once, words left aside: the share of each matter, and how close the closest line comes."""
        best = np.concatenate(
            [
                self._groups.best_of_rows(vectors[start : start + _ROWS_AT_ONCE] @ self._lines.T)
                for start in range(0, len(vectors), _ROWS_AT_ONCE)
            ]
        )
        return softmax(best, _SHARPNESS_WITHOUT_WORDS), best.max(axis=1)

    def meant(self, words: str, vector: Floats) -> Meant:
        """Which matters a question, as canonical words and as a vector, may be about."""
        cosines = self._lines @ vector
        best = self._groups.best(cosines + WORD_WEIGHT * self._words.scores(words, _POSTINGS))
        return Meant(softmax(best, _SHARPNESS), float(best.max()), float(cosines.max()))


def softmax(scores: Floats, sharpness: np.float32) -> Floats:
    """Scores as shares of one, along the last axis."""
    powers = np.exp((scores - scores.max(axis=-1, keepdims=True)) / sharpness)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)


def groups() -> Groups:
    """The lines of each matter."""
    return Groups([len(intent.paraphrases) for intent in intents()])


@lru_cache(maxsize=2)
def _words(vocabulary: Vocabulary) -> tuple[WordIndex, tuple[str, ...]]:
    """The lines as words, and per matter everything that is said about it."""
    lines = [vocabulary.canonical(line) for line in bank_lines()]
    texts = (vocabulary.canonical(" ".join((intent.name, *intent.paraphrases))) for intent in intents())
    return WordIndex(lines), tuple(texts)
