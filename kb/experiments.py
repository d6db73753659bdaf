"""Reads of experiments: which answer a customer gets, and how the answers compare."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

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
_IS_HIT: dict[str, Q] = {
    Goal.SOLVED: Q(was_handed_over=False),
    Goal.RATING: Q(score__gte=GOOD_SCORE),
    Goal.ORDER: Q(has_ordered=True),
}
Tally = tuple[int, dict[str, Share]]
_NOBODY: Tally = (0, dict.fromkeys(Goal.values, Share(0, 0)))


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
    """How the answers do. What decides counts the first customers of the sample only, once their outcome is known.

    The database counts, and no more than the sample is read: an experiment may run for months.
    """
    variants = list(experiment.variants.all())
    tallies = _tallies(experiment, now)
    deciding = [_first_outcomes(experiment, experiment.goal, variant, now) for variant in variants]
    verdict = judge(deciding, experiment.sample_size) if variants else Verdict("waiting")
    harmful = _harmful(experiment, variants, now)
    lines = []
    for variant in variants:
        shown, shares = tallies.get(variant.pk, _NOBODY)
        figures = {goal: Figure(share, *interval(share)) for goal, share in shares.items()}
        goal_share, standard = shares[experiment.goal], tallies.get(variants[0].pk, _NOBODY)[1][experiment.goal]
        lead = None if variant is variants[0] else difference(goal_share, standard)
        lines.append(Line(variant, shown, figures, lead, variant.pk in harmful))
    return Result(tuple(lines), verdict, None if verdict.best is None else variants[verdict.best])


def _tallies(experiment: Experiment, now: datetime) -> dict[int, Tally]:
    """By variant: how many customers saw it, and the share of hits by goal."""
    counts: dict[str, Count] = {"shown": Count("pk")}
    for goal in Goal.values:
        counts[f"{goal}_hits"] = Count("pk", filter=_is_settled(goal, now) & _IS_HIT[goal])
        counts[f"{goal}_known"] = Count("pk", filter=_is_settled(goal, now))
    seen = Exposure.objects.filter(experiment=experiment).order_by().values("variant_id").annotate(**counts)
    return {
        pk: (shown, dict(zip(Goal.values, map(Share, known[::2], known[1::2]), strict=True)))
        for pk, shown, *known in seen.values_list("variant_id", *counts)
    }


def _harmful(experiment: Experiment, variants: Sequence[AnswerVariant], now: datetime) -> frozenset[int]:
    if not experiment.guardrail or not variants:
        return frozenset()
    known = {variant.pk: _first_outcomes(experiment, experiment.guardrail, variant, now) for variant in variants}
    standard, *others = variants
    harms = (one.pk for one in others if is_harmful(known[standard.pk], known[one.pk], experiment.sample_size))
    return frozenset(harms)


def _first_outcomes(experiment: Experiment, goal: str, variant: AnswerVariant, now: datetime) -> list[bool]:
    """Of those of the sample whose outcome is settled, in the order in which they came."""
    settled = Exposure.objects.filter(_is_settled(goal, now), experiment=experiment, variant=variant)
    hits = settled.annotate(is_hit=ExpressionWrapper(_IS_HIT[goal], BooleanField())).order_by("exposed_at", "pk")
    return list(hits.values_list("is_hit", flat=True)[: experiment.sample_size])


def _is_settled(goal: str, now: datetime) -> Q:
    settled = Q(exposed_at__lte=now - _SETTLED_AFTER[goal])
    return settled & Q(score__isnull=False) if goal == Goal.RATING else settled
