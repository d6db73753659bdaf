"""Counter-examples: questions of which customers said that an entry does not answer them. Pure."""

from collections.abc import Sequence

import numpy as np

from cs_platform.text import phrase_key
from kb.groups import Floats, Groups, Places
from kb.prepared import IndexedEntry, Prepared
from kb.vectors import VectorTable

# As much as between a clear match and none at all: the entry is not sent, and hardly offered.
REFUSAL_WEIGHT = 0.1


class Refusals:
    """The counter-examples of all entries. Most entries have none, and then nothing is computed."""

    def __init__(self, entries: Sequence[IndexedEntry], prepared: Sequence[Prepared], table: VectorTable) -> None:
        self._keys = {
            place: frozenset(map(phrase_key, entry.refused)) for place, entry in enumerate(entries) if entry.refused
        }
        self._groups = Groups([len(one.refused_hashes) for one in prepared])
        self._rows = table.places(key for one in prepared for key in one.refused_hashes)
        self._table = table

    def of(self, candidates: Places, question: str, vector: Floats | None, asked: Floats) -> Floats:
        """1 for each candidate that a question is closer to a counter-example of than to any phrasing; `asked` is how
        close the closest phrasing comes."""
        refused = np.zeros(len(candidates), dtype=np.float32)
        if not self._keys:
            return refused
        key = phrase_key(question)
        refused[[key in self._keys.get(int(place), ()) for place in candidates]] = 1
        if vector is not None:
            rows, groups = self._groups.select(candidates)
            refused[groups.best(self._table.rows(self._rows[rows]) @ vector) > asked] = 1
        return refused
