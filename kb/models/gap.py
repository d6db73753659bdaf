"""Pending knowledge 待补充知识点: questions the AI could not answer well, grouped by meaning."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.models.category import Category
from kb.models.entry import Entry

QUESTION_CHARACTERS_MAX = 500


class GapQuerySet(models.QuerySet["Gap"]):
    def pending(self) -> "GapQuerySet":
        """What somebody still has to deal with."""
        return self.filter(status__in=(Gap.Status.OPEN, Gap.Status.DRAFTED))

    def ranked(self) -> "GapQuerySet":
        """What customers miss most comes first."""
        return self.order_by("-weight", "-last_asked_at", "-pk")

    def unsettled(self) -> "GapQuerySet":
        """New ones that were not compared with the others yet."""
        return self.filter(is_settled=False)


class Gap(models.Model):
    """One thing that customers ask and the knowledge does not tell, with every question that means it.

    Rows change through `kb.services.gaps` and `kb.services.gap_groups` only. A new row stands for itself until a
    background job has compared its meaning with the others (`is_settled`).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("To do")
        DRAFTED = "drafted", _("Drafted")
        RESOLVED = "resolved", _("Resolved")
        IGNORED = "ignored", _("Ignored")

    question = models.CharField(_("question"), max_length=QUESTION_CHARACTERS_MAX)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    count = models.PositiveIntegerField(_("times asked"), default=0)
    weight = models.PositiveIntegerField(
        _("urgency"),
        default=0,
        help_text=_("A miss counts 1, a hand-over or a bad rating 2, a reply that an agent marked as wrong 3."),
    )
    first_asked_at = models.DateTimeField(_("first asked"), default=timezone.now)
    last_asked_at = models.DateTimeField(_("last asked"), default=timezone.now)
    category = models.ForeignKey(
        Category,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("category"),
        help_text=_("Guessed from the nearest entry."),
    )
    entry = models.ForeignKey(
        Entry,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("knowledge entry"),
    )
    is_settled = models.BooleanField(default=False, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    reopened_at = models.DateTimeField(_("reopened"), null=True, blank=True)

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ["-weight", "-last_asked_at", "-pk"]
        verbose_name = _("pending knowledge")
        verbose_name_plural = _("pending knowledge")
        indexes = [
            models.Index(fields=["status", "-weight"], name="gap_by_weight"),
            models.Index(fields=["is_settled"], name="gap_unsettled", condition=models.Q(is_settled=False)),
            models.Index(fields=["-last_asked_at"], name="gap_by_recency"),
        ]

    def __str__(self) -> str:
        return self.question


class GapQuestionQuerySet(models.QuerySet["GapQuestion"]):
    def between(self, since: datetime, until: datetime) -> "GapQuestionQuerySet":
        return self.filter(asked_at__gte=since, asked_at__lt=until)

    def with_answer(self) -> "GapQuestionQuerySet":
        """Those to which somebody gave the right answer."""
        return self.exclude(answer="")


class GapQuestion(models.Model):
    """One time that a customer asked it; the signal that it came by says how bad it was."""

    class Source(models.TextChoices):
        MISS = "miss", _("AI had no answer")
        UNSURE = "unsure", _("AI was not sure")
        WRONG_REPLY = "wrong_reply", _("Wrong AI reply")
        LOW_RATING = "low_rating", _("Low rating")
        HANDOFF = "handoff", _("Handed over")
        REPEAT = "repeat", _("Asked again")
        EDITED_SUGGESTION = "edited_suggestion", _("Suggestion rewritten")

    gap = models.ForeignKey(
        Gap, on_delete=models.CASCADE, related_name="questions", verbose_name=_("pending knowledge")
    )
    text = models.CharField(_("question"), max_length=QUESTION_CHARACTERS_MAX)
    key = models.CharField(max_length=64, editable=False, db_index=True)
    source = models.CharField(_("signal"), max_length=20, choices=Source.choices)
    reference = models.CharField(_("reference"), max_length=100, help_text=_("What it came from; counted once."))
    conversation_number = models.BigIntegerField(_("conversation"), null=True, blank=True)
    weight = models.PositiveSmallIntegerField(_("urgency"), default=1)
    answer = models.TextField(_("right answer"), blank=True, help_text=_("As an agent gave it."))
    entry = models.ForeignKey(
        Entry,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entry that was sent"),
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    objects = GapQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("question asked")
        verbose_name_plural = _("questions asked")
        constraints = [models.UniqueConstraint(fields=["source", "reference"], name="gap_question_once_per_reference")]
        indexes = [
            models.Index(fields=["conversation_number"], name="gap_question_by_conversation"),
            models.Index(fields=["asked_at"], name="gap_question_by_time"),
        ]

    def __str__(self) -> str:
        return self.text
