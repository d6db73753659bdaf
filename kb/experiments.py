"""Reads of experiments: which answer a customer gets, and how the answers compare."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kb.answering import Answer
from kb.models import AnswerVariant, Experiment, Exposure
from kb.services.experiments import ORDER_WITHIN, OUTCOME_WITHIN, variant_for
from kb.significance import Share, Verdict, interval, judge

GOOD_SCORE = 4
Goal = Experiment.Goal
_SETTLED_AFTER: dict[str, timedelta] = {
    Goal.SOLVED: OUTCOME_WITHIN,
    Goal.RATING: OUTCOME_WITHIN,
    Goal.ORDER: ORDER_WITHIN,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One goal of one answer. The interval says where the true share lies with 95 % confidence."""

    share: Share
    low: float
    high: float

    @property
    def percent(self) -> float | None:
        return None if self.share.rate is None else round(self.share.rate * 100, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One answer with its figures by goal."""

    variant: AnswerVariant
    shown: int
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Result:
    lines: tuple[Line, ...]
    verdict: Verdict
    winner: AnswerVariant | None


def vary(found: Answer, customer_id: int | None) -> Answer:
    """The answer as this customer gets it: the variant of a running experiment, else what was found."""
    if found.band != "answer" or found.entry_id is None or customer_id is None:
        return found
    variant = variant_for(found.entry_id, customer_id)
    return found if variant is None else replace(found, text=variant.answer, variant_id=variant.pk)


def compare(experiment: Experiment, now: datetime) -> Result:
    """How the answers do. What decides counts the first customers of the sample only, once their outcome is known."""
    variants = list(experiment.variants.all())
    rows = list(Exposure.objects.filter(experiment=experiment).order_by("exposed_at", "pk"))
    lines = tuple(_line(variant, [row for row in rows if row.variant_id == variant.pk], now) for variant in variants)
    deciding = [_share(experiment.goal, _of(rows, variant), now, limit=experiment.sample_size) for variant in variants]
    verdict = judge(deciding, experiment.sample_size) if variants else Verdict("waiting")
    return Result(lines, verdict, None if verdict.best is None else variants[verdict.best])


def _of(rows: Sequence[Exposure], variant: AnswerVariant) -> list[Exposure]:
    return [row for row in rows if row.variant_id == variant.pk]


def _line(variant: AnswerVariant, rows: Sequence[Exposure], now: datetime) -> Line:
    shares = {goal: _share(goal, rows, now) for goal in Goal.values}
    return Line(variant, len(rows), {goal: Figure(share, *interval(share)) for goal, share in shares.items()})


def _share(goal: str, rows: Sequence[Exposure], now: datetime, *, limit: int | None = None) -> Share:
    """Of those whose outcome is settled, in the order in which they came, at most `limit`."""
    settled = [row for row in rows if row.exposed_at <= now - _SETTLED_AFTER[goal]]
    if goal == Goal.RATING:
        settled = [row for row in settled if row.score is not None]
    counted = settled[:limit]
    return Share(sum(_is_hit(goal, row) for row in counted), len(counted))


def _is_hit(goal: str, row: Exposure) -> bool:
    if goal == Goal.RATING:
        return (row.score or 0) >= GOOD_SCORE
    return row.has_ordered if goal == Goal.ORDER else not row.was_handed_over
