"""An explanation in the words and pictures of the “try a question” page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kb.admin.why_wording import AGAINST, Advice, advice_for, decision_in_words, points
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
    "words": gettext_lazy("Common words"),
    "told": gettext_lazy("Meaning of the answer"),
    "phrasing": gettext_lazy("Words of a phrasing"),
    "text": gettext_lazy("Words of the answer"),
    "bridge": gettext_lazy("What other shops are asked"),
    "code": gettext_lazy("Code"),
    "aside": gettext_lazy("The question as such"),
    "refused": gettext_lazy("Counter-example"),
}
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
    excluded: tuple[Row, ...]
    gauges: tuple[Gauge, ...]
    advice: tuple[Advice, ...]
    understands: bool


def why_page(explanation: Explanation, index: KnowledgeIndex) -> WhyPage:
    """Put an explanation into words."""
    reading = explanation.reading
    candidates = (*explanation.candidates, *explanation.excluded)
    widest = max((abs(part.points) for one in candidates for part in one.parts), default=1.0) or 1.0
    known = ((one.word, one.known.head.strip(), str(_WORD_NAMES[one.known.kind])) for one in explanation.known_words)
    return WhyPage(
        removed=mark_removed(reading.given, reading.cleaned),
        corrections=tuple((change, str(_CORRECTION_NAMES[change.kind])) for change in reading.changes),
        known_words=tuple(words for words in dict.fromkeys(known) if words[0] != words[1]),
        codes=tuple(code for code in reading.codes if code.isascii() and not code.startswith("=")),
        reading=reading,
        decision=decision_in_words(explanation),
        rows=tuple(_row(one, widest) for one in explanation.candidates),
        excluded=tuple(_row(one, widest) for one in explanation.excluded),
        gauges=_gauges(explanation),
        advice=tuple(advice_for(change) for change in changes_for(explanation, index)),
        understands=explanation.understands,
    )


def _row(candidate: Candidate, widest: float) -> Row:
    bars = tuple(
        Bar(str(_PART_NAMES[part.key]), points(part.points), round(abs(part.points) / widest * 100, 1), part.points < 0)
        for part in candidate.parts
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


def _gauges(explanation: Explanation) -> tuple[Gauge, ...]:
    """The two figures that decide about the best candidate."""
    if explanation.best is None:
        return ()
    score = explanation.best.hit.score
    return (
        Gauge(
            _("Points"),
            str(points(score)),
            _percent(score, _GAUGE_FROM, _GAUGE_TO),
            (
                Mark(_percent(0.0, _GAUGE_FROM, _GAUGE_TO), f"{_('small talk')} 0"),
                Mark(_percent(OFFER_FROM, _GAUGE_FROM, _GAUGE_TO), f"{_('offered')} {points(OFFER_FROM)}", True),
                Mark(
                    _percent(SOMETHING_ELSE, _GAUGE_FROM, _GAUGE_TO), f"{_('something else')} {points(SOMETHING_ELSE)}"
                ),
            ),
            score >= OFFER_FROM,
        ),
        Gauge(
            _("Confidence"),
            f"{round(explanation.confidence * 100)} %",
            round(explanation.confidence * 100, 1),
            tuple(_mark_of(stance, explanation.stance) for stance in reversed(STANCES)),
            explanation.confidence >= ANSWER_FROM[explanation.stance],
            str(_ANSWERED_BY[explanation.stance]),
        ),
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
