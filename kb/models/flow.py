"""Decision trees: a process of the shop that the AI walks with a customer, step by step."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FlowQuerySet(models.QuerySet["Flow"]):
    def published(self) -> "FlowQuerySet":
        return self.filter(status=Flow.Status.PUBLISHED, live__isnull=False)


class Flow(models.Model):
    """One process. Its steps are the draft that managers edit; customers walk the version published last (`live`).

    `entry` is made of the phrasings when it is published; any other entry may name the flow too. Rows change through
    `kb.services.flows` only.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    name = models.CharField(_("name"), max_length=100, unique=True)
    description = models.TextField(_("description"), blank=True, help_text=_("For colleagues: what it is for."))
    category = models.ForeignKey(
        "kb.Category",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="flows",
        verbose_name=_("category"),
    )
    phrasings = models.TextField(
        _("phrasings that begin it"),
        blank=True,
        help_text=_(
            "One per line, as customers write: “I want to return this”. The first one is its standard question."
        ),
    )
    intent = models.CharField(
        _("intent"),
        max_length=40,
        blank=True,
        help_text=_("Key of an intent, as return_request. Who shows it and gets no answer otherwise begins here too."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    live = models.ForeignKey(
        "kb.FlowVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("version in use"),
    )
    entry = models.OneToOneField(
        "kb.Entry",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="own_flow",
        verbose_name=_("entry that begins it"),
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("changed by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = FlowQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = pgettext_lazy("tree", "decision tree")
        verbose_name_plural = pgettext_lazy("trees", "decision trees")

    def __str__(self) -> str:
        return self.name


class FlowStep(models.Model):
    """One step of the draft. `config` is one of the closed shapes of `kb.flow_tree`, by kind."""

    class Kind(models.TextChoices):
        SAY = "say", pgettext_lazy("step", "Say")
        ASK = "ask", pgettext_lazy("step", "Ask")
        CHOOSE = "choose", pgettext_lazy("step", "Let choose")
        CONDITION = "condition", pgettext_lazy("step", "Condition")
        ACTION = "action", pgettext_lazy("step", "Action")
        HAND_OVER = "hand_over", pgettext_lazy("step", "Hand over")
        END = "end", pgettext_lazy("step", "End")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="steps", verbose_name=_("flow"))
    key = models.CharField(_("mark"), max_length=40)
    position = models.PositiveIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("text"), blank=True)
    config = models.JSONField(_("settings"), default=dict, blank=True)
    next = models.CharField(_("next"), max_length=40, blank=True)

    class Meta:
        ordering = ["flow", "position"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["flow", "key"], name="step_mark_once_per_flow")]

    def __str__(self) -> str:
        return f"{self.position}. {self.text[:40]}"


class FlowOption(models.Model):
    """One way on from a step: what a customer may choose, or one case of a condition."""

    step = models.ForeignKey(FlowStep, on_delete=models.CASCADE, related_name="options", verbose_name=_("step"))
    position = models.PositiveIntegerField(_("position"))
    label = models.CharField(_("option"), max_length=100, blank=True)
    keywords = models.CharField(_("other words for it"), max_length=300, blank=True)
    operator = models.CharField(_("comparison"), max_length=10, blank=True)
    value = models.CharField(_("value"), max_length=100, blank=True)
    next = models.CharField(_("next"), max_length=40, blank=True)

    class Meta:
        ordering = ["step", "position"]
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return self.label or f"{self.operator} {self.value}"


class FlowVersion(models.Model):
    """A flow as it was published: never changed, so whoever walks it comes to the end that it had at the start."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="versions", verbose_name=_("flow"))
    number = models.PositiveIntegerField(_("number"))
    tree = models.JSONField(_("steps"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        ordering = ["flow", "-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="flow_version_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class FlowRun(models.Model):
    """A walk began, and how it ended. Nothing of what the customer said is kept here."""

    class Outcome(models.TextChoices):
        RUNNING = "running", pgettext_lazy("walk", "Under way")
        FINISHED = "finished", pgettext_lazy("walk", "Finished")
        HANDED_OVER = "handed_over", pgettext_lazy("walk", "Handed to a person")
        CANCELLED = "cancelled", pgettext_lazy("walk", "Stopped by the customer")
        EXPIRED = "expired", pgettext_lazy("walk", "Left unfinished")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="runs", verbose_name=_("flow"))
    version = models.ForeignKey(FlowVersion, on_delete=models.CASCADE, related_name="+", verbose_name=_("version"))
    reference = models.CharField(_("token"), max_length=100, unique=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.RUNNING)
    last_step = models.CharField(_("last step"), max_length=40, blank=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("walk")
        verbose_name_plural = _("walks")
        indexes = [models.Index(fields=["flow", "outcome"], name="run_by_outcome")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="running", ended_at__isnull=True)
                | ~Q(outcome="running") & Q(ended_at__isnull=False),
                name="run_ends_once",
            )
        ]

    def __str__(self) -> str:
        return self.reference
