"""Reads of experiments: which answer a customer gets, and how the answers compare."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kb.answering import Answer
from kb.models import AnswerVariant, Experiment, Exposure
from kb.services.experiments import ORDER_WITHIN, OUTCOME_WITHIN, variant_for
from kb.significance import Share, Verdict, difference, interval, is_harmful, judge

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
    """One answer with its figures by goal.

    `lead` says how much better than the standard it does in what decides: difference and 95 % interval, -1..1.
    """

    variant: AnswerVariant
    shown: int
    figures: dict[str, Figure]
    lead: tuple[float, float, float] | None = None
    is_harmful: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    lines: tuple[Line, ...]
    verdict: Verdict
    winner: AnswerVariant | None

    @property
    def harmful(self) -> tuple[AnswerVariant, ...]:
        """Answers that do clearly worse than the standard in what must not suffer."""
        return tuple(line.variant for line in self.lines if line.is_harmful)


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
    by_variant = [[row for row in rows if row.variant_id == variant.pk] for variant in variants]
    deciding = [_outcomes(experiment.goal, of, now) for of in by_variant]
    verdict = judge(deciding, experiment.sample_size) if variants else Verdict("waiting")
    lines = []
    for variant, of, outcomes in zip(variants, by_variant, deciding, strict=True):
        shares = {goal: _share(_outcomes(goal, of, now)) for goal in Goal.values}
        figures = {goal: Figure(share, *interval(share)) for goal, share in shares.items()}
        lead = None if variant is variants[0] else difference(_share(outcomes), _share(deciding[0]))
        lines.append(Line(variant, len(of), figures, lead, _harms(experiment, by_variant[0], of, now)))
    return Result(tuple(lines), verdict, None if verdict.best is None else variants[verdict.best])


def _harms(experiment: Experiment, standard: Sequence[Exposure], rows: Sequence[Exposure], now: datetime) -> bool:
    if not experiment.guardrail or rows is standard:
        return False
    known = [_outcomes(experiment.guardrail, of, now) for of in (standard, rows)]
    return is_harmful(known[0], known[1], experiment.sample_size)


def _outcomes(goal: str, rows: Sequence[Exposure], now: datetime) -> list[bool]:
    """Of those whose outcome is settled, in the order in which they came."""
    settled = [row for row in rows if row.exposed_at <= now - _SETTLED_AFTER[goal]]
    if goal == Goal.RATING:
        settled = [row for row in settled if row.score is not None]
    return [_is_hit(goal, row) for row in settled]


def _share(outcomes: Sequence[bool]) -> Share:
    return Share(sum(outcomes), len(outcomes))


def _is_hit(goal: str, row: Exposure) -> bool:
    if goal == Goal.RATING:
        return (row.score or 0) >= GOOD_SCORE
    return row.has_ordered if goal == Goal.ORDER else not row.was_handed_over
