"""Words: BM25 over single characters and pairs, in numpy, over as many texts as a shop will ever have."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_SATURATION = 1.2  # k1
_LENGTH_WEIGHT = 0.75  # b
# Rare terms come first; what would touch more rows than this is so common that it no longer changes the order.
_POSTINGS_PER_QUERY = 150_000
_PAIR_SHIFT = np.uint64(21)  # a code point has 21 bits, so a pair fits into one number

Floats = NDArray[np.float32]
Terms = NDArray[np.uint64]


class WordIndex:
    """BM25 scores of a query against every text, as a share of what a perfect match would score (about 0..1).

    Texts are split at everything that is neither letter nor digit, then into characters and neighbouring pairs. For
    short Chinese questions that beats word segmentation, and needs no dictionary.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        rows, terms = split_terms(texts)
        lengths = np.bincount(rows, minlength=self.size).astype(np.float32)
        self._terms, columns = np.unique(terms, return_inverse=True)
        # One number per pair (term, text): sorting it groups by term, and repeats become the term's frequency.
        pairs, counts = np.unique(columns.astype(np.int64) * max(self.size, 1) + rows, return_counts=True)
        self._rows = (pairs % max(self.size, 1)).astype(np.int32)
        holders = np.bincount(pairs // max(self.size, 1), minlength=len(self._terms))
        self._starts = np.concatenate(([0], np.cumsum(holders)))
        self._idf = np.log1p((self.size - holders + 0.5) / (holders + 0.5)).astype(np.float32)
        self._idf_of_unseen = float(np.log1p((self.size + 0.5) / 0.5))
        self._weights = self._weigh(counts.astype(np.float32), lengths)
        self._distinct = np.bincount(self._rows, minlength=self.size).astype(np.float32)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        arrays = (self._terms, self._rows, self._starts, self._idf, self._weights, self._distinct)
        return sum(array.nbytes for array in arrays)

    def scores(self, query: str) -> Floats:
        """One BM25 score per text."""
        scores = np.zeros(self.size, dtype=np.float32)
        wanted, known = self._terms_of(query)
        total = float(self._idf[known].sum()) + (len(wanted) - len(known)) * self._idf_of_unseen
        for start, end in self._postings(known):
            scores[self._rows[start:end]] += self._weights[start:end]  # a text stands once in a term's list
        return scores / total if total else scores

    def overlaps(self, query: str) -> Floats:
        """Per text, the share of terms that it and the query have in common (Dice, 0..1): how alike, not how rare."""
        shared = np.zeros(self.size, dtype=np.float32)
        wanted, known = self._terms_of(query)
        for start, end in self._postings(known):
            shared[self._rows[start:end]] += 1
        return 2 * shared / np.maximum(self._distinct + len(wanted), 1)

    def _terms_of(self, query: str) -> tuple[Terms, NDArray[np.intp]]:
        """The query's distinct terms, and the places of those that occur in any text."""
        wanted = np.unique(split_terms([query])[1])
        if not len(self._terms):
            return wanted, np.zeros(0, dtype=np.intp)
        places = np.minimum(np.searchsorted(self._terms, wanted), len(self._terms) - 1)
        return wanted, places[self._terms[places] == wanted]

    def _postings(self, known: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
        """Where the lists of these terms begin and end, rare ones first, up to the limit."""
        touched = 0
        for column in known[np.argsort(-self._idf[known], kind="stable")]:
            start, end = int(self._starts[column]), int(self._starts[column + 1])
            touched += end - start
            if touched > _POSTINGS_PER_QUERY:
                return
            yield start, end

    def _weigh(self, counts: Floats, lengths: Floats) -> Floats:
        average = float(lengths.mean()) if self.size else 1.0
        penalty = 1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * lengths / max(average, 1.0)
        idf = np.repeat(self._idf, np.diff(self._starts))
        return idf * counts * (_SATURATION + 1) / (counts + _SATURATION * penalty[self._rows])


def split_terms(texts: Sequence[str]) -> tuple[NDArray[np.int64], Terms]:
    """Every term of every text as (row, term), vectorised: a Python loop over 100,000 texts takes half a minute."""
    lines = (text.replace("\n", " ") for text in texts)
    codes = np.frombuffer("\n".join((*lines, "")).encode("utf-32-le", "ignore"), dtype=np.uint32)
    rows = np.cumsum(codes == ord("\n")) - (codes == ord("\n"))
    alphabet, places = np.unique(codes, return_inverse=True)
    is_word = np.array([_belongs_to_word(chr(code)) for code in alphabet], dtype=bool)[places]
    wide = codes.astype(np.uint64)
    pairs = np.flatnonzero(is_word[:-1] & is_word[1:])
    terms = np.concatenate((wide[is_word], (wide[pairs] + np.uint64(1) << _PAIR_SHIFT) | wide[pairs + 1]))
    return np.concatenate((rows[is_word], rows[pairs])), terms


def best_of_groups(scores: Floats, starts: NDArray[np.intp]) -> Floats:
    """The highest score of each group of neighbouring rows; groups begin at `starts`, none is empty."""
    return np.maximum.reduceat(scores, starts) if len(starts) else np.zeros(0, dtype=np.float32)


def _belongs_to_word(char: str) -> bool:
    return char.isalnum() or "\ue000" <= char <= "\uf8ff"
