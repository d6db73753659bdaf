"""What would change the answer to a question, worked out from the figures. Stores nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kb.answering import TIED, Answer, decide
from kb.confidence import means_the_same
from kb.index import KnowledgeIndex
from kb.prepared import IndexedEntry
from kb.scoring import Hit
from kb.vectors import VectorTable
from kb.vocabulary import Vocabulary
from kb.why import Candidate, Explanation
from kb.why_words import uncommon_words

Kind = Literal["phrasing", "tie", "same", "excluded", "synonym", "article", "elsewhere", "missing"]

_ADDABLE = 3
_ADDABLE_LIFT = -0.02
_GAIN_MIN = 0.004
_PAIRS_TRIED = 4
_TREATS_FROM = 0.2


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that somebody could do. `points` is what it would add to the score, `then` what would come of it."""

    kind: Kind
    entry: IndexedEntry | None = None
    other: IndexedEntry | None = None
    words: tuple[str, str] = ("", "")
    points: float = 0.0
    then: str = ""  # the band that the question would fall into
    candidate: Candidate | None = None


def changes_for(explanation: Explanation, index: KnowledgeIndex) -> list[Change]:
    """What to do about it, the surest first; nothing for a question that is answered without doubt."""
    found: list[Change] = [Change("excluded", one.entry, candidate=one) for one in explanation.excluded[:2]]
    if explanation.answer.band == "answer":
        return found
    best = explanation.best
    found += _about_ties(explanation)
    if best is not None:
        if best.hit.code_match < 0:
            found.append(Change("article", best.entry))
        if best.hit.bridge < _TREATS_FROM and explanation.matter:
            found.append(Change("elsewhere", best.entry, words=(explanation.matter, "")))
        found += [
            Change("phrasing", candidate.entry, then="answer")
            for candidate in explanation.candidates[:_ADDABLE]
            if candidate.hit.lift >= _ADDABLE_LIFT and not candidate.hit.aside
        ]
        found += _synonyms(explanation, index)
    if explanation.answer.band == "unknown" and not any(change.kind == "elsewhere" for change in found):
        found.append(Change("missing"))
    return found


def _about_ties(explanation: Explanation) -> Iterator[Change]:
    if explanation.answer.reason == "same phrasing in several entries":
        yield Change("same")
    elif explanation.answer.reason == TIED:
        best = explanation.candidates[0].entry
        others = (one for one in explanation.candidates[1:] if not means_the_same(one.entry, best))
        if (other := next(others, None)) is not None:
            lead = explanation.candidates[0].hit.score - other.hit.score
            yield Change("tie", best, other.entry, points=lead)


def _synonyms(explanation: Explanation, index: KnowledgeIndex) -> Iterator[Change]:
    """The pair of words that would help the best entry most, were they the same."""
    best = explanation.candidates[0]
    vocabulary = index.reader.vocabulary
    phrasing = "".join(piece.text for piece in best.phrasing)
    asked = uncommon_words(explanation.reading.text, phrasing, vocabulary)
    written = uncommon_words(phrasing, explanation.reading.text, vocabulary)
    codes = " ".join(explanation.reading.codes)
    words = [word for word in asked if word not in codes]
    pairs = [(one, other) for one in words for other in written if _may_join(one, other, vocabulary)][:_PAIRS_TRIED]
    tried = [(_with_synonyms(explanation, index, pair), pair) for pair in pairs]
    gains = [(hit.score - best.hit.score, hit, pair) for hit, pair in tried]
    if gains and (top := max(gains, key=lambda gain: gain[0]))[0] >= _GAIN_MIN:
        yield Change("synonym", best.entry, words=top[2], points=top[0], then=_decided(explanation, index, top[1]).band)


def _may_join(one: str, other: str, vocabulary: Vocabulary) -> bool:
    """A word that is known, or holds one that is, means something else than a word of another group."""
    own = {word for group in vocabulary.dictionary.groups for word in group}
    is_new = not any(vocabulary.find(one)) and one != other
    return is_new and one not in own and other not in own


def _with_synonyms(explanation: Explanation, index: KnowledgeIndex, pair: tuple[str, str]) -> Hit:
    """The best hit as it would be. Only the candidates are searched again: of a big shop all would take seconds."""
    dictionary = index.reader.vocabulary.dictionary
    changed = Vocabulary(dictionary.but(groups=(*dictionary.groups, (pair[1], pair[0]))))
    entries = [candidate.entry for candidate in explanation.candidates]
    before, after = (
        _search_all(KnowledgeIndex(entries, VectorTable.empty(), vocabulary=vocabulary), explanation.question)
        for vocabulary in (index.reader.vocabulary, changed)
    )
    best = explanation.candidates[0].hit
    was, would = (_of(best.entry, hits) for hits in (before, after))
    if was is None or would is None:
        return best
    phrasing, text = would.phrasing_match - was.phrasing_match, would.text_match - was.text_match
    gain = index.points_of_words(best, phrasing, text)
    if best.by_words:
        gain += would.lift - was.lift
    return replace(
        best,
        score=best.score + gain,
        lift=best.lift + (would.lift - was.lift if best.by_words else 0.0),
        phrasing_match=best.phrasing_match + phrasing,
        text_match=best.text_match + text,
    )


def _search_all(index: KnowledgeIndex, question: str) -> list[Hit]:
    return index.search(question, len(index.entries), fitting=index.coverage.everything)


def _of(entry: IndexedEntry, hits: list[Hit]) -> Hit | None:
    return next((hit for hit in hits if hit.entry.id == entry.id), None)


def _decided(explanation: Explanation, index: KnowledgeIndex, best: Hit) -> Answer:
    hits = [best, *(candidate.hit for candidate in explanation.candidates[1:])]
    return decide(index, hits, stance=explanation.stance)
