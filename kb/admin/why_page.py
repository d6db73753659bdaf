"""An explanation in the words and pictures of the “try a question” page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kb.admin.why_wording import AGAINST, Advice, advice_for, decision_in_words, points, points_of
from kb.confidence import ANSWER_FROM, OFFER_FROM, STANCES, Stance
from kb.index import KnowledgeIndex
from kb.models import Entry
from kb.reading import Reading
from kb.scoring import SOMETHING_ELSE
from kb.spelling import Change as Correction
from kb.why import Candidate, Explanation
from kb.why_changes import changes_for
from kb.why_words import Marked, mark_removed

_PART_NAMES = {
    "meaning": gettext_lazy("Meaning"),
    "told": gettext_lazy("Meaning of the answer"),
    "words": gettext_lazy("Common words"),
    "bridge": gettext_lazy("Same subject"),
    "together": gettext_lazy("All in all"),
    "code": gettext_lazy("Code"),
    "aside": gettext_lazy("Starting point"),
    "refused": gettext_lazy("Counter-example"),
}
_PART_MEANINGS = {
    "meaning": gettext_lazy("how close the question comes to the nearest phrasing, whatever its words"),
    "told": gettext_lazy("how much closer it comes to a sentence of the answer"),
    "words": gettext_lazy(
        "words that the question shares with the phrasings and with the answer, and words of the question that are "
        "missing there"
    ),
    "bridge": gettext_lazy("other shops are asked this too, and the entry treats the same subject"),
    "together": gettext_lazy(
        "what these say side by side: close in meaning while the word that matters is missing is worth less than "
        "either of them alone tells"
    ),
    "code": gettext_lazy("SKU and order numbers in the question: the entry has them, or is about another article"),
    "aside": gettext_lazy(
        "what the question itself brings, the same for every entry: short ones, and those that are hardly about "
        "shopping, begin lower"
    ),
    "refused": gettext_lazy("customers said of such a question that the entry does not answer it"),
}
_OPEN_ROWS = 5
_CORRECTION_NAMES = {
    "sound": gettext_lazy("sounds alike"),
    "letters": gettext_lazy("spelling"),
    "pinyin": gettext_lazy("typed in pinyin"),
    "shop": gettext_lazy("your dictionary"),
}
_WORD_NAMES = {
    "shop": gettext_lazy("your synonyms"),
    "shipped": gettext_lazy("shipped synonyms"),
    "protected": gettext_lazy("protected"),
    "stop": gettext_lazy("stop word"),
}
STANCE_NAMES: dict[Stance, Any] = {
    "careful": pgettext_lazy("stance of the AI", "Careful"),
    "balanced": pgettext_lazy("stance of the AI", "Balanced"),
    "bold": pgettext_lazy("stance of the AI", "Bold"),
}
_ANSWERED_BY: dict[Stance, Any] = {
    "careful": gettext_lazy("The AI is careful here: its mark decides."),
    "balanced": gettext_lazy("The AI is balanced here: its mark decides."),
    "bold": gettext_lazy("The AI is bold here: its mark decides."),
}
_GAUGE_FROM, _GAUGE_TO = -0.06, 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a score: `width` in percent of the widest bar of the table."""

    name: str
    points: int
    width: float
    is_against: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate."""

    entry_id: int
    question: str
    phrasing: tuple[Marked, ...]
    points: int
    bars: tuple[Bar, ...]
    against: tuple[str, ...]
    by_words: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a scale with its name; `is_deciding`: the one that counts here."""

    place: float
    name: str
    is_deciding: bool = False


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure on a scale, all in percent of its length. `reached`: it is beyond the mark that decides."""

    name: str
    value: str
    place: float
    marks: tuple[Mark, ...]
    reached: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class WhyPage:
    """Everything that the page shows."""

    removed: tuple[Marked, ...]
    corrections: tuple[tuple[Correction, str], ...]
    known_words: tuple[tuple[str, str, str], ...]  # word, what stands for it, whose
    codes: tuple[str, ...]
    reading: Reading
    decision: str
    rows: tuple[Row, ...]
    more_rows: tuple[Row, ...]  # those that hardly anybody wants to see
    excluded: tuple[Row, ...]
    part_meanings: tuple[tuple[str, str], ...]  # of the parts that occur: name, what it is
    gauges: tuple[Gauge, ...]
    advice: tuple[Advice, ...]
    understands: bool


def why_page(explanation: Explanation, index: KnowledgeIndex) -> WhyPage:
    """Put an explanation into words."""
    reading = explanation.reading
    candidates = (*explanation.candidates, *explanation.excluded)
    widest = max((abs(part.points) for one in candidates for part in one.parts), default=1.0) or 1.0
    rows = tuple(_row(one, widest) for one in explanation.candidates)
    known = ((one.word, one.known.head.strip(), str(_WORD_NAMES[one.known.kind])) for one in explanation.known_words)
    return WhyPage(
        removed=mark_removed(reading.given, reading.cleaned),
        corrections=tuple((change, str(_CORRECTION_NAMES[change.kind])) for change in reading.changes),
        known_words=tuple(words for words in dict.fromkeys(known) if words[0] != words[1]),
        codes=tuple(code for code in reading.codes if code.isascii() and not code.startswith("=")),
        reading=reading,
        decision=decision_in_words(explanation),
        rows=rows[:_OPEN_ROWS],
        more_rows=rows[_OPEN_ROWS:],
        excluded=tuple(_row(one, widest) for one in explanation.excluded),
        part_meanings=_part_meanings(candidates),
        gauges=_gauges(explanation),
        advice=tuple(advice_for(change) for change in changes_for(explanation, index)),
        understands=explanation.understands,
    )


def _row(candidate: Candidate, widest: float) -> Row:
    shown = whole_points([part.points for part in candidate.parts], candidate.hit.score)
    bars = tuple(
        Bar(str(_PART_NAMES[part.key]), number, round(abs(part.points) / widest * 100, 1), part.points < 0)
        for part, number in zip(candidate.parts, shown, strict=True)
        if number
    )
    return Row(
        entry_id=candidate.entry.id,
        question=candidate.entry.question,
        phrasing=candidate.phrasing,
        points=points(candidate.hit.score),
        bars=bars,
        against=tuple(str(AGAINST[reason]) for reason in candidate.excluded),
        by_words=candidate.hit.by_words,
    )


def whole_points(parts: Sequence[float], score: float) -> list[int]:
    """Parts as whole numbers that add up to the score as it is shown: those nearest to the next number go up."""
    floors = [math.floor(points_of(part)) for part in parts]
    nearest = sorted(range(len(parts)), key=lambda place: floors[place] - points_of(parts[place]))
    up = set(nearest[: max(points(score) - sum(floors), 0)])
    return [floor + (place in up) for place, floor in enumerate(floors)]


def _part_meanings(candidates: Sequence[Candidate]) -> tuple[tuple[str, str], ...]:
    found = {part.key for candidate in candidates for part in candidate.parts}
    return tuple((str(name), str(_PART_MEANINGS[key])) for key, name in _PART_NAMES.items() if key in found)


def _gauges(explanation: Explanation) -> tuple[Gauge, ...]:
    """The figures that decide about the best candidate. Where words are all there is, other things are offered."""
    if explanation.best is None:
        return ()
    hit = explanation.best.hit
    return (
        (_confidence_gauge(explanation),)
        if hit.by_words
        else (_points_gauge(hit.score), _confidence_gauge(explanation))
    )


def _points_gauge(score: float) -> Gauge:
    return Gauge(
        _("Points"),
        str(points(score)),
        _percent(score, _GAUGE_FROM, _GAUGE_TO),
        (
            Mark(_percent(OFFER_FROM, _GAUGE_FROM, _GAUGE_TO), f"{_('offered from')} {points(OFFER_FROM)}", True),
            Mark(
                _percent(SOMETHING_ELSE, _GAUGE_FROM, _GAUGE_TO),
                f"{_('as likely as something else')} {points(SOMETHING_ELSE)}",
            ),
        ),
        score >= OFFER_FROM,
    )


def _confidence_gauge(explanation: Explanation) -> Gauge:
    return Gauge(
        _("Confidence"),
        f"{round(explanation.confidence * 100)} %",
        round(explanation.confidence * 100, 1),
        tuple(_mark_of(stance, explanation.stance) for stance in reversed(STANCES)),
        explanation.confidence >= ANSWER_FROM[explanation.stance],
        str(_ANSWERED_BY[explanation.stance]),
    )


def _mark_of(stance: Stance, chosen: Stance) -> Mark:
    """From where on a stance answers."""
    percent = round(ANSWER_FROM[stance] * 100, 1)
    return Mark(percent, f"{STANCE_NAMES[stance]} {percent:.0f} %", stance == chosen)


def _percent(value: float, low: float, high: float) -> float:
    return round(min(max((value - low) / (high - low), 0.0), 1.0) * 100, 1)


def entry_in_store(entry_id: int | None) -> Entry | None:
    """The stored row of an entry of the index."""
    return Entry.objects.filter(pk=entry_id).first() if entry_id else None
