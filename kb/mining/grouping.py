"""Which wordings mean the same: dense seeds first, then the nearest groups joined as long as they are near on average.

Nearness is 0.7 of meaning and 0.3 of words. Meaning is the cosine after the mean of all wordings is taken off: whole
shops talk about one matter, and what all have in common tells nothing. Measured in decision 0021.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from kb.groups import Floats, Places
from kb.ranking import WordIndex
from kb.vocabulary import shipped

WORDINGS_MAX = 4_000  # compared with each other at once: a matrix of 64 MB
_MEANING = np.float32(0.7)
_SEED, _JOIN = 0.65, 0.35
_SEED_BY_WORDS, _JOIN_BY_WORDS = 0.66, 0.5
_ANSWERED_ALIKE = np.float32(0.25)
_POSTINGS = 4_000_000
_GONE = np.float32(-9)  # nearer than nothing: the group itself, and those that were joined
_BY_WORDS_ALONE = 0.62  # what has no vector joins the group of a wording that shares so much of its words


def group(wordings: Sequence[str], vectors: Floats | None, answers: Sequence[str] = ()) -> Places:
    """The number of each wording's group, from 0; `vectors` as `centred` gives them, None: by words alone.

    `answers` are what agents told each wording, empty where nothing: who gets the same answer asks the same.
    """
    if not wordings:
        return np.zeros(0, dtype=np.int64)
    near = nearness(wordings, vectors)
    if any(answers):
        near += _ANSWERED_ALIKE * answer_likeness(answers)
    seed, join = (_SEED, _JOIN) if vectors is not None else (_SEED_BY_WORDS, _JOIN_BY_WORDS)
    return _join_on_average(near, _seeds(near, seed), join)


def nearness(wordings: Sequence[str], vectors: Floats | None) -> Floats:
    """How near each wording is to each other one, about 0..1."""
    index = WordIndex([shipped().canonical(text) for text in wordings])
    near = np.stack([index.scores(shipped().canonical(text), _POSTINGS) for text in wordings])
    near += near.T.copy()
    near *= np.float32(0.5)
    if vectors is not None:
        near *= 1 - _MEANING
        near += (_MEANING * vectors) @ vectors.T
    return near


def answer_likeness(answers: Sequence[str]) -> Floats:
    """1 where two wordings got the same answer, 0 where the answers differ in half of their words or there is none."""
    distinct = list(dict.fromkeys(filter(None, answers)))
    places = {text: place for place, text in enumerate(distinct)}
    index = WordIndex(distinct)
    alike = np.stack([index.overlaps(text, _POSTINGS) for text in distinct])
    alike = np.pad(np.clip(2 * alike - 1, 0, 1), ((0, 1), (0, 1)))  # the last one stands for no answer
    rows = np.array([places.get(text, len(distinct)) for text in answers])
    return np.asarray(alike[rows][:, rows], dtype=np.float32)


def mean_of(vectors: Floats, general: Floats) -> Floats:
    """What all wordings have in common; general questions count in, or a handful would be compared with themselves."""
    return np.asarray(np.concatenate((vectors, general)).mean(axis=0), dtype=np.float32)


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Unit vectors of what each wording differs in from the others."""
    moved = vectors - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, 1e-6), dtype=np.float32)


def most_central(near: Floats, weights: Floats) -> Floats:
    """How near each member of one group is to all of it, weighted by how often each was said."""
    return np.asarray(near @ weights / weights.sum(), dtype=np.float32)


def join_known(
    wordings: Sequence[str],
    vectors: Floats | None,
    known: Sequence[str],
    known_vectors: Floats | None,
    groups: Sequence[int],
) -> list[int | None]:
    """For each wording the existing group to which it is nearest on average; None when it is near to none."""
    by_group: dict[int, list[int]] = defaultdict(list)
    for place, owner in enumerate(groups):
        by_group[owner].append(place)
    index = WordIndex([shipped().canonical(text) for text in known])
    has_meaning = vectors is not None and known_vectors is not None
    found: list[int | None] = []
    for place, text in enumerate(wordings):
        near = index.scores(shipped().canonical(text), _POSTINGS)
        if vectors is not None and known_vectors is not None:
            near = (1 - _MEANING) * near + _MEANING * (known_vectors @ vectors[place])
        averages = {owner: float(near[places].mean()) for owner, places in by_group.items()}
        best = max(averages, key=lambda owner: averages[owner])
        found.append(best if averages[best] >= (_JOIN if has_meaning else _JOIN_BY_WORDS) else None)
    return found


def join_by_words(wordings: Sequence[str], known: Sequence[str], groups: Sequence[int]) -> list[int | None]:
    """For each wording the group of the known one that shares most of its words; None when none shares enough."""
    if not known:
        return [None] * len(wordings)
    index = WordIndex([shipped().canonical(text) for text in known])
    found: list[int | None] = []
    for text in wordings:
        scores = index.scores(shipped().canonical(text), _POSTINGS)
        best = int(scores.argmax())
        found.append(groups[best] if scores[best] >= _BY_WORDS_ALONE else None)
    return found


def word_nearness(text: str, others: Sequence[str]) -> list[float]:
    """How many of its words each of the others shares, 0..1."""
    index = WordIndex([shipped().canonical(other) for other in others])
    return [float(score) for score in index.scores(shipped().canonical(text), _POSTINGS)]


def _seeds(near: Floats, threshold: float) -> Places:
    """The wording with most neighbours takes them, and so on: no chains from one meaning to the next."""
    size = len(near)
    linked = near >= threshold
    np.fill_diagonal(linked, True)
    neighbours = linked.sum(axis=1).astype(np.int64)
    labels = np.full(size, -1, dtype=np.int64)
    count = 0
    while (centre_at := int(neighbours.argmax())) >= 0 and neighbours[centre_at] > 0:
        members = np.flatnonzero(linked[centre_at] & (labels < 0))
        labels[members] = count
        neighbours -= linked[members].sum(axis=0)
        neighbours[members] = 0
        count += 1
    return labels


def _join_on_average(near: Floats, labels: Places, threshold: float) -> Places:
    """Join the two groups that are nearest on average, again and again; average linkage, one row at a time."""
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels).astype(np.float32)
    starts = (np.cumsum(sizes) - sizes).astype(np.int64)
    sums = np.add.reduceat(np.add.reduceat(near[order], starts, axis=0)[:, order], starts, axis=1)
    table = _Averages(sums, sizes)
    root = np.arange(len(sizes))
    while (pair := table.nearest_pair(threshold)) is not None:
        one, other = pair
        table.join(one, other)
        root[root == other] = one
    return np.asarray(np.unique(root[labels], return_inverse=True)[1], dtype=np.int64)


class _Averages:
    """The average nearness of every two groups, with each group's nearest noted so that joining costs one row."""

    def __init__(self, sums: Floats, sizes: Floats) -> None:
        self._sums, self._sizes = sums, sizes
        self._average = sums / np.outer(sizes, sizes)
        np.fill_diagonal(self._average, _GONE)
        self._nearest = self._average.argmax(axis=1)
        self._best = self._average.max(axis=1)

    def nearest_pair(self, threshold: float) -> tuple[int, int] | None:
        one = int(self._best.argmax())
        return (one, int(self._nearest[one])) if self._best[one] >= threshold else None

    def join(self, one: int, other: int) -> None:
        """The second group becomes part of the first."""
        for sums in (self._sums, self._sums.T):
            sums[one] += sums[other]
        self._sizes[one] += self._sizes[other]
        joined = np.where(self._average[one] <= _GONE, _GONE, self._sums[one] / (self._sizes[one] * self._sizes))
        joined[[one, other]] = _GONE
        self._average[other], self._average[:, other] = _GONE, _GONE
        self._average[one], self._average[:, one] = joined, joined
        lost = np.flatnonzero((self._nearest == one) | (self._nearest == other))
        closer = np.flatnonzero(joined > self._best)
        self._nearest[closer], self._best[closer] = one, joined[closer]
        stale = np.union1d(lost, [one])
        self._nearest[stale] = self._average[stale].argmax(axis=1)
        self._best[stale] = self._average[stale].max(axis=1)
        self._best[other] = _GONE
