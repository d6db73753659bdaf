"""An entry as the search sees it, taken apart once: an index of mostly unchanged entries is built anew quickly."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cs_platform.chinese import simplified
from cs_platform.text import plain, words_only
from kb.clauses import told
from kb.codes import codes_of
from kb.lexicon import small_talk, yardsticks
from kb.scope import EVERYBODY, Applicability
from kb.vectors import text_hash
from kb.vocabulary import Vocabulary, shipped

MatchMode = Literal["meaning", "exact", "contains", "pattern"]

_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class IndexedEntry:
    """What the search knows of an entry; the first phrasing is its standard question."""

    id: int
    phrasings: tuple[str, ...]
    answer: str
    related: tuple[str, ...] = ()
    is_sample: bool = False
    is_touched: bool = False  # a person changed the sample, or wrote it while the shop had nothing but samples
    applies: Applicability = EVERYBODY
    match_mode: MatchMode = "meaning"
    refused: tuple[str, ...] = ()  # questions of which customers said that this is no answer

    @property
    def question(self) -> str:
        return self.phrasings[0]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What searching needs of one entry's text."""

    words: tuple[str, ...]  # canonical, per phrasing
    all_words: str  # canonical, of everything it says
    plain: tuple[str, ...]  # one spelling, per phrasing
    keys: frozenset[str]  # under which a question is this one to the letter
    phrasing_hashes: tuple[str, ...]
    told_hashes: tuple[str, ...]  # of what its answer tells, clause by clause
    refused_hashes: tuple[str, ...]
    codes: tuple[str, ...]  # of its phrasings
    codes_told: tuple[str, ...]  # of its answer


def prepare(entry: IndexedEntry, vocabulary: Vocabulary | None = None) -> Prepared:
    """Take an entry's texts apart; an equal entry is not taken apart again with the same vocabulary."""
    return _prepare(entry, vocabulary or shipped())


@lru_cache(maxsize=_KEPT)
def _prepare(entry: IndexedEntry, vocabulary: Vocabulary) -> Prepared:
    # The other phrasings of a pattern entry are patterns: nobody asks them to the letter.
    asked = entry.phrasings[:1] if entry.match_mode == "pattern" else entry.phrasings
    spelled, answer = tuple(map(plain, asked)), plain(entry.answer)
    words = tuple(map(vocabulary.canonical_of, spelled))
    return Prepared(
        words=words,
        all_words=" ".join((*words, vocabulary.canonical_of(answer))),
        plain=spelled,
        keys=frozenset(filter(None, map(words_only, spelled))),
        phrasing_hashes=tuple(text_hash(simplified(text)) for text in asked),
        told_hashes=tuple(map(text_hash, told_texts(entry))),
        refused_hashes=tuple(map(text_hash, entry.refused)),
        codes=codes_of("\n".join(spelled)),
        codes_told=codes_of(answer),
    )


def hashes_needed(entries: Iterable[IndexedEntry], vocabulary: Vocabulary | None = None) -> Iterator[str]:
    """The hashes of all texts whose vectors a search over these entries uses."""
    yield from map(text_hash, yardsticks())
    for entry in entries:
        prepared = prepare(entry, vocabulary)
        yield from prepared.phrasing_hashes
        yield from prepared.told_hashes
        yield from prepared.refused_hashes


def texts_to_encode(entries: Iterable[IndexedEntry]) -> list[str]:
    """The same as texts, most useful first: small talk, standard questions, other phrasings, answers, the
    other shipped lines; no repeats."""
    known = list(entries)
    return list(
        dict.fromkeys(
            (
                *small_talk(),
                *(simplified(entry.question) for entry in known),
                *(simplified(text) for entry in known for text in entry.phrasings[1:]),
                *(text for entry in known for text in entry.refused),
                *(text for entry in known for text in told_texts(entry)),
                *yardsticks(),
            )
        )
    )


def told_texts(entry: IndexedEntry) -> list[str]:
    """What an entry tells, as the encoder reads it."""
    return told(simplified(entry.question), simplified(entry.answer))


def without_samples(entries: Iterable[IndexedEntry]) -> list[IndexedEntry]:
    """Shipped samples step aside as soon as the shop has an entry of its own; what a person made of one stays."""
    known = list(entries)
    if all(entry.is_sample for entry in known):
        return known
    return [entry for entry in known if not entry.is_sample or entry.is_touched]
