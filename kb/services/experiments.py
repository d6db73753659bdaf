"""Experiments with answers: start, show, note what came of it, decide."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.audit import record
from cs_platform.models import User
from kb.models import AnswerVariant, Entry, Experiment, Exposure
from kb.models.experiment import VARIANTS_MAX, VARIANTS_MIN
from kb.services.entries import require_publisher, save_entry
from kb.services.foresight import tried_ahead
from kb.variables import unknown_variables

OUTCOME_WITHIN = timedelta(hours=24)  # a hand-over or a rating later than this is about something else
ORDER_WITHIN = timedelta(days=7)
_LABELS = "ABC"


def save_experiment(experiment: Experiment, *, answers: Sequence[str], by: User | None) -> Experiment:
    """Store an experiment that has not started: A is what the entry says, then the other answers."""
    require_publisher(by)
    texts = check_answers(experiment.entry, answers)
    with transaction.atomic():
        drafts = Experiment.objects.select_for_update().filter(status=Experiment.Status.DRAFT)
        if experiment.pk and not drafts.filter(pk=experiment.pk).first():
            raise ValidationError(_("It has started; its answers stay as they are."))
        experiment.created_by = experiment.created_by or by
        experiment.save()
        experiment.variants.all().delete()
        AnswerVariant.objects.bulk_create(
            AnswerVariant(experiment=experiment, label=label, answer=text)
            for label, text in zip(_LABELS, texts, strict=False)
        )
    return experiment


def check_answers(entry: Entry, answers: Sequence[str]) -> list[str]:
    """All answers, that of the entry first; refuses too few, too many, and equal ones."""
    texts = [entry.answer.strip(), *(text.strip() for text in answers if text.strip())]
    if not VARIANTS_MIN <= len(texts) <= VARIANTS_MAX:
        raise ValidationError(_("Write one or two other answers."))
    if unknown := [name for text in texts for name in unknown_variables(text)]:
        raise ValidationError(_("“{%(name)s}” stands for nothing.") % {"name": unknown[0]})
    if len(set(texts)) < len(texts):
        raise ValidationError(_("The answers must differ."))
    return texts


def start_experiment(experiment: Experiment, *, by: User | None) -> Experiment:
    """From now on each customer gets one of the answers, always the same. One experiment per entry at a time."""
    require_publisher(by)
    experiment = Experiment.objects.select_related("entry").get(pk=experiment.pk)
    if experiment.status != Experiment.Status.DRAFT:
        raise ValidationError(_("It has started already."))
    if is_outdated(experiment):
        raise ValidationError(_("The entry says something else by now. Save the experiment again, then start it."))
    if experiment.entry.status != Entry.Status.PUBLISHED:
        raise ValidationError(_("Publish the entry first: only then do customers get its answer."))
    if experiment.variants.count() < VARIANTS_MIN:
        raise ValidationError(_("Write one or two other answers."))
    try:
        with transaction.atomic():
            draft = Experiment.objects.filter(pk=experiment.pk, status=Experiment.Status.DRAFT)
            if not draft.update(status=Experiment.Status.RUNNING, started_at=timezone.now()):
                raise ValidationError(_("It has started already."))
            record("experiment.started", experiment, by=by)
    except IntegrityError as error:
        raise ValidationError(_("Another experiment with this entry is running.")) from error
    experiment.refresh_from_db()
    return experiment


@tried_ahead
def stop_experiment(experiment: Experiment, *, by: User | None, winner: AnswerVariant | None = None) -> Experiment:
    """No customer is tried on any more. With a winner, its answer becomes the standard answer of the entry."""
    require_publisher(by)
    with transaction.atomic():
        experiment = Experiment.objects.select_for_update(of=("self",)).get(pk=experiment.pk)
        if experiment.status == Experiment.Status.DRAFT or experiment.winner_id:
            raise ValidationError(_("There is nothing to decide."))
        if winner is not None and winner.experiment_id != experiment.pk:
            raise ValidationError(_("This answer belongs to another experiment."))
        experiment.status = Experiment.Status.FINISHED
        experiment.ended_at = experiment.ended_at or timezone.now()
        experiment.end_reason = experiment.end_reason or Experiment.EndReason.DECIDED
        experiment.winner = winner
        experiment.save(update_fields=["status", "ended_at", "end_reason", "winner"])
        if winner is not None:
            _make_standard(experiment.entry, winner, by=by)
        record("experiment.ended", experiment, by=by, winner=winner.label if winner else "")
    return experiment


def variant_for(entry_id: int, customer_id: int) -> AnswerVariant | None:
    """The answer that this customer gets while an experiment with the entry runs; the same one every time.

    None as soon as the entry says something else than it did at the start: what was corrected holds for everybody.
    """
    running = AnswerVariant.objects.filter(
        experiment__entry_id=entry_id,
        experiment__status=Experiment.Status.RUNNING,
        experiment__entry__status=Entry.Status.PUBLISHED,
    )
    variants = list(running.select_related("experiment__entry").order_by("label"))
    if not variants or _differs(variants[0], variants[0].experiment.entry):
        return None
    return variants[_share_of(variants[0].experiment_id, customer_id, len(variants))]


def is_outdated(experiment: Experiment) -> bool:
    """The entry says something else than answer A, which was its own when the experiment was written."""
    standard = experiment.variants.order_by("label").first()
    return standard is not None and _differs(standard, experiment.entry)


def record_exposure(variant_id: int, *, customer_id: int, conversation_id: int) -> None:
    """The customer got this answer. Only the first time counts; the experiment may be gone by now."""
    variant = AnswerVariant.objects.filter(pk=variant_id).first()
    if variant is not None:
        Exposure.objects.bulk_create(
            [
                Exposure(
                    variant=variant,
                    experiment_id=variant.experiment_id,
                    customer_number=customer_id,
                    conversation_number=conversation_id,
                )
            ],
            ignore_conflicts=True,
        )


def note_handover(conversation_id: int, *, at: datetime) -> int:
    """A person took this conversation: the answers shown in it before did not do."""
    shown = Exposure.objects.filter(conversation_number=conversation_id, was_handed_over=False)
    return shown.filter(exposed_at__gt=at - OUTCOME_WITHIN, exposed_at__lte=at).update(was_handed_over=True)


def note_score(conversation_id: int, score: int, *, at: datetime) -> int:
    """The customer rated this conversation; rating again replaces the score."""
    shown = Exposure.objects.filter(conversation_number=conversation_id)
    return shown.filter(exposed_at__gt=at - OUTCOME_WITHIN, exposed_at__lte=at).update(score=score)


def note_order(customer_id: int, *, at: datetime) -> int:
    """The customer ordered something."""
    shown = Exposure.objects.filter(customer_number=customer_id, has_ordered=False)
    return shown.filter(exposed_at__gt=at - ORDER_WITHIN, exposed_at__lte=at).update(has_ordered=True)


def _differs(standard: AnswerVariant, entry: Entry) -> bool:
    return standard.answer != entry.answer.strip()


def _share_of(experiment_id: int, customer_id: int, count: int) -> int:
    """Like drawing a lot, but the same one whenever and wherever it is asked."""
    digest = hashlib.blake2b(f"{experiment_id}:{customer_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) % count


def _make_standard(entry: Entry, winner: AnswerVariant, *, by: User | None) -> None:
    if entry.answer != winner.answer:
        entry.answer = winner.answer
        save_entry(entry, by=by)
