"""Experiments for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from kb.models import AnswerVariant, Entry, Experiment, Exposure
from kb.services.experiments import save_experiment, start_experiment
from tests.factories import make_entry


def make_experiment(
    entry: Entry | None = None, *, answers: Sequence[str] = ("乙",), start: bool = True, **fields: object
) -> Experiment:
    entry = entry or make_entry("灯泡能换吗", "甲")
    experiment = save_experiment(Experiment(entry=entry, **fields), answers=answers, by=None)  # type: ignore[misc]
    return start_experiment(experiment, by=None) if start else experiment


def variants(experiment: Experiment) -> list[AnswerVariant]:
    return list(experiment.variants.order_by("label"))


def expose(variant: AnswerVariant, customers: range, *, at: datetime | None = None, **outcome: object) -> None:
    """So many customers got this answer, a day and more ago unless told otherwise."""
    Exposure.objects.bulk_create(
        Exposure(
            variant=variant,
            experiment_id=variant.experiment_id,
            customer_number=number,
            conversation_number=number,
            exposed_at=at or timezone.now() - timedelta(days=8),
            **outcome,  # type: ignore[misc]
        )
        for number in customers
    )
