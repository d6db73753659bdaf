"""One question in, one answer out: sent word for word, asked back, or an honest "unknown"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone

from cs_platform.text import phrase_key
from kb.confidence import ANSWER_FROM, Stance, confidences, is_worth_offering, means_the_same, same_answer
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.prepared import IndexedEntry
from kb.scope import ANYBODY, Flags, Scope
from kb.scoring import Hit
from kb.search import current_index, question_vector

Band = Literal["answer", "clarify", "unknown"]

OPTIONS_MAX = 3

TIED, NOT_SURE = "two entries nearly tied", "not sure enough"
_TIED_FROM = 0.8  # another meaning with so much of the best share: the shopper knows better than any score
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


def answer(question: str, scope: Scope = ANYBODY, now: datetime | None = None, stance: Stance = "balanced") -> Answer:
    """Answer from what is published and applies to this customer now. Never raises for what a shopper may type."""
    return answer_from(current_index(), question, scope, now, stance=stance)


def answer_from(
    index: KnowledgeIndex,
    question: str,
    scope: Scope = ANYBODY,
    now: datetime | None = None,
    vector: Floats | None = None,
    stance: Stance = "balanced",
) -> Answer:
    """Answer from a given index (the evaluation brings its own), and from a given vector where one is known.

    A phrasing to the letter outranks a phrasing within the question or a pattern, and that outranks meaning.
    """
    fitting = index.fitting(scope, now)
    if same := index.exact(question, fitting):
        return _among_equals(index, same, "exact phrasing", fitting)
    if not phrase_key(question) or _is_bare_number(index, question):
        return _unknown("no words")
    if same := index.by_rule(question, fitting):
        return _among_equals(index, same, "match rule", fitting)
    vector = question_vector(index, question) if vector is None else vector
    hits = index.search(question, _HITS_LOOKED_AT, vector=vector, fitting=fitting)
    return decide(index, hits, fitting, stance)


def answer_entry(entry_id: int, scope: Scope = ANYBODY, now: datetime | None = None) -> Answer | None:
    """The answer of a chosen option; None when it is no longer published, has expired or is for others."""
    index = current_index()
    entry = index.get(entry_id)
    now = now or timezone.now()
    if entry is None or not (entry.applies.is_valid_at(now) and entry.applies.covers(scope)):
        return None
    return _send(index, entry, 1.0, "chosen", index.fitting(scope, now))


def decide(
    index: KnowledgeIndex, hits: Sequence[Hit], fitting: Flags | None = None, stance: Stance = "balanced"
) -> Answer:
    """Which of the three bands these hits, best first, fall into."""
    if not hits:
        return _unknown("nothing published")
    best, shares = hits[0], confidences(hits)
    others = (share for hit, share in zip(hits[1:], shares[1:], strict=True) if not same_answer(hit, best))
    is_sure, is_tied = shares[0] >= ANSWER_FROM[stance], max(others, default=0.0) >= _TIED_FROM * shares[0]
    if is_sure and best.code_match < 0:
        return _ask_back(hits, shares[0], "about another article")
    if is_sure and not is_tied:
        return _send(index, best.entry, shares[0], "words" if best.by_words else "meaning", fitting)
    if is_worth_offering(best):
        return _ask_back(hits, shares[0], TIED if is_tied else NOT_SURE)
    return _unknown("nothing close enough", shares[0])


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


def _is_bare_number(index: KnowledgeIndex, question: str) -> bool:
    """Digits and nothing else that name no article: whatever they are near to, they ask for nothing."""
    if any(character.isalpha() for character in question):
        return False
    return not index.match_codes(index.reader.read(question)).max(initial=0.0) > 0


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
