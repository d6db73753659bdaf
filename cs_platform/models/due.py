"""Moments at which something has to happen, whatever crashes before."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DueItemQuerySet(models.QuerySet["DueItem"]):
    def to_run(self, now: datetime) -> "DueItemQuerySet":
        return self.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now), due_at__lte=now)


class DueItem(models.Model):
    """The next moment of one thing of one kind. Setting it again moves it."""

    kind = models.CharField(_("kind"), max_length=60)
    key = models.BigIntegerField(_("number"))
    due_at = models.DateTimeField(_("due"))
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    objects = DueItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_at"]
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_moment_per_thing")]
        indexes = [models.Index(fields=["due_at"], name="due_by_moment")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
