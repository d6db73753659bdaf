"""What customers taught by clicking: this question means that entry, or none of the entries that were offered."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kb.models.entry import Entry

QUESTION_CHARACTERS_MAX = 300
COUNTS_FROM = 2  # one customer alone may have clicked anything


class LessonQuerySet(models.QuerySet["Lesson"]):
    def waiting(self) -> "LessonQuerySet":
        """Nobody has decided yet, the most frequent first."""
        return self.filter(status=Lesson.Status.WAITING).order_by("-count", "-last_at", "pk")

    def against(self) -> "LessonQuerySet":
        """Counter-examples that count: confirmed, or told by several customers and not removed."""
        heard = models.Q(status=Lesson.Status.WAITING, count__gte=COUNTS_FROM)
        return self.filter(models.Q(status=Lesson.Status.ACCEPTED) | heard, kind=Lesson.Kind.AGAINST)


class Lesson(models.Model):
    """One question and one entry, as often as customers said so. Rows change through `kb.services.lessons` only."""

    class Kind(models.TextChoices):
        PHRASING = "phrasing", _("Means this entry")
        AGAINST = "against", _("Does not mean this entry")

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("lesson", "Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DISMISSED = "dismissed", _("Dismissed")

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="lessons", verbose_name=_("knowledge entry"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=64, editable=False)
    question = models.CharField(_("question"), max_length=QUESTION_CHARACTERS_MAX)
    count = models.PositiveIntegerField(_("customers"), default=0)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    first_at = models.DateTimeField(_("first"), auto_now_add=True)
    last_at = models.DateTimeField(_("last"), auto_now=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["-count", "-last_at", "-pk"]
        verbose_name = _("lesson from customers")
        verbose_name_plural = _("lessons from customers")
        constraints = [models.UniqueConstraint(fields=["entry", "kind", "key"], name="lesson_once_per_entry_and_key")]
        indexes = [models.Index(fields=["status", "kind"], name="lesson_by_status")]

    def __str__(self) -> str:
        return self.question


class LessonGiven(models.Model):
    """One conversation that gave the lesson: however often it is told, it counts once."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="given", db_index=False)
    conversation_number = models.BigIntegerField(_("conversation"))

    class Meta:
        verbose_name = _("lesson given")
        verbose_name_plural = _("lessons given")
        constraints = [
            models.UniqueConstraint(fields=["lesson", "conversation_number"], name="lesson_once_per_conversation")
        ]

    def __str__(self) -> str:
        return str(self.conversation_number)


class SetAside(models.Model):
    """A matter of the intent bank that this shop has nothing to do with."""

    key = models.CharField(_("matter"), max_length=60, unique=True)
    at = models.DateTimeField(_("set aside"), auto_now_add=True)

    class Meta:
        verbose_name = _("matter set aside")
        verbose_name_plural = _("what your knowledge is missing")

    def __str__(self) -> str:
        return self.key
