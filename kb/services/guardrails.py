"""Ends experiments that harm what must not suffer, or whose entry was changed: nobody has to be looking."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from cs_platform.audit import record
from cs_platform.models import NoticeTarget
from cs_platform.notify import Notice, notify
from kb.experiments import compare
from kb.models import AnswerVariant, Experiment
from kb.services.experiments import is_outdated


def guard_experiments() -> int:
    """Look at every running experiment; returns how many were ended. May run twice."""
    return sum(_guard(experiment) for experiment in Experiment.objects.running().select_related("entry"))


def _guard(experiment: Experiment) -> bool:
    if is_outdated(experiment):
        return _end_outdated(experiment)
    if not experiment.guardrail or not (harmful := compare(experiment, timezone.now()).harmful):
        return False
    with transaction.atomic():
        if not _end(experiment, Experiment.EndReason.GUARDRAIL):
            return False
        record("experiment.guarded", experiment, by=None, answers=[variant.label for variant in harmful])
        notify(NoticeTarget.objects.for_everybody(), _notice(experiment, harmful[0]), key=f"guardrail-{experiment.pk}")
    return True


def _end_outdated(experiment: Experiment) -> bool:
    """Nobody gets its answers any more (`variant_for`), so it would wait for ever."""
    with transaction.atomic():
        if not _end(experiment, Experiment.EndReason.CHANGED):
            return False
        record("experiment.ended", experiment, by=None, winner="")
    return True


def _end(experiment: Experiment, reason: Experiment.EndReason) -> bool:
    running = Experiment.objects.running().filter(pk=experiment.pk)
    return running.update(status=Experiment.Status.FINISHED, ended_at=timezone.now(), end_reason=reason) == 1


def _notice(experiment: Experiment, variant: AnswerVariant) -> Notice:
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext("“%(question)s”: answer %(label)s did clearly worse than the standard (%(what)s).") % {
            "question": experiment.entry.question,
            "label": variant.label,
            "what": Experiment.Goal(experiment.guardrail).label,
        }
        return Notice(gettext("An answer experiment was ended"), text)
