"""Outbound webhooks: where they go, and every delivery with what came back."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cs_platform.fields import EncryptedTextField


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def active(self) -> "WebhookEndpointQuerySet":
        return self.filter(is_active=True)

    def stopped(self) -> "WebhookEndpointQuerySet":
        """Switched off by the platform, not by a person."""
        return self.filter(is_active=False).exclude(disabled_reason="")


class WebhookEndpoint(models.Model):
    """An address of the merchant's that hears of events. The secret signs; an old one does as well for a while."""

    class Off(models.TextChoices):
        GONE = "gone", _("The address answered 410 Gone.")
        FAILING = "failing", _("Nothing could be delivered for days.")

    url = models.URLField(_("address"), max_length=500, help_text=_("Gets a POST with JSON for every event."))
    description = models.CharField(_("note"), max_length=200, blank=True)
    events = models.JSONField(_("events"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    secret = EncryptedTextField(_("signing secret"), editable=False)
    previous_secret = EncryptedTextField(default="", editable=False)
    previous_until = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_reason = models.CharField(
        _("why it was switched off"), max_length=10, choices=Off.choices, blank=True, editable=False
    )
    failing_since = models.DateTimeField(_("fails since"), null=True, blank=True, editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")

    def __str__(self) -> str:
        return self.description or self.url

    def secrets(self, now: datetime) -> list[str]:
        """What signs now: the current secret, and the one before it while it still holds."""
        is_old_valid = self.previous_secret and self.previous_until is not None and self.previous_until > now
        return [self.secret, self.previous_secret] if is_old_valid else [self.secret]


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def due(self, now: datetime) -> "WebhookDeliveryQuerySet":
        """To be sent now, and nobody is at it. Of this row alone: PostgreSQL checks a condition on another table, which
        makes the update a subquery, only as it was before somebody else's claim."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self.filter(free, status=WebhookDelivery.Status.PENDING, due_at__lte=now)

    def failed(self) -> "WebhookDeliveryQuerySet":
        return self.filter(status=WebhookDelivery.Status.FAILED)


class WebhookDelivery(models.Model):
    """One event for one endpoint: what is sent, how often it was tried, what came back last."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SUCCEEDED = "succeeded", _("Delivered")
        FAILED = "failed", _("Failed")

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("webhook endpoint")
    )
    event_id = models.UUIDField(_("event"), default=uuid.uuid4, editable=False)
    event_name = models.CharField(_("kind of event"), max_length=60)
    body = models.TextField(_("request"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    response_status = models.PositiveSmallIntegerField(_("answer's status"), null=True, blank=True)
    response_body = models.TextField(_("answer"), blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    duration_ms = models.PositiveIntegerField(_("took (ms)"), null=True, blank=True)
    log = models.JSONField(_("tries so far"), default=list)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_index=True)
    last_attempt_at = models.DateTimeField(_("last try"), null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="one_delivery_per_event")]
        indexes = [
            models.Index(fields=["endpoint", "due_at"], name="webhook_due", condition=Q(status="pending")),
            models.Index(fields=["endpoint", "status", "-id"], name="webhook_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} → {self.endpoint_id}"

    @property
    def message_id(self) -> str:
        """The header `webhook-id`: the same for every try, so that the receiver can leave out what it has."""
        return f"msg_{self.event_id.hex}"
