"""Numbers that rise with every change, so that each process knows when what it holds in memory is out of date."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoutingVersion(models.Model):
    """One row per subject."""

    class Subject(models.TextChoices):
        RULES = "rules", _("Rules and service hours")
        INTENTS = "intents", _("Intents")

    subject = models.CharField(_("subject"), max_length=10, choices=Subject.choices, unique=True)
    number = models.BigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("routing version")
        verbose_name_plural = _("routing versions")

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"
