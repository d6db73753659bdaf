"""Why a question was answered as it was, and what would change it, in sentences."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.why import Explanation
from kb.why_changes import Change

AGAINST = {
    "future": gettext_lazy("not valid yet"),
    "past": gettext_lazy("no longer valid"),
    "channel": gettext_lazy("meant for other channels"),
    "product": gettext_lazy("meant for other products"),
    "stage": gettext_lazy("meant for another stage"),
    "rival": gettext_lazy("another entry with the same question stands in for it"),
}
_DECISIONS = {
    "exact phrasing": gettext_lazy(
        "The question is a phrasing of an entry, to the letter: that entry answers, whatever the figures below say."
    ),
    "match rule": gettext_lazy("An entry wants to be found by words or a pattern in the question: they are there."),
    "same phrasing in several entries": gettext_lazy(
        "Several entries have exactly this phrasing and different answers: the customer is asked which is meant."
    ),
    "no words": gettext_lazy("There are no words in it."),
    "nothing published": gettext_lazy("Nothing is published that this customer may be told."),
    "meaning": gettext_lazy("“%(entry)s” is close enough, sure enough and well ahead of the next: it answers."),
    "words": gettext_lazy("“%(entry)s” has enough words in common and is well ahead of the next: it answers."),
    "two entries nearly tied": gettext_lazy(
        "Two entries with different answers are equally close: the customer is asked which is meant."
    ),
    "not sure enough": gettext_lazy("“%(entry)s” is close, but not sure enough to be sent: the customer is asked."),
    "about another article": gettext_lazy(
        "“%(entry)s” is about another article than the question: the customer is asked."
    ),
    "nothing close enough": gettext_lazy("No entry comes close enough to be worth offering."),
}
_BANDS = {
    "answer": gettext_lazy("it would be answered"),
    "clarify": gettext_lazy("the customer would still be asked"),
    "unknown": gettext_lazy("still not enough"),
}
# A tenth of a point says nothing to anybody; whole points are thousandths of the score.
_POINTS = 1_000


@dataclass(frozen=True, slots=True)
class Advice:
    """What somebody could do: a sentence, and where it leads or what a click does."""

    text: str
    note: str = ""
    entry_id: int | None = None  # add the question to this entry
    entries: tuple[tuple[int, str], ...] = ()  # to open
    words: tuple[str, str] = ("", "")  # to make synonyms
    is_missing: bool = False  # write an entry


def points(value: float) -> int:
    """A part of a score as a whole number that people can compare."""
    return round(points_of(value))


def points_of(value: float) -> float:
    """The same before it is rounded."""
    return value * _POINTS


def decision_in_words(explanation: Explanation) -> str:
    """Why the answer is what it is."""
    best = explanation.best.entry.question if explanation.best else ""
    reason = explanation.answer.reason
    return str(_DECISIONS.get(reason, reason)) % {"entry": best}


def advice_for(change: Change) -> Advice:
    """What to do, in words."""
    return _ADVICE[change.kind](change)


def _add_phrasing(change: Change) -> Advice:
    text = _("Add the question to “%(entry)s”: from then on it is answered to the letter.")
    return Advice(text % _names(change), entry_id=change.entry.id if change.entry else None)


def _separate(change: Change) -> Advice:
    text = _("“%(entry)s” and “%(other)s” are too close: only %(points)s points apart.")
    note = _("Give each wordings of its own, or make one entry of them if they mean the same.")
    values = {**_names(change), "points": points(change.points)}
    return Advice(text % values, note, entries=_links(change))


def _keep_one(change: Change) -> Advice:
    return Advice(_("Take this phrasing out of all entries but one, or give them the same answer."))


def _let_in(change: Change) -> Advice:
    against = change.candidate.excluded if change.candidate else ()
    reasons = ", ".join(str(AGAINST[reason]) for reason in against)
    text = _("“%(entry)s” would have come first, but is left out: %(reasons)s.")
    return Advice(text % {**_names(change), "reasons": reasons}, entries=_links(change))


def _make_synonyms(change: Change) -> Advice:
    asked, written = change.words
    text = _("Were “%(one)s” and “%(two)s” the same, “%(entry)s” would get %(points)s points more: %(then)s.")
    values = {"one": asked, "two": written, "points": points(change.points), "then": str(_BANDS[change.then])}
    return Advice(text % {**_names(change), **values}, words=(written, asked))


def _about_article(change: Change) -> Advice:
    text = _("“%(entry)s” names another article. Write an entry for the one asked about.")
    return Advice(text % _names(change), is_missing=True)


def _elsewhere(change: Change) -> Advice:
    text = _("The question is about “%(line)s”, which “%(entry)s” hardly treats. Is an entry missing?")
    return Advice(text % {**_names(change), "line": change.words[0]}, is_missing=True)


def _write(change: Change) -> Advice:
    return Advice(_("No entry answers it: write one."), is_missing=True)


_ADVICE: dict[str, Callable[[Change], Advice]] = {
    "phrasing": _add_phrasing,
    "tie": _separate,
    "same": _keep_one,
    "excluded": _let_in,
    "synonym": _make_synonyms,
    "article": _about_article,
    "elsewhere": _elsewhere,
    "missing": _write,
}


def _names(change: Change) -> dict[str, str]:
    return {
        "entry": change.entry.question if change.entry else "",
        "other": change.other.question if change.other else "",
    }


def _links(change: Change) -> tuple[tuple[int, str], ...]:
    return tuple((entry.id, entry.question) for entry in (change.entry, change.other) if entry is not None)
