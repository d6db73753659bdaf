"""How far the background work of reports has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Watermark(models.Model):
    """One row per kind of work. Whoever does that work holds the row locked, so two workers take turns."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("done up to"), null=True, blank=True)
    changes = models.PositiveBigIntegerField(_("changes so far"), default=0)

    class Meta:
        verbose_name = _("watermark")
        verbose_name_plural = _("watermarks")

    def __str__(self) -> str:
        return self.name
