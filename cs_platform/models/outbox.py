"""What still has to be told: one row per event and handler, gone once the handler has done its work."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxItemQuerySet(models.QuerySet["OutboxItem"]):
    def to_deliver(self, now: datetime) -> "OutboxItemQuerySet":
        """Due, and with nobody at work on it."""
        return self.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=now), failed_at__isnull=True, due_at__lte=now
        )

    def failed(self) -> "OutboxItemQuerySet":
        return self.filter(failed_at__isnull=False)


class OutboxItem(models.Model):
    """An event on its way to one handler. Written in the transaction that made the event true."""

    event_id = models.UUIDField(_("event"), default=uuid.uuid4, editable=False)
    name = models.CharField(_("kind"), max_length=60)
    payload = models.JSONField(_("content"), default=dict)
    handler = models.CharField(_("handler"), max_length=200)
    created_at = models.DateTimeField(_("happened"), default=timezone.now)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    failed_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = OutboxItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("event on its way")
        verbose_name_plural = _("events on their way")
        constraints = [models.UniqueConstraint(fields=["event_id", "handler"], name="event_once_per_handler")]
        indexes = [models.Index(fields=["due_at"], name="outbox_due", condition=Q(failed_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.name} → {self.handler}"
