"""What belongs to the demo history and carries no mark of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Invention(models.Model):
    """One row that was invented: by its model and number it is found again, to be removed with the rest."""

    kind = models.CharField(_("kind"), max_length=60)
    key = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("invented row")
        verbose_name_plural = _("invented rows")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="invented_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
