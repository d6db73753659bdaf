"""How well what is published covers what shoppers ask: the intent bank against an index. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kb.bank import Bank
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.lexicon.intents import Intent, intents
from kb.prepared import IndexedEntry

Level = Literal["missing", "thin", "covered"]

# Nearness to the best entry above that of small talk: below the first no entry is about it, above the second one is.
_MISSING_BELOW, _COVERED_FROM = 0.06, 0.09
_NOTHING, _EVERYTHING = 0.03, 0.12  # the ends of the bar
_FITS_FROM = 0.05
_FITTING_MAX = 4


@dataclass(frozen=True, slots=True)
class Covered:
    """One matter and the entry that comes nearest to treating it. `percent` is the length of its bar."""

    intent: Intent
    entry: IndexedEntry
    percent: int
    level: Level


def coverage_of(index: KnowledgeIndex, without: Collection[str] = ()) -> list[Covered] | None:
    """Every matter but those, as the bank orders them; None where meaning does not take part."""
    bridge, floor = index.bridge, index.floor
    if bridge is None or floor is None:
        return None
    best = bridge.affinity.argmax(axis=1)
    above = bridge.affinity.max(axis=1) - floor * _lengths(bridge.bank)
    return [
        _covered(intent, index.entries[best[place]], float(above[place]))
        for place, intent in enumerate(intents())
        if intent.key not in without
    ]


def matters_of(bank: Bank, vectors: Floats, floor: float) -> list[Intent]:
    """The matters that an entry with these phrasings may treat, the nearest first."""
    above = (bank.centres @ vectors.T).max(axis=1) - floor * _lengths(bank)
    order = np.argsort(-above)[:_FITTING_MAX]
    return [intents()[place] for place in order if above[place] >= _FITS_FROM]


def _covered(intent: Intent, entry: IndexedEntry, above: float) -> Covered:
    share = (above - _NOTHING) / (_EVERYTHING - _NOTHING)
    level: Level = "missing" if above < _MISSING_BELOW else "thin" if above < _COVERED_FROM else "covered"
    return Covered(intent, entry, round(100 * min(max(share, 0.0), 1.0)), level)


def _lengths(bank: Bank) -> Floats:
    """Means of unit vectors are shorter than one, and so are cosines with them."""
    return np.asarray(np.linalg.norm(bank.centres, axis=1), dtype=np.float32)
