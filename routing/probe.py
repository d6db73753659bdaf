"""Learns from few examples: kernel ridge over sentence vectors and character n-grams. Pure, numpy alone.

Two texts are alike when their vectors point the same way and when they share n-grams; without vectors the n-grams do
it alone. What comes out per label is close to 1 for a text like its examples and close to 0 for one like none.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SIZES = (1, 2, 3)
# All of them on a plateau: half or twice as much measures the same within a percent.
_NGRAM_WEIGHT = 0.15  # beside vectors
_SHARPNESS = 2.0
_SHARPNESS_OF_WORDS = 1.0
_RIDGE = 0.3


class Grams:
    """Which character n-grams a set of texts has, weighted by how rare they are."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [_grams(text) for text in texts]
        found = Counter(gram for count in counts for gram in count)
        self._rarity = {gram: math.log((1 + len(texts)) / (1 + number)) + 1 for gram, number in found.items()}
        self._count = len(texts)
        postings: dict[str, tuple[list[int], list[float]]] = {}
        for row, count in enumerate(counts):
            for gram, weight in self._weighted(count).items():
                rows, weights = postings.setdefault(gram, ([], []))
                rows.append(row)
                weights.append(weight)
        self._postings = {
            gram: (np.asarray(rows, dtype=np.int64), np.asarray(weights, dtype=np.float32))
            for gram, (rows, weights) in postings.items()
        }

    def compare(self, text: str) -> Floats:
        """The cosine with every text."""
        cosines = np.zeros(self._count, dtype=np.float32)
        for gram, weight in self._weighted(_grams(text)).items():
            if gram in self._postings:
                rows, weights = self._postings[gram]
                cosines[rows] += weight * weights
        return cosines

    def _weighted(self, count: Counter[str]) -> dict[str, float]:
        unknown = math.log(1 + self._count) + 1
        weights = {gram: (1 + math.log(n)) * self._rarity.get(gram, unknown) for gram, n in count.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}


class Probe:
    """Labels learned from texts, with their unit vectors or without any; words alone always work as well."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str], vectors: Floats | None = None) -> None:
        self.labels = sorted(set(labels))
        self.has_vectors = vectors is not None
        places = {label: place for place, label in enumerate(self.labels)}
        wanted = np.zeros((len(texts), len(self.labels)), dtype=np.float64)
        wanted[np.arange(len(texts)), [places[label] for label in labels]] = 1.0
        self._grams = Grams(texts)
        words = np.stack([self._grams.compare(text) for text in texts])
        self._weights_of_words, inverse = _solve(_sharpen_words(words), wanted)
        if vectors is not None:
            self._centre = vectors.mean(axis=0)
            self._vectors = _unit(vectors - self._centre)
            self._weights, inverse = _solve(_sharpen(self._vectors @ self._vectors.T, words), wanted)
        self._left_out = wanted - (self._weights if self.has_vectors else self._weights_of_words) / inverse[:, None]

    def left_out(self) -> Floats:
        """The scores that each example would get had it not been learned: what a new sentence like it would meet."""
        return self._left_out.astype(np.float32)

    def score(self, text: str, vector: Floats | None = None) -> Floats:
        """One score per label, in the order of `labels`."""
        words = self._grams.compare(text)
        if vector is None or not self.has_vectors:
            return _sharpen_words(words) @ self._weights_of_words
        return _sharpen(self._vectors @ _unit(vector - self._centre), words) @ self._weights


def _sharpen(meaning: Floats, words: Floats) -> Floats:
    return np.exp(_SHARPNESS * (meaning - 1.0 + _NGRAM_WEIGHT * (words - 1.0))).astype(np.float32)


def _sharpen_words(words: Floats) -> Floats:
    return np.exp(_SHARPNESS_OF_WORDS * (words - 1.0)).astype(np.float32)


def _solve(kernel: Floats, wanted: NDArray[np.float64]) -> tuple[Floats, NDArray[np.float64]]:
    """The weights, and the diagonal of the inverse, which says how much each example rests on itself."""
    # A label with many examples is trusted less for each of them, or it would swallow the others.
    sizes = wanted.sum(axis=0)
    balance = np.diag(_RIDGE * (wanted @ sizes) / sizes.mean())
    inverse = np.linalg.inv(kernel.astype(np.float64) + balance)
    return (inverse @ wanted).astype(np.float32), np.diag(inverse)


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(length, 1e-9)).astype(np.float32)


def _grams(text: str) -> Counter[str]:
    compact = text.replace(" ", "")
    return Counter(compact[at : at + size] for size in _SIZES for at in range(len(compact) - size + 1))
