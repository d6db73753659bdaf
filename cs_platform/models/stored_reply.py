"""The reply that a repeated request gets again."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cs_platform.fields import EncryptedTextField
from cs_platform.models.api_key import ApiKey


class StoredReply(models.Model):
    """The reply to a POST with an Idempotency-Key, kept so that a repetition gets it instead of a second effect."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    idempotency_key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=500, blank=True)
    body = EncryptedTextField(blank=True)  # may hold a secret that is shown once, or what customers wrote
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("stored reply")
        verbose_name_plural = _("stored replies")
        constraints = [
            models.UniqueConstraint(fields=["api_key", "idempotency_key"], name="one_reply_per_idempotency_key")
        ]

    def __str__(self) -> str:
        return self.idempotency_key
