"""Which wordings mean the same: dense seeds first, then the nearest groups joined as long as they are near on average.

Nearness is 0.7 of meaning and 0.3 of words. Meaning is the cosine after the mean of all wordings is taken off: whole
shops talk about one matter, and what all have in common tells nothing. Wordings that the intent bank takes for one
matter are nearer, and in the end groups that agents told the same are joined. Measured in decision 0021.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.groups import Floats, Places
from kb.mining.told import Given, Told
from kb.ranking import WordIndex
from kb.vocabulary import shipped

WORDINGS_MAX = 4_000  # compared with each other at once: a matrix of 64 MB
_MEANING = np.float32(0.7)
_SEED, _JOIN = 0.67, 0.38
_SEED_BY_WORDS, _JOIN_BY_WORDS = 0.66, 0.5
_ANSWERED_ALIKE = np.float32(0.25)
_TOLD_ALIKE = np.float32(0.36)
_TOLD_OFTEN = 2
_TOLD_ROUNDS = 2  # what was joined has more replies, which show more groups to be alike
_SAME_MATTER, _OTHER_MATTER = np.float32(0.25), np.float32(0.05)
_BANK_KNOWS = (0.925, 0.955)  # the cosine of the closest line: below it the bank has nothing to say, above all
_TYPICAL, _TYPICAL_FROM = np.float32(1.5), np.float32(0.9)
_JOIN_KNOWN, _NEAREST_KNOWN = 0.45, 3
_POSTINGS = 4_000_000
_ROWS_AT_ONCE = 500
_GONE = np.float32(-9)  # nearer than nothing: the group itself, and those that were joined
_BY_WORDS_ALONE = 0.62  # what has no vector joins the group of a wording that shares so much of its words


@dataclass(frozen=True, slots=True)
class Matters:
    """What the intent bank makes of each wording: the share of each matter, and how close the closest line comes."""

    shares: Floats
    closest: Floats

    def bring_nearer(self, near: Floats) -> None:
        """Add how much nearer two wordings are for being about one matter; less than 0 for two that are not."""
        shares = self.shares / np.maximum(np.linalg.norm(self.shares, axis=1, keepdims=True), 1e-6)
        low, high = _BANK_KNOWS
        known = np.clip((self.closest - low) / (high - low), 0, 1).astype(np.float32)
        for start in range(0, len(near), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            same = (_SAME_MATTER + _OTHER_MATTER) * (shares[rows] @ shares.T) - _OTHER_MATTER
            near[rows] += same * known[rows, None] * known

    def typical(self) -> Floats:
        """How much each wording is like what shops are asked everywhere, 0 to 0.15."""
        return np.asarray(_TYPICAL * np.clip(self.closest - _TYPICAL_FROM, 0, 0.1), dtype=np.float32)


def group(
    wordings: Sequence[str], vectors: Floats | None, *, matters: Matters | None = None, given: Sequence[Given] = ()
) -> Places:
    """The number of each wording's group, from 0; `vectors` as `centred` gives them, None: by words alone.

    `given` are the replies that agents gave, `Given.group` the place of the wording: who gets the same answers asks
    the same.
    """
    if not wordings:
        return np.zeros(0, dtype=np.int64)
    near = nearness(wordings, vectors)
    if matters is not None:
        matters.bring_nearer(near)
    usual = _usual_replies(given, len(wordings))
    if any(usual):
        near += answer_likeness(usual)
    seed, join = (_SEED, _JOIN) if vectors is not None else (_SEED_BY_WORDS, _JOIN_BY_WORDS)
    labels = _join_on_average(near, _seeds(near, seed), join)
    for _round in range(_TOLD_ROUNDS if given else 0):
        labels = _join_told_alike(near, labels, given, join)
    return labels


def _join_told_alike(near: Floats, labels: Places, given: Sequence[Given], join: float) -> Places:
    """Join groups that agents told the same; only those with several replies take part, the others as they are."""
    several = np.flatnonzero(np.bincount(labels[[one.group for one in given if one.group >= 0]]) >= _TOLD_OFTEN)
    places = {int(label): place for place, label in enumerate(several)}
    owners = [places.get(int(labels[one.group]), -1) if one.group >= 0 else -1 for one in given]
    alike = Told([replace(one, group=owner) for one, owner in zip(given, owners, strict=True)], len(several)).likeness()
    rows = np.array([places.get(int(label), len(several)) for label in labels])
    alike = np.pad(_TOLD_ALIKE * alike, ((0, 1), (0, 1)))  # the last one stands for groups that were told too little
    nearer = alike[rows][:, rows]
    nearer += near
    return _join_on_average(nearer, labels, join)


def _usual_replies(given: Sequence[Given], size: int) -> list[str]:
    """The most frequent reply to each wording, of those that were meant for it alone; empty where there is none."""
    replies: dict[int, Counter[str]] = defaultdict(Counter)
    for one in given:
        if one.group >= 0 and one.weight == 1:
            replies[one.group][one.text] += 1
    return [replies[place].most_common(1)[0][0] if place in replies else "" for place in range(size)]


def nearness(wordings: Sequence[str], vectors: Floats | None) -> Floats:
    """How near each wording is to each other one, about 0..1."""
    index = WordIndex([shipped().canonical(text) for text in wordings])
    near = np.empty((len(wordings), len(wordings)), dtype=np.float32)
    for place, text in enumerate(wordings):
        near[place] = index.scores(shipped().canonical(text), _POSTINGS)
    near += near.T.copy()
    near *= np.float32(0.5)
    if vectors is not None:
        near *= 1 - _MEANING
        for start in range(0, len(near), _ROWS_AT_ONCE):  # a whole product would be another matrix of 64 MB
            rows = slice(start, start + _ROWS_AT_ONCE)
            near[rows] += (_MEANING * vectors[rows]) @ vectors.T
    return near


def answer_likeness(answers: Sequence[str]) -> Floats:
    """Highest where two wordings got the same answer, 0 where half of the words differ or there is no answer."""
    distinct = list(dict.fromkeys(filter(None, answers)))
    places = {text: place for place, text in enumerate(distinct)}
    index = WordIndex(distinct)
    alike = np.stack([index.overlaps(text, _POSTINGS) for text in distinct])
    np.clip(2 * alike - 1, 0, 1, out=alike)
    alike *= _ANSWERED_ALIKE
    alike = np.pad(alike, ((0, 1), (0, 1)))  # the last one stands for no answer
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
    """For each wording the existing group whose nearest wordings it is nearest to; None when it is near to none."""
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
        averages = {owner: _nearest_mean(near[places]) for owner, places in by_group.items()}
        best = max(averages, key=lambda owner: averages[owner])
        found.append(best if averages[best] >= (_JOIN_KNOWN if has_meaning else _JOIN_BY_WORDS) else None)
    return found


def _nearest_mean(near: Floats) -> float:
    """Of the nearest few: a group of many wordings is near on average to nothing."""
    return float(np.sort(near)[-_NEAREST_KNOWN:].mean())


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
