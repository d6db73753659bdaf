"""Entries that answer the same question for the same customers: duplicates, and worse, contradictions. Pure.

Two entries mean the same when each answers the other's phrasings in its absence. One pair of phrasings that are alike
proves little: “how do I clean the cup” and “the cup smells” are as close as “who pays” and “at whose cost”.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from cs_platform.chinese import simplified
from cs_platform.text import phrase_key
from kb.answering import decide
from kb.contradictions import Difference, differences_between
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.prepared import IndexedEntry, prepare
from kb.vectors import text_hash

# Of one entry's phrasings that the other answers, and the other way round, together. Measured on the demo shop with
# eight entries written a second time: from 1.2 on five of six pairs are true, at 1.0 five of eight.
SHARES_MIN = 1.2
PHRASINGS_READ = 8
_HITS = 8

Encode = Callable[[str], Floats | None]
Shares = dict[tuple[int, int], float]  # by pair of entries, the smaller number first


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another entry for the same question, and on what the two answers do not agree."""

    entry: IndexedEntry
    share: float  # 2: each answers all phrasings of the other
    differences: tuple[Difference, ...] = field(default=())

    @property
    def is_contradiction(self) -> bool:
        return bool(self.differences)


def find_overlaps(index: KnowledgeIndex, entry: IndexedEntry, encode: Encode) -> list[Overlap]:
    """The published entries that an entry, stored or not, overlaps with; contradictions first."""
    mine = _answered_by(index, entry, encode)
    found = [
        _overlap(entry, other, share + _answers_share(index, entry, other, encode))
        for number, share in mine.items()
        if (other := index.get(number)) and _concern_same_customers(entry, other)
    ]
    return _worth_a_look(found)


def add_shares(shares: Shares, index: KnowledgeIndex, entry: IndexedEntry, encode: Encode) -> None:
    """Count for each pair how much of this entry's phrasings the other one answers."""
    for other, share in _answered_by(index, entry, encode).items():
        pair = (min(entry.id, other), max(entry.id, other))
        shares[pair] = shares.get(pair, 0.0) + share


def pairs_of(index: KnowledgeIndex, shares: Shares) -> Iterator[tuple[tuple[int, int], Overlap]]:
    """The pairs that overlap, when the shares of all entries are known."""
    for (first, second), share in shares.items():
        one, other = index.get(first), index.get(second)
        if one and other and share >= SHARES_MIN and _concern_same_customers(one, other):
            yield (first, second), _overlap(one, other, share)


def stored_encoder(index: KnowledgeIndex, fallback: Encode) -> Encode:
    """The vectors that the index holds already; what it does not know is encoded."""

    def encode(text: str) -> Floats | None:
        place = index.table.places([text_hash(simplified(text))])[0] if index.understands else -1
        return index.table.rows(np.array([place]))[0] if place >= 0 else fallback(text)

    return encode


def remembering(encode: Encode) -> Encode:
    """The same, each text once: to compare two entries, the phrasings of both are read several times."""
    return cache(encode)


def _answered_by(index: KnowledgeIndex, entry: IndexedEntry, encode: Encode) -> dict[int, float]:
    """Which other entries would answer this one's phrasings, if it did not exist: the share of phrasings by entry.

    A phrasing that another entry has to the letter counts as all of them.
    """
    others = np.array([other.id != entry.id for other in index.entries], dtype=bool)
    shares: Counter[int] = Counter()
    asked = _asked(entry)
    for text in asked:
        same = index.exact(text, others & index.coverage.everything)
        for other in same:
            shares[other.id] = 1
        if not same:
            hits = index.search(text, _HITS, vector=encode(text), fitting=others)
            found = decide(index, hits, others)
            if found.entry_id is not None:
                shares[found.entry_id] += 1 / len(asked)  # type: ignore[assignment]
    return {number: min(float(share), 1.0) for number, share in shares.items()}


def _answers_share(index: KnowledgeIndex, entry: IndexedEntry, other: IndexedEntry, encode: Encode) -> float:
    """The share of another entry's phrasings that this one would win, if the other did not exist.

    This one need not be in the index, so its phrasings are compared directly with the best that the index offers.
    """
    if prepare(entry).keys & prepare(other).keys:
        return 1.0
    vectors = [vector for text in _asked(entry) if (vector := encode(text)) is not None]
    if not vectors or not index.understands:
        return 0.0
    others = np.array([one.id not in (entry.id, other.id) for one in index.entries], dtype=bool)
    asked = _asked(other)
    return sum(_wins(index, text, np.stack(vectors), others, encode) for text in asked) / len(asked)


def _wins(index: KnowledgeIndex, text: str, vectors: Floats, others: np.ndarray, encode: Encode) -> bool:
    vector = encode(text)
    if vector is None:
        return False
    lift = float((vectors @ vector).max()) - (index.floor or 0.0)
    rival = index.search(text, 1, vector=vector, fitting=others)
    return lift >= 0.05 and (not rival or lift > rival[0].lift)


def _asked(entry: IndexedEntry) -> list[str]:
    phrasings = entry.phrasings[:1] if entry.match_mode == "pattern" else entry.phrasings
    return list(phrasings[:PHRASINGS_READ])


def _concern_same_customers(one: IndexedEntry, other: IndexedEntry) -> bool:
    """An answer of its own for some customers, under the same question, is meant: the narrower one answers."""
    if phrase_key(one.question) == phrase_key(other.question) and one.applies.narrowness != other.applies.narrowness:
        return False
    return one.applies.overlaps(other.applies)


def _overlap(entry: IndexedEntry, other: IndexedEntry, share: float) -> Overlap:
    return Overlap(other, share, tuple(differences_between(entry.answer, other.answer)))


def _worth_a_look(found: list[Overlap]) -> list[Overlap]:
    close = [overlap for overlap in found if overlap.share >= SHARES_MIN]
    return sorted(close, key=lambda overlap: (not overlap.is_contradiction, -overlap.share))
