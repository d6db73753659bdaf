"""Everything published, in memory: which entries answer a question, best first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cs_platform.text import clean_question, phrase_key, split_sentences
from kb.lexicon import canonical, small_talk
from kb.ranking import WordIndex, best_of_groups
from kb.vectors import VectorTable

# Each weight sits on a plateau of the measurements, so none is worth tuning per shop.
_ANSWER_SHARE = 0.5
_PHRASING_WEIGHT = 0.08
_TEXT_WEIGHT = 0.03
# Answers are compared for the best candidates only; a small shop's entries are all candidates.
_CANDIDATES = 256
# An entry without vector gets the lift that entries with as many common terms have on average.
_OVERLAP_OF_UNRELATED = 0.29
_LIFT_PER_OVERLAP = 0.25

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class IndexedEntry:
    """What the search knows of an entry; the first phrasing is its standard question."""

    id: int
    phrasings: tuple[str, ...]
    answer: str
    related: tuple[str, ...] = ()
    is_sample: bool = False

    @property
    def question(self) -> str:
        return self.phrasings[0]


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


class KnowledgeIndex:
    """Search over a fixed set of entries; a change makes a new one, so threads share it without a lock."""

    def __init__(self, entries: Sequence[IndexedEntry], table: VectorTable) -> None:
        self.entries = tuple(entries)
        self.table = table
        self._places = {entry.id: place for place, entry in enumerate(self.entries)}
        self._exact = _exact_phrasings(self.entries)
        phrasings = [text for entry in self.entries for text in entry.phrasings]
        self._starts = _starts([len(entry.phrasings) for entry in self.entries])
        self._phrasing_words = WordIndex([canonical(text) for text in phrasings])
        self._text_words = WordIndex([canonical(" ".join((*entry.phrasings, entry.answer))) for entry in self.entries])
        known = table.places(phrasings)
        self._questions = table.rows(known)
        self._has_vector = best_of_groups((known >= 0).astype(np.float32), self._starts) > 0
        sentences = [split_sentences(entry.answer) for entry in self.entries]
        self._sentences = table.places(text for group in sentences for text in group)
        self._sentence_counts = np.array([len(group) for group in sentences], dtype=np.int64)
        self._sentence_starts = _starts(self._sentence_counts)
        self.floor = self._measure_floor()

    @property
    def nbytes(self) -> int:
        """Memory of the arrays (the texts themselves come on top)."""
        words = self._phrasing_words.nbytes + self._text_words.nbytes
        return words + self._questions.nbytes + self._sentences.nbytes + self.table.matrix.nbytes

    @property
    def understands(self) -> bool:
        """Whether meaning takes part, or words alone do."""
        return self.floor is not None

    def get(self, entry_id: int) -> IndexedEntry | None:
        """The entry of this id, if it is published."""
        place = self._places.get(entry_id)
        return None if place is None else self.entries[place]

    def exact(self, question: str) -> list[IndexedEntry]:
        """Entries one of whose phrasings is this question to the letter, wrapping and punctuation aside."""
        for key in (phrase_key(question), phrase_key(clean_question(question))):
            if key in self._exact:
                return [self.entries[place] for place in self._exact[key]]
        return []

    def search(self, question: str, limit: int = 5, *, vector: Floats | None = None) -> list[Hit]:
        """The best entries for a question; `vector` is that of the cleaned question, None searches words alone."""
        if not self.entries:
            return []
        words = canonical(clean_question(question))
        by_phrasing, by_text = self.match_words(words)
        extra = np.float32(_PHRASING_WEIGHT) * by_phrasing + np.float32(_TEXT_WEIGHT) * by_text
        by_words = np.ones(len(self.entries), bool) if vector is None or not self.understands else ~self._has_vector
        lift = self._lift_of_words(words) if by_words.any() else np.zeros_like(extra)
        if vector is not None and not by_words.all():
            lift = np.where(by_words, lift, self._closeness(vector, extra) - np.float32(self.floor or 0.0))
        score = lift + extra
        return [
            Hit(
                entry=self.entries[place],
                score=float(score[place]),
                lift=float(lift[place]),
                phrasing_match=float(by_phrasing[place]),
                text_match=float(by_text[place]),
                by_words=bool(by_words[place]),
            )
            for place in _highest(score, limit)
        ]

    def match_words(self, words: str) -> tuple[Floats, Floats]:
        """BM25 per entry of canonical words: of its best phrasing, and of all its text."""
        return best_of_groups(self._phrasing_words.scores(words), self._starts), self._text_words.scores(words)

    def _lift_of_words(self, words: str) -> Floats:
        overlap = best_of_groups(self._phrasing_words.overlaps(words), self._starts)
        return (overlap - np.float32(_OVERLAP_OF_UNRELATED)) * np.float32(_LIFT_PER_OVERLAP)

    def _closeness(self, vector: Floats, extra: Floats) -> Floats:
        """Cosine per entry: half of it that of the best phrasing, half of the best phrasing or answer sentence."""
        closeness = best_of_groups(self._questions @ vector, self._starts)
        candidates = _highest(closeness + extra, _CANDIDATES)
        answers = self._closeness_of_answers(candidates, vector)
        closer = np.maximum(closeness[candidates], answers)
        closeness[candidates] = (1 - _ANSWER_SHARE) * closeness[candidates] + _ANSWER_SHARE * closer
        return closeness

    def _closeness_of_answers(self, candidates: Places, vector: Floats) -> Floats:
        """Per candidate, the cosine of its answer's best sentence; 0 where there is none."""
        counts = self._sentence_counts[candidates]
        best = np.zeros(len(candidates), dtype=np.float32)
        spoken = np.flatnonzero(counts)
        if not len(spoken):
            return best
        starts = _starts(counts[spoken])
        # Consecutive numbers within each candidate's run of sentences, without a loop over candidates.
        within = np.arange(counts.sum()) - np.repeat(starts, counts[spoken])
        places = self._sentences[np.repeat(self._sentence_starts[candidates[spoken]], counts[spoken]) + within]
        best[spoken] = best_of_groups(self.table.rows(places) @ vector, starts)
        return best

    def _measure_floor(self) -> float | None:
        """How close small talk comes to this knowledge base at best, in the median; None without vectors."""
        places = self.table.places(small_talk())
        if not self._has_vector.any() or (places < 0).any():
            return None
        no_words = np.zeros(len(self.entries), dtype=np.float32)
        lines = self.table.rows(places)
        return float(np.median([self._closeness(line, no_words).max() for line in lines]))


def texts_to_encode(entries: Sequence[IndexedEntry]) -> list[str]:
    """What needs a vector, most useful first: small talk, standard questions, other phrasings, answers; no repeats."""
    return list(
        dict.fromkeys(
            (
                *small_talk(),
                *(entry.question for entry in entries),
                *(text for entry in entries for text in entry.phrasings[1:]),
                *(sentence for entry in entries for sentence in split_sentences(entry.answer)),
            )
        )
    )


def without_samples(entries: Sequence[IndexedEntry]) -> list[IndexedEntry]:
    """Samples step aside as soon as the shop has an entry of its own."""
    own = [entry for entry in entries if not entry.is_sample]
    return own or list(entries)


def _exact_phrasings(entries: Sequence[IndexedEntry]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        for key in {phrase_key(text) for text in entry.phrasings}:
            if key:
                places.setdefault(key, []).append(place)
    return places


def _starts(counts: Sequence[int] | Places) -> Places:
    """Where each group of neighbouring rows begins."""
    sizes = np.asarray(counts, dtype=np.int64)
    return np.cumsum(sizes) - sizes


def _highest(scores: Floats, limit: int) -> Places:
    """The places of the highest scores, best first; equal ones keep their order."""
    limit = min(limit, len(scores))
    if limit < len(scores):
        top = np.sort(np.argpartition(-scores, limit)[:limit])
        return top[np.argsort(-scores[top], kind="stable")]
    return np.argsort(-scores, kind="stable")
