"""Words: BM25 over single characters and pairs, in numpy, over as many texts as a shop will ever have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SATURATION = 1.2  # k1
_LENGTH_WEIGHT = 0.75  # b
# A code point has 21 bits, a pair of them 42: with 22 bits of row both fit into one number, and one sort does it all.
_CODE_BITS = 21
_ROW_BITS = 22

Floats = NDArray[np.float32]
Numbers = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The terms of a query, and which of some texts have them.

    `rarity` is 1 for a term that a single text among all has, towards 0 for one that every text has; `is_known`: some
    text has it. `held` has a row per term and a column per text.
    """

    terms: Numbers
    rarity: Floats
    is_known: NDArray[np.bool_]
    held: NDArray[np.bool_]


class WordIndex:
    """BM25 scores of a query against every text, as a share of what a perfect match would score (about 0..1).

    Texts are split at everything that is neither letter nor digit, then into characters and neighbouring pairs. For
    short Chinese questions that beats word segmentation, and needs no dictionary.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        # Sorted by term, then text; a repeated pair is a term's frequency in a text.
        pairs, counts = np.unique(split_terms(texts), return_counts=True)
        terms = pairs >> np.uint64(_ROW_BITS)
        self._rows = (pairs & np.uint64((1 << _ROW_BITS) - 1)).astype(np.int32)
        firsts = np.flatnonzero(np.concatenate(([True], terms[1:] != terms[:-1]))) if len(terms) else np.zeros(0, int)
        self._terms = terms[firsts]
        self._starts = np.append(firsts, len(terms))
        holders = np.diff(self._starts)
        self._idf = np.log1p((self.size - holders + 0.5) / (holders + 0.5)).astype(np.float32)
        self._idf_of_unseen = float(np.log1p((self.size + 0.5) / 0.5))
        self._distinct = np.bincount(self._rows, minlength=self.size).astype(np.float32)
        self._weights = self._weigh(counts.astype(np.float32), holders)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        arrays = (self._terms, self._rows, self._starts, self._idf, self._weights, self._distinct)
        return sum(array.nbytes for array in arrays)

    def scores(self, query: str, postings: int) -> Floats:
        """One BM25 score per text, from the rarest terms that touch at most so many rows between them."""
        scores = np.zeros(self.size, dtype=np.float32)
        wanted, known = self._terms_of(query)
        total = float(self._idf[known].sum()) + (len(wanted) - len(known)) * self._idf_of_unseen
        for start, end in self._postings(known, postings):
            scores[self._rows[start:end]] += self._weights[start:end]  # a text stands once in a term's list
        return scores / np.float32(total) if total else scores

    def overlaps(self, query: str, postings: int) -> Floats:
        """Per text, the share of terms that it and the query have in common (Dice, 0..1): how alike, not how rare."""
        shared = np.zeros(self.size, dtype=np.float32)
        wanted, known = self._terms_of(query)
        for start, end in self._postings(known, postings):
            shared[self._rows[start:end]] += 1
        return np.float32(2) * shared / np.maximum(self._distinct + np.float32(len(wanted)), np.float32(1))

    def holdings(self, query: str, rows: NDArray[np.int64]) -> Holdings:
        """Which terms of the query the texts of these rows have."""
        wanted, known = self._terms_of(query)
        is_known = np.isin(wanted, self._terms[known])
        rarity = np.zeros(len(wanted), dtype=np.float32)
        held = np.zeros((len(wanted), len(rows)), dtype=bool)
        holders = np.diff(self._starts)[known]
        most = np.log((self.size + 1) / 0.5)
        rarity[is_known] = np.log((self.size + 1) / (holders + 0.5)) / most
        for term, column in zip(np.flatnonzero(is_known), known, strict=True):
            postings = self._rows[self._starts[column] : self._starts[column + 1]]
            nearest = np.minimum(np.searchsorted(postings, rows), len(postings) - 1)
            held[term] = postings[nearest] == rows
        return Holdings(wanted, rarity, is_known, held)

    def _terms_of(self, query: str) -> tuple[Numbers, NDArray[np.intp]]:
        """The query's distinct terms, and the places of those that occur in any text."""
        wanted = np.unique(split_terms([query]) >> np.uint64(_ROW_BITS))
        if not len(self._terms):
            return wanted, np.zeros(0, dtype=np.intp)
        places = np.minimum(np.searchsorted(self._terms, wanted), len(self._terms) - 1)
        return wanted, places[self._terms[places] == wanted]

    def _postings(self, known: NDArray[np.intp], limit: int) -> Iterator[tuple[int, int]]:
        """Where the lists of these terms begin and end, rare ones first, up to the limit."""
        touched = 0
        for column in known[np.argsort(-self._idf[known], kind="stable")]:
            start, end = int(self._starts[column]), int(self._starts[column + 1])
            touched += end - start
            if touched > limit:
                return
            yield start, end

    def _weigh(self, counts: Floats, holders: NDArray[np.intp]) -> Floats:
        lengths = np.bincount(self._rows, weights=counts, minlength=self.size).astype(np.float32)
        average = np.float32(max(float(lengths.mean()), 1.0)) if self.size else np.float32(1)
        penalty = np.float32(1 - _LENGTH_WEIGHT) + np.float32(_LENGTH_WEIGHT) * lengths / average
        frequency = counts * np.float32(_SATURATION + 1) / (counts + np.float32(_SATURATION) * penalty[self._rows])
        return np.asarray(np.repeat(self._idf, holders) * frequency, dtype=np.float32)


def split_terms(texts: Sequence[str]) -> Numbers:
    """Every term of every text, as term and row in one number: a Python loop over 100,000 texts takes half a minute."""
    lines = [text.replace("\n", " ") for text in texts]
    codes = np.frombuffer("\n".join((*lines, "")).encode("utf-32-le", "replace"), dtype=np.uint32)
    rows = np.repeat(np.arange(len(lines), dtype=np.uint32), [len(line) + 1 for line in lines])
    is_word = _words_among(codes)
    pairs = np.flatnonzero(is_word[:-1] & is_word[1:])
    firsts = codes[pairs].astype(np.uint64) + np.uint64(1)  # so that no pair equals a single character
    doubles = (firsts << np.uint64(_CODE_BITS)) | codes[pairs + 1]
    terms = np.concatenate((codes[is_word].astype(np.uint64), doubles))
    return (terms << np.uint64(_ROW_BITS)) | np.concatenate((rows[is_word], rows[pairs]))


def count_terms(texts: Sequence[str]) -> tuple[Numbers, NDArray[np.intp]]:
    """Every term of these texts, sorted, and how many texts have it."""
    return np.unique(np.unique(split_terms(texts)) >> np.uint64(_ROW_BITS), return_counts=True)


def is_pair(terms: Numbers) -> NDArray[np.bool_]:
    """Which of the terms are two characters side by side; the others are one."""
    return np.asarray(terms >> np.uint64(_CODE_BITS)) > 0


def _words_among(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    alphabet = np.unique(codes)
    table = np.zeros(int(alphabet.max(initial=0)) + 1, dtype=bool)
    table[alphabet] = [_belongs_to_word(chr(code)) for code in alphabet]
    return table[codes]


def _belongs_to_word(char: str) -> bool:
    return char.isalnum() or "\ue000" <= char <= "\uf8ff"
