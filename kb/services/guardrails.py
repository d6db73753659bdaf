"""Ends experiments in which an answer harms what must not suffer: nobody has to be looking."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from cs_platform.audit import record
from cs_platform.models import NoticeTarget
from cs_platform.notify import Notice, notify
from kb.experiments import compare
from kb.models import AnswerVariant, Experiment


def guard_experiments() -> int:
    """Look at every running experiment; returns how many were ended. May run twice."""
    guarded = Experiment.objects.running().exclude(guardrail="").select_related("entry")
    return sum(_guard(experiment) for experiment in guarded)


def _guard(experiment: Experiment) -> bool:
    now = timezone.now()
    harmful = compare(experiment, now).harmful
    if not harmful:
        return False
    with transaction.atomic():
        ended = Experiment.objects.running().filter(pk=experiment.pk)
        if not ended.update(status=Experiment.Status.FINISHED, ended_at=now, end_reason=Experiment.EndReason.GUARDRAIL):
            return False
        record("experiment.guarded", experiment, by=None, answers=[variant.label for variant in harmful])
        notify(NoticeTarget.objects.for_everybody(), _notice(experiment, harmful[0]), key=f"guardrail-{experiment.pk}")
    return True


def _notice(experiment: Experiment, variant: AnswerVariant) -> Notice:
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext("“%(question)s”: answer %(label)s did clearly worse than the standard (%(what)s).") % {
            "question": experiment.entry.question,
            "label": variant.label,
            "what": Experiment.Goal(experiment.guardrail).label,
        }
        return Notice(gettext("An answer experiment was ended"), text)
