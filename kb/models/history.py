"""Conversations of the past: each file that was imported, what was asked in it, and the frequent questions found."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.models.category import Category
from kb.models.entry import Entry, lines

QUESTION_CHARACTERS_MAX = 200
ABANDONED_AFTER = timedelta(minutes=10)  # a queue may be long


class HistoryImportQuerySet(models.QuerySet["HistoryImport"]):
    def unfinished(self) -> "HistoryImportQuerySet":
        return self.filter(status__in=HistoryImport.AT_WORK)

    def abandoned(self, now: datetime) -> "HistoryImportQuerySet":
        """Unfinished, and nobody has moved them on for a while: whoever did was killed."""
        return self.unfinished().filter(worked_at__lt=now - ABANDONED_AFTER)


class HistoryImport(models.Model):
    """One file of conversations, and how far it is. Rows change through `kb.services.history_intake` only.

    `content_hash` is unique: the same file again is the same import, so nothing of it is counted twice.
    """

    class Status(models.TextChoices):
        OPENING = "opening", _("Reading the file")
        MAPPING = "mapping", _("Columns to be named")
        SPLITTING = "splitting", _("Putting conversations together")
        READING = "reading", _("Finding questions")
        ENCODING = "encoding", _("Understanding questions")
        GROUPING = "grouping", _("Grouping by meaning")
        DRAFTING = "drafting", _("Drafting answers")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    AT_WORK = (
        Status.OPENING,
        Status.SPLITTING,
        Status.READING,
        Status.ENCODING,
        Status.GROUPING,
        Status.DRAFTING,
    )

    file_name = models.CharField(_("file"), max_length=200)
    content_hash = models.CharField(max_length=64, unique=True, editable=False)
    columns_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPENING)
    error = models.TextField(_("error"), blank=True)
    done = models.PositiveIntegerField(default=0, editable=False, help_text=_("Steps of the current status."))
    total = models.PositiveIntegerField(default=0, editable=False)
    conversations = models.PositiveIntegerField(_("conversations"), default=0)
    messages = models.PositiveIntegerField(_("messages"), default=0)
    questions = models.PositiveIntegerField(_("questions"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("imported by"),
    )
    worked_at = models.DateTimeField(_("last step"), default=timezone.now, editable=False)
    created_at = models.DateTimeField(_("imported"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = HistoryImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("history import")
        verbose_name_plural = _("history imports")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_at_work(self) -> bool:
        return self.status in self.AT_WORK

    @property
    def percent(self) -> int:
        """Of the current step, 0 to 100."""
        return min(100, 100 * self.done // self.total) if self.total else 0


class HistoryPart(models.Model):
    """A piece of a file that is not worked through yet: number 0 the file or its table, the others its conversations.

    It holds what people wrote, unmasked, and goes in the transaction that stores what was found in it.
    """

    of = models.ForeignKey(HistoryImport, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="history_part_once")]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.number}"


class MinedQuestionQuerySet(models.QuerySet["MinedQuestion"]):
    def pending(self) -> "MinedQuestionQuerySet":
        """What waits for a decision, the most frequent first."""
        return self.filter(status=MinedQuestion.Status.PENDING).order_by("-count", "pk")


class MinedQuestion(models.Model):
    """A question that customers asked again and again, with what agents answered; waits for one decision.

    Rows change through `kb.services.mined` (decisions) and `kb.services.history_groups` (counts) only.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("To review")
        ACCEPTED = "accepted", _("Accepted")
        MERGED = "merged", _("Merged")
        REJECTED = "rejected", _("Rejected")

    question = models.CharField(_("question"), max_length=QUESTION_CHARACTERS_MAX)
    phrasings = models.TextField(_("other phrasings"), blank=True, help_text=_("One per line, as customers wrote."))
    answer = models.TextField(_("answer"), blank=True, help_text=_("What an agent really answered, word for word."))
    answers = models.JSONField(_("answers of agents"), default=list, blank=True, help_text=_("Pairs of text, count."))
    count = models.PositiveIntegerField(_("times asked"), default=0)
    drafted_count = models.PositiveIntegerField(default=0, editable=False)  # the count that the draft was made from
    share = models.FloatField(_("share"), default=0.0, help_text=_("Of all questions of the history, 0 to 1."))
    category = models.ForeignKey(
        Category,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
        help_text=_("Guessed from the nearest entry."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    entry = models.ForeignKey(
        Entry,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mined_questions",
        verbose_name=_("knowledge entry"),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("merged into")
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    created_at = models.DateTimeField(_("found"), auto_now_add=True)

    objects = MinedQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-count", "pk"]
        verbose_name = _("question of the history")
        verbose_name_plural = _("questions of the history")
        indexes = [models.Index(fields=["status", "-count"], name="mined_by_count")]

    def __str__(self) -> str:
        return self.question

    @property
    def phrasing_list(self) -> list[str]:
        return lines(self.phrasings)


class HistoryQuestion(models.Model):
    """One time that a customer asked something, masked; `reference` says where, so it is counted once."""

    of = models.ForeignKey(HistoryImport, on_delete=models.CASCADE, related_name="asked")
    reference = models.CharField(max_length=32, unique=True)
    key = models.CharField(max_length=64)
    text = models.CharField(max_length=QUESTION_CHARACTERS_MAX)
    answer = models.TextField(blank=True)
    rivals = models.PositiveSmallIntegerField(default=0)  # other questions that the same reply may be meant for
    group = models.ForeignKey(MinedQuestion, on_delete=models.SET_NULL, null=True, related_name="asked")

    class Meta:
        indexes = [models.Index(fields=["key"], name="history_question_by_key")]

    def __str__(self) -> str:
        return self.text
