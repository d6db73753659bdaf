"""The reference of `bench search`: the same score for every entry, nothing chosen, nothing left out."""

from collections.abc import Sequence

import numpy as np

from kb.groups import Floats, Groups
from kb.index import KnowledgeIndex, Limits, mix
from kb.prepared import IndexedEntry, prepare
from kb.scope import Flags
from kb.scoring import CODE_WEIGHT, TEXT_WEIGHT
from kb.vectors import VectorTable

_EVERYTHING = 2**62


class BruteForce:
    """All phrasings and all clauses of answers as two float32 matrices; the words of an index without its limits."""

    def __init__(self, entries: Sequence[IndexedEntry], table: VectorTable, index: KnowledgeIndex) -> None:
        prepared = [prepare(entry) for entry in entries]
        self._entries = entries
        self._words = index.with_limits(Limits(candidates=_EVERYTHING, postings=_EVERYTHING))
        self._phrasings = Groups([len(one.phrasing_hashes) for one in prepared])
        self._asked = table.rows(table.places(key for one in prepared for key in one.phrasing_hashes))
        self._clauses = Groups([len(one.told_hashes) for one in prepared])
        self._told = table.rows(table.places(key for one in prepared for key in one.told_hashes))

    def best(self, question: str, vector: Floats, fitting: Flags | None = None) -> int:
        """The id of the best entry of those that fit."""
        asked = self._phrasings.best(self._asked @ vector)
        told = self._clauses.best(self._told @ vector)
        reading = self._words.reader.read(question)
        _by_phrasing, by_text = self._words.match_reading(reading)
        score = mix(asked, told) + TEXT_WEIGHT * by_text + CODE_WEIGHT * self._words.match_codes(reading)
        score = np.where(self._words.fitting() if fitting is None else fitting, score, -np.inf)
        return self._entries[int(np.argsort(-score, kind="stable")[0])].id
