"""Who is called when a customer waits for a person and nobody comes."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cs_platform.models import NoticeTarget

AFTER_SECONDS_MAX = 24 * 3600


class EscalationStep(models.Model):
    """One rung of the ladder: after so long these people are called, until somebody takes the customer."""

    class Audience(models.TextChoices):
        GROUP = "group", _("The skill group, or all agents")
        DUTY = "duty", _("People on duty")
        MANAGERS = "managers", _("Managers")

    channel = models.ForeignKey(
        "routing.Channel",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("channel"),
        help_text=_("Empty: for every channel that has no steps of its own."),
    )
    after_seconds = models.PositiveIntegerField(
        _("after seconds"),
        validators=[MaxValueValidator(AFTER_SECONDS_MAX)],
        help_text=_("So long the customer has waited in the queue."),
    )
    audience = models.CharField(_("whom"), max_length=10, choices=Audience.choices)
    transport = models.CharField(
        _("by"),
        max_length=20,
        choices=NoticeTarget.Kind.choices,
        blank=True,
        help_text=_("Empty: by everything that is set up for them."),
    )

    class Meta:
        ordering = ["channel", "after_seconds", "pk"]
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation")

    def __str__(self) -> str:
        return f"{self.after_seconds} s: {self.get_audience_display()}"
