"""Entries that a person who answers may want to use, each with how likely it is the right one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cs_platform.text import phrase_key
from kb.confidence import confidences, is_worth_offering
from kb.index import KnowledgeIndex
from kb.prepared import IndexedEntry
from kb.scope import ANYBODY, Scope
from kb.scoring import Hit
from kb.search import current_index, question_vector

_HITS_LOOKED_AT = 8
_CONFIDENCE_MIN = 0.06


@dataclass(frozen=True, slots=True)
class Recommended:
    """One entry. `reason` is how it was found: exact, meaning or words."""

    entry_id: int
    question: str
    answer: str
    confidence: float
    reason: str


def recommend(question: str, limit: int = 3, scope: Scope = ANYBODY, now: datetime | None = None) -> list[Recommended]:
    """What is published and applies to this customer now, the likeliest first. Never raises for what a shopper may
    type."""
    return recommend_from(current_index(), question, limit, scope, now)


def recommend_from(
    index: KnowledgeIndex, question: str, limit: int = 3, scope: Scope = ANYBODY, now: datetime | None = None
) -> list[Recommended]:
    if not phrase_key(question):
        return []
    fitting = index.fitting(scope, now)
    same = index.exact(question, fitting) or index.by_rule(question, fitting)
    exact = [_recommended(entry, 1.0, "exact") for entry in same]
    hits = index.search(question, _HITS_LOOKED_AT, vector=question_vector(index, question), fitting=fitting)
    return unique([*exact, *rank(hits)])[:limit]


def rank(hits: Sequence[Hit]) -> list[Recommended]:
    """The hits that may help, each with its share of belief."""
    found = [
        _recommended(hit.entry, confidence, "words" if hit.by_words else "meaning")
        for hit, confidence in zip(hits, confidences(hits), strict=True)
        if confidence >= _CONFIDENCE_MIN and is_worth_offering(hit)
    ]
    return sorted(found, key=lambda one: -one.confidence)


def unique(found: Sequence[Recommended]) -> list[Recommended]:
    """Of entries that say the same only the first: an agent needs no sentence twice."""
    answers: dict[str, Recommended] = {}
    for one in found:
        answers.setdefault(phrase_key(one.answer), one)
    return list(answers.values())


def _recommended(entry: IndexedEntry, confidence: float, reason: str) -> Recommended:
    return Recommended(entry.id, entry.question, entry.answer, confidence, reason)
