"""Everything published, in memory: which entries answer a question, best first."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from django.utils import timezone

from cs_platform.text import clean_question, phrase_key
from kb.bank import WORD_WEIGHT, Bank, Meant
from kb.belief import Evidence
from kb.bridge import ENTRIES_MAX, Bridge, affinity_of
from kb.closeness import Phrasings
from kb.codes import Catalogue, CodeIndex
from kb.fitted import Fitted
from kb.groups import Floats, Groups, Places
from kb.judgement import Judgement, Turned, Words
from kb.lacking import Commonness, Lacking, lacking
from kb.lexicon import small_talk
from kb.matching import RuleMatches
from kb.prepared import IndexedEntry, Prepared, prepare
from kb.ranking import WordIndex
from kb.reading import Reader, Reading
from kb.refusals import Refusals
from kb.scope import ANYBODY, Coverage, Flags, Scope
from kb.scoring import (
    BRIDGE_WEIGHT,
    CODE_WEIGHT,
    NAT,
    PHRASING_WEIGHT,
    TEXT_WEIGHT,
    Figures,
    Hit,
    Parts,
    belief_parts,
    closeness_parts,
    score_of,
)
from kb.sounds import sounds_of
from kb.vectors import VectorTable, text_hash
from kb.vocabulary import Vocabulary, shipped

_TOLD_GAIN = np.float32(1.6)  # fitted on questions of several shops, on a plateau (decision 26)
_HEARD_MARGIN = 0.05  # any question has a sound or two in common with some phrasing
_FLOOR_CANDIDATES = 64
# With a handful of entries no small talk comes close by chance, and every question would look like a match.
_FLOOR_LEAST = 0.85
# An entry without vector gets the lift that entries with as many common terms have on average.
_OVERLAP_OF_UNRELATED = 0.29
_LIFT_PER_OVERLAP = 0.25


@dataclass(frozen=True, slots=True)
class Limits:
    """What a search over very many entries leaves out; a small shop hardly meets these limits."""

    candidates: int = 320  # phrasings whose entries are compared in full, answers included
    postings: int = 80_000  # rows that a question's words touch, rare words first: common ones hardly change the order


class KnowledgeIndex:
    """Search over a fixed set of entries; a change makes a new one, so threads share it without a lock."""

    def __init__(
        self,
        entries: Sequence[IndexedEntry],
        table: VectorTable,
        limits: Limits = Limits(),
        *,
        vocabulary: Vocabulary | None = None,
        catalogue: Catalogue | None = None,
        fitted: Fitted | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self.table = table
        self.limits = limits
        self._places = {entry.id: place for place, entry in enumerate(self.entries)}
        vocabulary = vocabulary or shipped()
        prepared = [prepare(entry, vocabulary) for entry in self.entries]
        self.catalogue = catalogue or Catalogue()
        self._codes = CodeIndex(prepared, self.catalogue)
        self.reader = Reader([text for one in prepared for text in one.plain], vocabulary, self._codes)
        self._sounds = WordIndex(sounds_of([text for one in prepared for text in one.plain]))
        self._exact = _exact_phrasings(prepared)
        self.coverage = Coverage([(phrase_key(entry.question), entry.applies) for entry in self.entries])
        self._by_meaning = np.array([entry.match_mode == "meaning" for entry in self.entries], dtype=bool)
        self._by_rule = RuleMatches(self.entries)
        self._phrasing_words = WordIndex([words for one in prepared for words in one.words])
        self._text_words = WordIndex([one.all_words for one in prepared])
        self._phrasing_groups = Groups([len(one.words) for one in prepared])
        self._owners = self._phrasing_groups.owners
        places = table.places(key for one in prepared for key in one.phrasing_hashes)
        self._has_vector = self._phrasing_groups.best((places >= 0).astype(np.float32)) > 0
        self._phrasings = Phrasings(table, places)
        self._told_groups = Groups([len(one.told_hashes) for one in prepared])
        self._told = table.places(key for one in prepared for key in one.told_hashes)
        self._refusals = Refusals(self.entries, prepared, table)
        self.floor = self._measure_floor()
        self.bridge = self._build_bridge(vocabulary) if self.floor is not None else None
        self.judgement = self._build_judgement(fitted) if fitted and self.bridge else None

    @property
    def nbytes(self) -> int:
        """Memory of the arrays (the texts themselves come on top)."""
        words = self._phrasing_words.nbytes + self._text_words.nbytes + self._sounds.nbytes
        meaning = self._phrasings.nbytes + self._told.nbytes + self.table.matrix.nbytes
        return words + meaning + (self.judgement.nbytes if self.judgement else 0)

    @property
    def understands(self) -> bool:
        """Whether meaning takes part, or words alone do."""
        return self.floor is not None

    def with_limits(self, limits: Limits) -> "KnowledgeIndex":
        """The same knowledge searched with other limits; everything in memory is shared."""
        other = copy.copy(self)
        other.limits = limits
        return other

    def with_fitted(self, fitted: Fitted) -> "KnowledgeIndex":
        """The same knowledge judged by something else that was fitted."""
        other = copy.copy(self)
        other.judgement = other._build_judgement(fitted) if self.bridge else None
        return other

    def vectors_of(self, place: int) -> tuple[Floats, Floats]:
        """The vectors of an entry's phrasings and of what its answer tells, by its place among the entries."""
        chosen = np.array([place], dtype=np.int64)
        asked, _groups = self._phrasing_groups.select(chosen)
        told, _groups = self._told_groups.select(chosen)
        return self._phrasings.vectors(asked), self.table.rows(self._told[told])

    def get(self, entry_id: int) -> IndexedEntry | None:
        """The entry of this id, if it is published."""
        place = self._places.get(entry_id)
        return None if place is None else self.entries[place]

    def fitting(self, scope: Scope = ANYBODY, now: datetime | None = None) -> Flags:
        """Which entries may be used for this customer at this moment, whatever the age of the index."""
        return self.coverage.fitting(scope, now or timezone.now())

    def exact(self, question: str, fitting: Flags | None = None) -> list[IndexedEntry]:
        """Entries one of whose phrasings is this question to the letter, wrapping and punctuation aside.

        Like `search` among those that are for everybody now, unless the caller says which ones fit.
        """
        fitting = self.fitting() if fitting is None else fitting
        for key in (phrase_key(question), phrase_key(clean_question(question))):
            if places := [place for place in self._exact.get(key, ()) if fitting[place]]:
                return [self.entries[place] for place in self.coverage.prefer_narrow(places)]
        return []

    def by_rule(self, question: str, fitting: Flags | None = None) -> list[IndexedEntry]:
        """Entries that want to be found by a phrasing within the question, or by a pattern; the most telling ones."""
        fitting = self.fitting() if fitting is None else fitting
        found = {place: length for place, length in self._by_rule.find(question).items() if fitting[place]}
        longest = [place for place, length in found.items() if length == max(found.values())]
        return [self.entries[place] for place in self.coverage.prefer_narrow(longest)]

    def search(
        self, question: str, limit: int = 5, *, vector: Floats | None = None, fitting: Flags | None = None
    ) -> list[Hit]:
        """The best entries for a question; `vector` is that of the cleaned question, None searches words alone.

        A rough score for every phrasing chooses candidates; only they are compared exactly, answers included. What
        does not fit the customer or the moment is left out before anything is cut off.
        """
        usable = (self.fitting() if fitting is None else fitting) & self._by_meaning
        if not usable.any():
            return []
        if not self.understands:
            vector = None
        reading = self.reader.read(question)
        by_phrasing, by_text = self.match_reading(reading)
        by_code = self.match_codes(reading)
        rough = self._rough_lift(reading.words, vector)
        meant = self._meant(reading, vector)
        turned = self.judgement.turn(vector) if self.judgement and vector is not None else None
        bridge = turned.treated if turned else self._bridged(meant, rough + WORD_WEIGHT * by_phrasing)
        bonus = PHRASING_WEIGHT * by_phrasing
        bonus += (TEXT_WEIGHT * by_text + CODE_WEIGHT * by_code + BRIDGE_WEIGHT * bridge)[self._owners]
        candidates = self._candidates(rough + bonus, usable)
        rows, groups = self._phrasing_groups.select(candidates)
        nearest = groups.best(rough[rows])
        figures = Figures(
            lift=self._lift(candidates, nearest, vector),
            phrasing=groups.best(by_phrasing[rows]),
            text=by_text[candidates],
            code=by_code[candidates],
            bridge=bridge[candidates],
            by_words=~self._has_vector[candidates] | (vector is None),
            refused=self._refusals.of(candidates, reading.text, vector, nearest + np.float32(self.floor or 0.0)),
            aside=self._aside(meant, vector, rough),
        )
        parts = self._parts(figures, candidates, reading, turned, self._shopping_talk(meant, vector))
        return [
            figures.hit(place, self.entries[candidates[place]], parts) for place in _highest(score_of(parts), limit)
        ]

    def _lift(self, candidates: Places, nearest: Floats, vector: Floats | None) -> Floats:
        """Per candidate: by meaning, answers included; by words (`nearest`) where an entry or the question has no
        vector."""
        if vector is None:
            return nearest
        by_meaning = self._closeness(candidates, vector) - np.float32(self.floor or 0.0)
        return np.where(self._has_vector[candidates], by_meaning, nearest)

    def _parts(
        self, figures: Figures, candidates: Places, reading: Reading, turned: Turned | None, about_shopping: float
    ) -> Parts:
        if self.judgement is None or turned is None:
            return closeness_parts(figures)
        words = Words(figures.text, figures.phrasing, self._lacking(reading, candidates), len(reading.text))
        evidence = self.judgement.evidence(
            turned, candidates, words, about_shopping=about_shopping, aside=figures.aside
        )
        return belief_parts(figures, evidence, self.judgement.belief)

    def evidence_for_all(self, question: str, vector: Floats) -> tuple[Evidence, Floats]:
        """What speaks for each entry there is, and its share of the question's codes; for fitting the belief."""
        if self.judgement is None:
            raise ValueError("Nothing is fitted for this index.")
        reading = self.reader.read(question)
        by_phrasing, by_text = self.match_reading(reading)
        meant = self._meant(reading, vector)
        everything = np.arange(len(self.entries), dtype=np.int64)
        lacks = self._lacking(reading, everything)
        evidence = self.judgement.evidence(
            self.judgement.turn(vector),
            everything,
            Words(by_text, self._phrasing_groups.best(by_phrasing), lacks, len(reading.text)),
            about_shopping=self._shopping_talk(meant, vector),
            aside=self._aside(meant, vector, self._rough_lift(reading.words, vector)),
        )
        return evidence, self.match_codes(reading)

    def match_words(self, words: str) -> tuple[Floats, Floats]:
        """BM25 of canonical words: per phrasing, and per entry against everything it says."""
        postings = self.limits.postings
        return self._phrasing_words.scores(words, postings), self._text_words.scores(words, postings)

    def match_reading(self, reading: Reading) -> tuple[Floats, Floats]:
        """The same for a question; where something in it looks misspelled, what sounds like a phrasing counts, too."""
        by_phrasing, by_text = self.match_words(reading.words)
        if reading.typed != reading.text:  # a correction is a guess: what was typed counts as well
            typed = self.match_words(self.reader.vocabulary.canonical(reading.typed))
            by_phrasing, by_text = np.maximum(by_phrasing, typed[0]), np.maximum(by_text, typed[1])
        if reading.sounds:
            by_sound = self._sounds.scores(reading.sounds, self.limits.postings)
            if by_sound.max() > by_phrasing.max() + _HEARD_MARGIN:
                by_phrasing = np.maximum(by_phrasing, by_sound)
        return by_phrasing, by_text

    def match_codes(self, reading: Reading) -> Floats:
        """Per entry, which of the codes in a question it has; 0 where they tell nothing."""
        scores = self._codes.scores(reading.codes) if reading.codes else None
        return np.zeros(len(self.entries), dtype=np.float32) if scores is None else scores

    def _rough_lift(self, words: str, vector: Floats | None) -> Floats:
        """Per phrasing: by meaning, or by common words where there is no vector."""
        if vector is None:
            return self._lift_of_words(words)
        lift = self._phrasings.compare(vector) - np.float32(self.floor or 0.0)
        if not self._has_vector.all():
            lift = np.where(self._has_vector[self._owners], lift, self._lift_of_words(words))
        return lift

    def _lift_of_words(self, words: str) -> Floats:
        overlap = self._phrasing_words.overlaps(words, self.limits.postings)
        return (overlap - np.float32(_OVERLAP_OF_UNRELATED)) * np.float32(_LIFT_PER_OVERLAP)

    def _candidates(self, rough: Floats, usable: Flags | None = None) -> Places:
        """The entries of the best phrasings, of those that may be used."""
        if usable is not None and not usable.all():
            rough = np.where(usable[self._owners], rough, np.float32(-np.inf))
        best = _highest(rough, self.limits.candidates)
        return np.unique(self._owners[best[np.isfinite(rough[best])]]).astype(np.int64)

    def _closeness(self, candidates: Places, vector: Floats) -> Floats:
        """Cosine per entry: of its best phrasing, and of the best clause of what it tells."""
        rows, groups = self._phrasing_groups.select(candidates)
        asked = groups.best(self._phrasings.vectors(rows) @ vector)
        rows, groups = self._told_groups.select(candidates)
        return mix(asked, groups.best(self.table.rows(self._told[rows]) @ vector))

    def points_of_words(self, hit: Hit, phrasing: float, text: float) -> float:
        """What more common words, with its best phrasing and with all it says, would add to the score of a hit."""
        if self.judgement is None or hit.by_words:
            return float(TEXT_WEIGHT) * text + (float(PHRASING_WEIGHT) * phrasing if hit.by_words else 0.0)
        belief = self.judgement.belief
        more = belief.gain("text", hit.text_match, text) + belief.gain("phrasing", hit.phrasing_match, phrasing)
        return NAT * more

    def phrasing_scores(self, entry_id: int, question: str, vector: Floats | None) -> Floats:
        """Per phrasing of an entry, what the search takes it to be worth; for who explains a result."""
        reading = self.reader.read(question)
        by_phrasing, _by_text = self.match_reading(reading)
        scores = self._rough_lift(reading.words, vector if self.understands else None) + PHRASING_WEIGHT * by_phrasing
        rows, _groups = self._phrasing_groups.select(np.array([self._places[entry_id]]))
        return scores[rows]

    def matter_of(self, question: str, vector: Floats) -> str:
        """The matter of the intent bank that a question is about; empty where none stands out."""
        bank = self.bridge.bank if self.bridge else None
        return bank.matter(bank.meant(self.reader.read(question).words, vector)) if bank else ""

    def _meant(self, reading: Reading, vector: Floats | None) -> Meant | None:
        """What the intent bank makes of a question; None where meaning or the bank takes no part."""
        return None if self.bridge is None or vector is None else self.bridge.bank.meant(reading.words, vector)

    def _bridged(self, meant: Meant | None, nearness: Floats) -> Floats:
        """Per entry, how likely it treats the matter that the question means; `nearness` is that of each phrasing."""
        if self.bridge is None or meant is None:
            return np.zeros(len(self.entries), dtype=np.float32)
        return self.bridge.lead(meant, float(nearness.max()) + (self.floor or 0.0))

    def nearness(self, vector: Floats) -> float:
        """How near the nearest phrasing, or the nearest line of the intent bank, comes to a question's vector."""
        nearest = float(self._phrasings.compare(vector).max())
        return nearest if self.bridge is None else max(nearest, self.bridge.bank.nearness(vector))

    def _aside(self, meant: Meant | None, vector: Floats | None, rough: Floats) -> float:
        """How much closer a question comes to what is not about shopping than to anything that is; never below 0."""
        if self.bridge is None or meant is None or vector is None:
            return 0.0
        nearest = max(meant.nearness, float(rough.max()) + (self.floor or 0.0))
        return max(0.0, self.bridge.bank.off_topic(vector) - nearest)

    def _shopping_talk(self, meant: Meant | None, vector: Floats | None) -> float:
        """By how much a question is closer to what shoppers say than to other talk."""
        if self.bridge is None or meant is None or vector is None:
            return 0.0
        return meant.nearness - self.bridge.bank.off_topic(vector)

    def _lacking(self, reading: Reading, places: Places) -> Lacking:
        commonness = self.judgement.commonness if self.judgement else Commonness.of([])
        return lacking(self._text_words.holdings(reading.words, places), commonness)

    def _build_judgement(self, fitted: Fitted) -> Judgement:
        everything = np.arange(len(self.entries), dtype=np.int64)
        rows, _groups = self._phrasing_groups.select(everything)
        phrasings, clauses = self._phrasings.vectors(rows), self.table.rows(self._told)
        return Judgement(fitted, phrasings, self._phrasing_groups, clauses, self._told_groups)

    def _build_bridge(self, vocabulary: Vocabulary) -> Bridge | None:
        bank = Bank.of(self.table, vocabulary) if len(self.entries) <= ENTRIES_MAX else None
        if bank is None:
            return None
        return Bridge(bank, partial(self._affinity, bank))

    def _affinity(self, bank: Bank) -> Floats:
        everything = np.arange(len(self.entries), dtype=np.int64)
        rows, asked_groups = self._phrasing_groups.select(everything)
        told = self.table.rows(self._told)
        words = partial(self._text_words.scores, postings=self.limits.postings)
        return affinity_of(bank, self._phrasings.vectors(rows), asked_groups, told, self._told_groups, words)

    def _measure_floor(self) -> float | None:
        """How close small talk comes to the phrasings at best, in the median; None without vectors."""
        places = self.table.places(map(text_hash, small_talk()))
        if not self._has_vector.any() or (places < 0).any():
            return None
        closest = []
        for line in self.table.rows(places):
            near = _highest(self._phrasings.compare(line), _FLOOR_CANDIDATES)
            closest.append(float((self._phrasings.vectors(near) @ line).max()))
        return max(_FLOOR_LEAST, float(np.median(closest)))


def mix(asked: Floats, told: Floats) -> Floats:
    """A clause of the answer that is closer than every phrasing counts for more; a more distant one not at all."""
    return np.asarray(asked + _TOLD_GAIN * np.maximum(told - asked, np.float32(0)), dtype=np.float32)


def _exact_phrasings(prepared: Sequence[Prepared]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, one in enumerate(prepared):
        for key in one.keys:
            places.setdefault(key, []).append(place)
    return places


def _highest(scores: Floats, limit: int) -> Places:
    """The places of the highest scores, best first; equal ones keep their order."""
    limit = min(limit, len(scores))
    if limit < len(scores):
        top = np.sort(np.argpartition(-scores, limit)[:limit])
        return top[np.argsort(-scores[top], kind="stable")]
    return np.argsort(-scores, kind="stable")
