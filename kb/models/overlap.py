"""Two published entries that answer the same question, and whether somebody said that this is meant."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OverlapQuerySet(models.QuerySet["Overlap"]):
    def open(self) -> "OverlapQuerySet":
        """Those that nobody has accepted yet."""
        return self.filter(accepted_at__isnull=True)

    def contradicting(self) -> "OverlapQuerySet":
        return self.exclude(differences=[])


class Overlap(models.Model):
    """A pair of entries, the older one first. `differences` is on what their answers do not agree."""

    first = models.ForeignKey("kb.Entry", on_delete=models.CASCADE, related_name="+", verbose_name=_("knowledge entry"))
    second = models.ForeignKey("kb.Entry", on_delete=models.CASCADE, related_name="+", verbose_name=_("other entry"))
    share = models.FloatField(_("closeness"), default=0)
    differences = models.JSONField(_("differences"), default=list, blank=True)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True)

    objects = OverlapQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at", "-pk"]
        verbose_name = _("overlap of entries")
        verbose_name_plural = _("overlaps of entries")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="overlap_once_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="overlap_older_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"
