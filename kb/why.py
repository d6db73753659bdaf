"""Why a question was answered as it was: how it was read, what was found, what each part was worth. Stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kb.answering import Answer, answer_from
from kb.confidence import Stance, confidences
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.prepared import IndexedEntry
from kb.reading import Reading
from kb.scope import ANYBODY, Applicability, Flags, Scope
from kb.scoring import Hit
from kb.search import question_vector
from kb.vocabulary import Found
from kb.why_words import Marked, mark_common

SHOWN = 10
PARTS = ("meaning", "told", "words", "bridge", "together", "code", "aside", "refused")
_OF_WORDS = {"phrasing", "text", "lacking"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one thing that the search looks at adds to the score."""

    key: str  # one of `PARTS`
    points: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry that was looked at. `excluded` names what keeps it from this customer; empty: nothing."""

    hit: Hit
    parts: tuple[Part, ...]
    phrasing: tuple[Marked, ...]  # the one that fits best, common words marked
    excluded: tuple[str, ...] = ()

    @property
    def entry(self) -> IndexedEntry:
        return self.hit.entry


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that decided about one question."""

    question: str
    reading: Reading
    known_words: tuple[Found, ...]
    answer: Answer
    stance: Stance  # how much the AI dares where it is asked
    candidates: tuple[Candidate, ...]  # those that may be used, best first
    excluded: tuple[Candidate, ...]  # those that would have come before the best or near it
    confidence: float  # of the best candidate, whatever was decided
    matter: str  # the matter of the intent bank that the question is about; empty: none stands out
    understands: bool
    floor: float

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None


def explain(
    index: KnowledgeIndex,
    question: str,
    scope: Scope = ANYBODY,
    now: datetime | None = None,
    stance: Stance = "balanced",
) -> Explanation:
    """What `answer` would say to this customer, with the reasons. Never raises for what a shopper may type."""
    now = now or timezone.now()
    fitting = index.fitting(scope, now)
    vector = question_vector(index, question)
    reading = index.reader.read(question)
    hits = index.search(question, SHOWN, vector=vector, fitting=fitting)
    return Explanation(
        question=question,
        reading=reading,
        known_words=tuple(index.reader.vocabulary.find(reading.text)),
        answer=answer_from(index, question, scope, now, stance=stance),
        stance=stance,
        candidates=tuple(_candidate(index, hit, question, vector) for hit in hits),
        excluded=_excluded(index, question, vector, fitting, hits, (scope, now)),
        confidence=confidences(hits)[0] if hits else 0.0,
        matter=index.matter_of(question, vector) if vector is not None else "",
        understands=index.understands and vector is not None,
        floor=index.floor or 0.0,
    )


def _candidate(
    index: KnowledgeIndex, hit: Hit, question: str, vector: Floats | None, excluded: tuple[str, ...] = ()
) -> Candidate:
    scores = index.phrasing_scores(hit.entry.id, question, vector)
    phrasing = hit.entry.phrasings[int(scores.argmax())] if len(scores) else hit.entry.question
    reading, vocabulary = index.reader.read(question), index.reader.vocabulary
    return Candidate(hit, parts_of(hit), mark_common(phrasing, reading.text, vocabulary), excluded)


def parts_of(hit: Hit) -> tuple[Part, ...]:
    """The score of a hit, taken apart; the parts add up to it.

    Words in common with a phrasing and with everything the entry says, and words that it lacks, were fitted one against
    the other: apart they mean nothing. Where there is no vector, closeness is a matter of words too.
    """
    words = _OF_WORDS | {"meaning"} if hit.by_words else _OF_WORDS
    sums = dict.fromkeys(PARTS, 0.0)
    for key, points in hit.parts:
        sums["words" if key in words else key] += points
    return tuple(Part(key, points) for key, points in sums.items() if points)


def _excluded(
    index: KnowledgeIndex,
    question: str,
    vector: Floats | None,
    fitting: Flags,
    hits: Sequence[Hit],
    asked: tuple[Scope, datetime],
) -> tuple[Candidate, ...]:
    """Entries that are at least as good as the best one found, were they meant for this customer now."""
    if fitting.all():
        return ()
    every = index.search(question, SHOWN, vector=vector, fitting=index.coverage.everything)
    usable = {hit.entry.id for hit in hits}
    enough = hits[0].score if hits else 0.0
    return tuple(
        _candidate(index, hit, question, vector, reasons_against(hit.entry.applies, *asked))
        for hit in every
        if hit.entry.id not in usable and hit.score >= enough
    )


def reasons_against(applies: Applicability, scope: Scope, now: datetime) -> tuple[str, ...]:
    """Why an entry is not for this customer now: future, past, channel, product, stage; `rival` when another with
    the same question stands in for it."""
    reasons = []
    if not applies.is_valid_at(now):
        reasons.append("past" if applies.has_expired(now) else "future")
    if applies.channels and not applies.channels & {scope.channel, scope.channel_kind}:
        reasons.append("channel")
    if applies.products and not applies.products & scope.products:
        reasons.append("product")
    if applies.stages and scope.stage not in applies.stages:
        reasons.append("stage")
    return tuple(reasons) or ("rival",)
