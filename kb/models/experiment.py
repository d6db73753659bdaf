"""Two or three answers to one question, tried on customers side by side."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.models.entry import Entry

VARIANTS_MIN, VARIANTS_MAX = 2, 3
SAMPLE_DEFAULT, SAMPLE_MIN = 200, 30


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def running(self) -> "ExperimentQuerySet":
        return self.filter(status=Experiment.Status.RUNNING)


class Experiment(models.Model):
    """Which answer serves customers better? Decided by a test whose looks and sample were set beforehand."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("In progress")
        FINISHED = "finished", _("Finished")

    class Goal(models.TextChoices):
        SOLVED = "solved", _("Solved without a person")
        RATING = "rating", _("Good ratings (4 or 5)")
        ORDER = "order", _("Ordered within 7 days")

    class EndReason(models.TextChoices):
        DECIDED = "decided", _("A manager ended it")
        GUARDRAIL = "guardrail", _("What must not suffer has suffered")
        CHANGED = "changed", _("The entry says something else by now")

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="experiments", verbose_name=_("knowledge entry")
    )
    goal = models.CharField(
        _("what decides"),
        max_length=10,
        choices=Goal.choices,
        default=Goal.SOLVED,
        help_text=_("Chosen before the start; the other figures are shown, but they do not decide."),
    )
    guardrail = models.CharField(
        _("what must not suffer"),
        max_length=10,
        choices=Goal.choices,
        blank=True,
        default=Goal.RATING,
        help_text=_(
            "An answer that is clearly worse than the standard in this ends the experiment at once,"
            " and everybody gets the standard answer again."
        ),
    )
    sample_size = models.PositiveIntegerField(
        _("customers per answer"),
        default=SAMPLE_DEFAULT,
        validators=[MinValueValidator(SAMPLE_MIN)],
        help_text=_(
            "The whole sample. A great difference shows after a quarter of it; 200 show one of about 14 points."
        ),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    winner = models.ForeignKey(
        "kb.AnswerVariant",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made the standard"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=10, choices=EndReason.choices, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("answer experiment")
        verbose_name_plural = _("answer experiments")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(status="running"), name="one_running_experiment_per_entry"
            )
        ]

    def __str__(self) -> str:
        return self.entry.question


class AnswerVariant(models.Model):
    """One of the answers, A to C. A is what the entry said when the experiment was made."""

    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="variants", verbose_name=_("answer experiment")
    )
    label = models.CharField(_("label"), max_length=1)
    answer = models.TextField(_("answer"))

    class Meta:
        ordering = ["experiment", "label"]
        verbose_name = _("answer variant")
        verbose_name_plural = _("answer variants")
        constraints = [models.UniqueConstraint(fields=["experiment", "label"], name="variant_label_once")]

    def __str__(self) -> str:
        return self.label


class Exposure(models.Model):
    """A customer got one of the answers. The first time counts; what happened afterwards is added."""

    variant = models.ForeignKey(
        AnswerVariant, on_delete=models.CASCADE, related_name="exposures", verbose_name=_("answer variant")
    )
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="exposures", verbose_name=_("answer experiment")
    )
    customer_number = models.BigIntegerField(_("customer"))
    conversation_number = models.BigIntegerField(_("conversation"))
    exposed_at = models.DateTimeField(_("shown"), default=timezone.now)
    score = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    was_handed_over = models.BooleanField(_("handed over"), default=False)
    has_ordered = models.BooleanField(_("ordered"), default=False)

    class Meta:
        ordering = ["exposed_at", "pk"]
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        constraints = [
            models.UniqueConstraint(fields=["experiment", "customer_number"], name="exposure_once_per_customer")
        ]
        indexes = [
            models.Index(fields=["conversation_number"], name="exposure_by_conversation"),
            models.Index(fields=["customer_number", "exposed_at"], name="exposure_by_customer"),
            models.Index(fields=["variant", "exposed_at"], name="exposure_by_variant"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} → {self.customer_number}"
