"""One question in, one answer out: sent word for word, asked back, or an honest "unknown"."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone

from cs_platform.text import phrase_key
from kb.groups import Floats
from kb.index import Hit, KnowledgeIndex
from kb.prepared import IndexedEntry
from kb.scope import ANYBODY, Flags, Scope
from kb.search import current_index, question_vector

Band = Literal["answer", "clarify", "unknown"]

OPTIONS_MAX = 3

# Confidence estimates the probability that the best entry is the right one. It rises with the lift, with the lead
# over the next entry of another meaning, and when words alone would have chosen the same entry; it falls when the
# question comes closer to a matter which the entry does not treat.
_INTERCEPT = -3.7
_PER_LIFT = 40.0
_PER_LEAD = 25.0
_AGREEMENT = 1.0
_PER_ELSEWHERE = -50.0
_LEAD_MAX = 0.1
_LEAD_OF_ONLY_ONE = 0.02  # being the only entry proves little

_ANSWER_CONFIDENCE = 0.5
_ANSWER_LIFT = 0.05  # below this even a clear lead is only a lead among unrelated entries
_TIE = 0.004  # two meanings this close: the shopper knows better than any score
_SUGGEST_ELSEWHERE = 0.06
_SUGGEST_EVIDENCE = 0.03
_SUGGEST_PER_PHRASING_MATCH = 0.05
_SUGGEST_WORDS = 0.8
_SUGGEST_LIFT_OF_WORDS = 0.018
_HITS_LOOKED_AT = 8


@dataclass(frozen=True, slots=True)
class Option:
    """A question to choose from."""

    entry_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What to tell the shopper, and why. `text` is empty unless the band is "answer".

    `variant_id` names the answer of a running experiment that stands in for the standard one.
    """

    band: Band
    text: str
    entry_id: int | None
    confidence: float
    options: tuple[Option, ...]
    reason: str
    variant_id: int | None = None

    @property
    def missed(self) -> bool:
        """Nothing in the knowledge base fits."""
        return self.band == "unknown"


def answer(question: str, scope: Scope = ANYBODY, now: datetime | None = None) -> Answer:
    """Answer from what is published and applies to this customer now. Never raises for what a shopper may type."""
    return answer_from(current_index(), question, scope, now)


def answer_from(
    index: KnowledgeIndex,
    question: str,
    scope: Scope = ANYBODY,
    now: datetime | None = None,
    vector: Floats | None = None,
) -> Answer:
    """Answer from a given index (the evaluation brings its own), and from a given vector where one is known.

    A phrasing to the letter outranks a phrasing within the question or a pattern, and that outranks meaning.
    """
    fitting = index.fitting(scope, now)
    if same := index.exact(question, fitting):
        return _among_equals(index, same, "exact phrasing", fitting)
    if not phrase_key(question):
        return _unknown("no words")
    if same := index.by_rule(question, fitting):
        return _among_equals(index, same, "match rule", fitting)
    vector = question_vector(index, question) if vector is None else vector
    hits = index.search(question, _HITS_LOOKED_AT, vector=vector, fitting=fitting)
    return decide(index, hits, fitting)


def answer_entry(entry_id: int, scope: Scope = ANYBODY, now: datetime | None = None) -> Answer | None:
    """The answer of a chosen option; None when it is no longer published, has expired or is for others."""
    index = current_index()
    entry = index.get(entry_id)
    now = now or timezone.now()
    if entry is None or not (entry.applies.is_valid_at(now) and entry.applies.covers(scope)):
        return None
    return _send(index, entry, 1.0, "chosen", index.fitting(scope, now))


def decide(index: KnowledgeIndex, hits: Sequence[Hit], fitting: Flags | None = None) -> Answer:
    """Which of the three bands these hits, best first, fall into."""
    if not hits:
        return _unknown("nothing published")
    best = hits[0]
    lead = lead_of(hits)
    confidence = confidence_of(best, lead, agrees=words_choose(hits) is best.entry)
    if confidence >= _ANSWER_CONFIDENCE and best.lift >= _ANSWER_LIFT:
        if best.code_match < 0:
            return _ask_back(hits, confidence, "about another article")
        if lead >= _TIE:
            return _send(index, best.entry, confidence, "words" if best.by_words else "meaning", fitting)
        return _ask_back(hits, confidence, "two entries nearly tied")
    if is_worth_offering(best):
        return _ask_back(hits, confidence, "not sure enough")
    return _unknown("nothing close enough", confidence)


def confidence_of(best: Hit, lead: float, *, agrees: bool) -> float:
    """How likely the best entry is the right one, 0..1."""
    evidence = _INTERCEPT + _PER_LIFT * best.lift + _PER_LEAD * min(lead, _LEAD_MAX) + _AGREEMENT * agrees
    evidence += _PER_ELSEWHERE * max(best.elsewhere, 0.0)
    return 1 / (1 + math.exp(-evidence))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the best entry has to reach; for who explains a decision."""

    confidence: float  # to be sent
    lift: float  # to be sent
    lead: float  # to be sent without asking back
    offer: float  # a lift with which it is offered, common words aside


def thresholds() -> Thresholds:
    """The thresholds that count now."""
    return Thresholds(_ANSWER_CONFIDENCE, _ANSWER_LIFT, _TIE, _SUGGEST_EVIDENCE)


def means_the_same(one: IndexedEntry, other: IndexedEntry) -> bool:
    """Two entries with one and the same answer: no need to ask which of them was meant."""
    return bool(one.answer) and phrase_key(one.answer) == phrase_key(other.answer)


def lead_of(hits: Sequence[Hit]) -> float:
    """The distance to the next entry that would answer something else."""
    best = hits[0]
    others = (hit.score for hit in hits[1:] if not means_the_same(hit.entry, best.entry))
    return best.score - next(others, best.score - _LEAD_OF_ONLY_ONE)


def words_choose(hits: Sequence[Hit]) -> IndexedEntry:
    """The entry that common words alone would have found."""
    return max(hits, key=lambda hit: hit.phrasing_match + hit.text_match).entry


def is_worth_offering(hit: Hit) -> bool:
    """Close enough that somebody may want to read it."""
    if hit.by_words:
        return hit.phrasing_match + hit.text_match >= _SUGGEST_WORDS or hit.lift >= _SUGGEST_LIFT_OF_WORDS
    if hit.elsewhere >= _SUGGEST_ELSEWHERE:
        return False
    return hit.lift + _SUGGEST_PER_PHRASING_MATCH * hit.phrasing_match >= _SUGGEST_EVIDENCE


def _ask_back(hits: Sequence[Hit], confidence: float, reason: str) -> Answer:
    """Up to three different meanings to choose from."""
    chosen: list[IndexedEntry] = []
    for hit in hits:
        if len(chosen) < OPTIONS_MAX and not any(means_the_same(hit.entry, entry) for entry in chosen):
            chosen.append(hit.entry)
    return Answer("clarify", "", None, confidence, _options(chosen), reason)


def _among_equals(index: KnowledgeIndex, same: Sequence[IndexedEntry], reason: str, fitting: Flags | None) -> Answer:
    if all(means_the_same(entry, same[0]) for entry in same[1:]):
        return _send(index, same[0], 1.0, reason, fitting)
    return Answer("clarify", "", None, 0.5, _options(same[:OPTIONS_MAX]), "same phrasing in several entries")


def _send(
    index: KnowledgeIndex, entry: IndexedEntry, confidence: float, reason: str, fitting: Flags | None = None
) -> Answer:
    return Answer("answer", entry.answer, entry.id, confidence, _related(index, entry, fitting), reason)


def _related(index: KnowledgeIndex, entry: IndexedEntry, fitting: Flags | None) -> tuple[Option, ...]:
    """Related questions that are published and apply; the others would lead nowhere."""
    found = (index.exact(text, fitting) for text in entry.related)
    others = dict.fromkeys(matches[0] for matches in found if matches and matches[0] is not entry)
    return _options(list(others)[:OPTIONS_MAX])


def _options(entries: Sequence[IndexedEntry]) -> tuple[Option, ...]:
    return tuple(Option(entry.id, entry.question) for entry in entries)


def _unknown(reason: str, confidence: float = 0.0) -> Answer:
    return Answer("unknown", "", None, confidence, (), reason)
