"""The page that shows, before it is stored, what another stance would have made of last week's questions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from conversations.stances import BANDS, READ_MAX, Asked, Week, read_week, texts_of
from kb.admin.gate_page import GATE, REASON, is_reason_missing, result_rows
from kb.admin.why_page import STANCE_NAMES
from kb.answering import Band
from kb.confidence import ANSWER_FROM, STANCES, Stance
from kb.rehearsal import Rehearsal
from kb.run_titles import RunTitle
from kb.services.gate import OVERRIDE_PERMISSION
from kb.services.golden_runs import shown_results
from routing.models import Channel

SEEN = "stance_seen"
EXAMPLES = 20
_NOT_SENT_AGAIN = {"csrfmiddlewaretoken", GATE, REASON, SEEN}

BAND_NAMES = {
    "answer": pgettext_lazy("what became of a question", "answered"),
    "clarify": pgettext_lazy("what became of a question", "offered to choose"),
    "unknown": pgettext_lazy("what became of a question", "not known"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar, in percent of its length."""

    band: Band
    name: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What a stance would have made of the week."""

    stance: Stance
    name: str
    answers_from: int  # percent of confidence
    parts: Sequence[Part]
    moved: int
    is_now: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Example:
    """One question that would have been treated differently."""

    question: str
    was: str
    becomes: str
    entry: str
    percent: int


@dataclass(frozen=True, slots=True)
class Weighing:
    """A stance against another one, on some channels; with a rehearsal it is about to be stored."""

    subject: str  # whose stance it is
    back: str
    channels: Sequence[Channel]
    was: Stance
    chosen: Stance
    rehearsal: Rehearsal | None = None


def stance_page(model_admin: ModelAdmin, request: HttpRequest, weighing: Weighing) -> HttpResponse:
    """The three positions beside each other; with a rehearsal also the golden questions, and a button to store it."""
    was, chosen, rehearsal = weighing.was, weighing.chosen, weighing.rehearsal
    week = read_week([channel.pk for channel in weighing.channels], now=timezone.now())
    moved = week.moved(was, chosen)
    results = result_rows(shown_results(rehearsal)) if rehearsal else []
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(RunTitle(weighing.subject, "stance")),
        "opts": model_admin.opts,
        "back": weighing.back,
        "bars": [_bar(week, stance, was, chosen) for stance in STANCES],
        "week": week,
        "read_max": READ_MAX,
        "was": STANCE_NAMES[was],
        "chosen": STANCE_NAMES[chosen],
        "chosen_stance": chosen,
        "moved": len(moved),
        "moves": _moves(moved, was, chosen),
        "examples": _examples(moved, was, chosen) if request.user.has_perm("conversations.view_message") else [],
        "is_storing": rehearsal is not None,
        "golden": len(rehearsal.lines) if rehearsal else 0,
        "blocking": [row for row in results if row.is_blocking],
        "others": [row for row in results if not row.is_blocking],
        "may_override": request.user.has_perm(OVERRIDE_PERMISSION),
        "is_reason_missing": is_reason_missing(request),
        "fields": _fields(request),
        "seen": SEEN,
    }
    return TemplateResponse(request, "admin/conversations/stance.html", context)


def _bar(week: Week, stance: Stance, was: Stance, chosen: Stance) -> Bar:
    counts, whole = week.counts(stance), len(week.questions) or 1
    parts, start = [], 0.0
    for band in BANDS:
        width = round(counts[band] / whole * 100, 2)
        parts.append(Part(band, str(BAND_NAMES[band]), counts[band], start, width))
        start += width
    return Bar(
        stance=stance,
        name=str(STANCE_NAMES[stance]),
        answers_from=round(ANSWER_FROM[stance] * 100),
        parts=parts,
        moved=len(week.moved(was, stance)),
        is_now=stance == was,
        is_chosen=stance == chosen != was,
    )


def _moves(moved: Sequence[Asked], was: Stance, chosen: Stance) -> list[dict[str, Any]]:
    """From what to what, and how many."""
    counts = Counter((one.band(was), one.band(chosen)) for one in moved)
    return [
        {"was": BAND_NAMES[before or "unknown"], "becomes": BAND_NAMES[after or "unknown"], "count": count}
        for (before, after), count in counts.most_common()
    ]


def _examples(moved: Sequence[Asked], was: Stance, chosen: Stance) -> list[Example]:
    """The newest, each wording once."""
    texts = texts_of(moved[: EXAMPLES * 5])
    unique = {text: one for one, text in reversed(texts.items()) if text}
    return [
        Example(
            question=text,
            was=str(BAND_NAMES[one.band(was) or "unknown"]),
            becomes=str(BAND_NAMES[one.band(chosen) or "unknown"]),
            entry=one.entry,
            percent=int(one.confidence * 100),  # 74.6 is below 75, and says so
        )
        for text, one in list(reversed(unique.items()))[:EXAMPLES]
    ]


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    names = [name for name in request.POST if name not in _NOT_SENT_AGAIN]
    return [(name, str(value)) for name in names for value in request.POST.getlist(name)]
