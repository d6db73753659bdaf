"""Golden questions 必测问题: what must be answered how, and every time that it was tried."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.entry import Entry, lines
from kb.models.product import Product
from kb.run_titles import RunTitle

QUESTION_CHARACTERS_MAX = 500


class GoldenQuestionQuerySet(models.QuerySet["GoldenQuestion"]):
    def active(self) -> "GoldenQuestionQuerySet":
        """Those that are asked whenever knowledge changes."""
        return self.filter(is_active=True)


class GoldenQuestion(models.Model):
    """One question with what has to become of it. Rows change through `kb.services.golden` only."""

    class Expectation(models.TextChoices):
        ENTRY = "entry", _("This entry answers")
        NOTHING = "nothing", _("No answer is sent")
        WORDS = "words", _("The answer contains words")

    class Source(models.TextChoices):
        HAND = "hand", _("Written by hand")
        GAP = "gap", _("Pending knowledge")
        HISTORY = "history", _("Imported conversations")
        CONVERSATION = "conversation", _("A conversation")

    question = models.CharField(
        _("question"), max_length=QUESTION_CHARACTERS_MAX, help_text=_("As a customer really typed it.")
    )
    key = models.CharField(max_length=64, editable=False)
    expectation = models.CharField(
        _("what must happen"), max_length=10, choices=Expectation.choices, default=Expectation.ENTRY
    )
    entry = models.ForeignKey(
        Entry,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="golden_questions",
        verbose_name=_("knowledge entry"),
    )
    words = models.TextField(
        _("words in the answer"),
        blank=True,
        help_text=_("One per line. All of them must be in the answer, whichever entry gives it."),
    )
    channel = models.CharField(
        _("asked on the channel"),
        max_length=60,
        blank=True,
        help_text=_("Empty: nothing is known of who asks, so what is meant for some customers only does not answer."),
    )
    product = models.ForeignKey(
        Product,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="golden_questions",
        verbose_name=_("asked about the product"),
    )
    stage = models.CharField(_("asked at the stage"), max_length=10, blank=True, choices=Entry.Stage.choices)
    scope_key = models.CharField(max_length=120, blank=True, default="", editable=False)
    is_blocking = models.BooleanField(
        _("stops publishing"),
        default=True,
        help_text=_("When a change makes this one worse, it is not published. Otherwise it is only shown."),
    )
    is_active = models.BooleanField(_("is asked"), default=True)
    source = models.CharField(_("origin"), max_length=12, choices=Source.choices, default=Source.HAND, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = GoldenQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("golden question")
        verbose_name_plural = _("golden questions")
        constraints = [
            models.UniqueConstraint(fields=["key", "scope_key"], name="golden_question_once_for_each_who_asks")
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def asked_as(self) -> str:
        """Who asks, as far as something is known of them."""
        return " · ".join(
            filter(None, (self.channel, self.product.name if self.product else "", str(self.get_stage_display())))
        )

    @property
    def word_list(self) -> tuple[str, ...]:
        return tuple(lines(self.words))


class GoldenRunQuerySet(models.QuerySet["GoldenRun"]):
    def finished(self) -> "GoldenRunQuerySet":
        return self.exclude(state=GoldenRun.State.RUNNING)


class GoldenRun(models.Model):
    """Questions were asked all at once: before a change was published, from a file, or by hand."""

    class Trigger(models.TextChoices):
        PUBLISH = "publish", _("A change of knowledge")
        MANUAL = "manual", _("By hand")
        BATCH = "batch", _("A file")

    class State(models.TextChoices):
        RUNNING = "running", _("Being tested")
        DONE = "done", _("Done")
        PASSED = "passed", _("Let through")
        BLOCKED = "blocked", _("Stopped")
        OVERRIDDEN = "overridden", _("Published anyway")

    trigger = models.CharField(_("occasion"), max_length=10, choices=Trigger.choices)
    title = models.CharField(_("what was tried"), max_length=200)
    deed = models.CharField(max_length=20, blank=True, default="", editable=False)  # of `kb.run_titles`
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    previous = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("run before")
    )
    reason = models.TextField(_("why it was published anyway"), blank=True)
    total = models.PositiveIntegerField(_("questions"), default=0)
    done = models.PositiveIntegerField(_("asked so far"), default=0)
    improved = models.PositiveIntegerField(_("better"), default=0)
    changed = models.PositiveIntegerField(_("different"), default=0)
    worse = models.PositiveIntegerField(_("worse"), default=0)
    is_partial = models.BooleanField(
        _("partly judged by words alone"),
        default=False,
        help_text=_("More was new than could be read by meaning at once."),
    )
    knowledge_version = models.BigIntegerField(_("knowledge version"), default=0, editable=False)
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = GoldenRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("test run")
        verbose_name_plural = _("test runs")
        permissions = [("override_gate", _("Can publish although golden questions become worse"))]
        indexes = [models.Index(fields=["-created_at"], name="golden_run_by_time")]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """The title in the language of whoever reads it."""
        # Runs by hand from before the deed was kept have the title of whoever started them.
        deed = "all" if self.trigger == self.Trigger.MANUAL else self.deed
        return str(RunTitle(self.title, deed))


class GoldenResult(models.Model):
    """One question of one run. It keeps numbers and titles of entries, not keys: what was tried need not exist."""

    class Band(models.TextChoices):
        ANSWER = "answer", _("gives an answer")
        CLARIFY = "clarify", _("asks back")
        UNKNOWN = "unknown", _("does not know")
        HANDOFF = "handoff", _("hands over")

    class Outcome(models.TextChoices):
        RIGHT = "right", _("as expected")
        OFFERED = "offered", _("offered to choose")
        SILENT = "silent", _("not answered")
        WRONG = "wrong", _("wrong answer")
        OPEN = "open", _("nothing expected")

    class Verdict(models.TextChoices):
        UNCHANGED = "unchanged", _("unchanged")
        IMPROVED = "improved", _("better")
        CHANGED = "changed", _("different")
        WORSE = "worse", _("worse")

    class Why(models.TextChoices):
        LOST = "lost", _("The expected entry answered it before, and does no more.")
        TAKEN = "taken", _("Another entry answers it now.")
        SENT = "sent", _("An answer is sent where none should be.")
        WORDS = "words", _("Words that must be in the answer are missing.")
        HOLLOW = "hollow", _("The answer has lost most of its text, or cannot be read any more.")
        LESS = "less", _("It was at least offered before, and is no more.")

    run = models.ForeignKey(GoldenRun, on_delete=models.CASCADE, related_name="results", verbose_name=_("test run"))
    position = models.PositiveIntegerField(_("number"))
    question = models.CharField(_("question"), max_length=QUESTION_CHARACTERS_MAX)
    golden = models.ForeignKey(
        GoldenQuestion,
        on_delete=models.SET_NULL,
        null=True,
        related_name="results",
        verbose_name=_("golden question"),
    )
    channel = models.CharField(max_length=60, blank=True, default="")
    product = models.BigIntegerField(null=True)
    stage = models.CharField(max_length=10, blank=True, default="")
    asked_as = models.CharField(_("who asks"), max_length=300, blank=True, default="")
    expectation = models.CharField(
        _("what must happen"), max_length=10, blank=True, choices=GoldenQuestion.Expectation.choices
    )
    expected_entry = models.BigIntegerField(null=True)
    expected_title = models.CharField(_("expected"), max_length=500, blank=True)
    words = models.TextField(_("words in the answer"), blank=True)
    before_band = models.CharField(_("answered before"), max_length=10, blank=True, choices=Band.choices)
    before_entry = models.BigIntegerField(null=True)
    before_title = models.CharField(max_length=500, blank=True)
    before_text = models.TextField(blank=True)
    band = models.CharField(_("answered now"), max_length=10, blank=True, choices=Band.choices)
    entry = models.BigIntegerField(null=True)
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField(_("answer sent"), blank=True)
    confidence = models.FloatField(_("confidence"), default=0.0)
    outcome = models.CharField(_("result of the test"), max_length=10, blank=True, choices=Outcome.choices)
    verdict = models.CharField(_("compared with before"), max_length=10, blank=True, choices=Verdict.choices)
    why = models.CharField(_("what is wrong"), max_length=10, blank=True, choices=Why.choices)
    is_blocking = models.BooleanField(_("stops publishing"), default=False)

    class Meta:
        ordering = ["run", "position"]
        verbose_name = _("test result")
        verbose_name_plural = _("test results")
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="golden_result_once_per_place")]

    def __str__(self) -> str:
        return self.question

    @property
    def asked(self) -> tuple[str, str, int | None, str]:
        """The question with who asks it: what two runs have in common."""
        return self.question, self.channel, self.product, self.stage


class PublishLock(models.Model):
    """A single row (pk 1), locked while a change is tried and stored: each is judged on what is really published."""

    class Meta:
        verbose_name = _("publish lock")
        verbose_name_plural = _("publish locks")

    def __str__(self) -> str:
        return str(self.pk)
