"""The second step of a person's log-in: an authenticator app, and codes on paper for the day the phone is lost."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cs_platform.fields import EncryptedTextField


class SecondFactor(models.Model):
    """What one person's app and we both know. Rows change through `cs_platform.second_factor` only.

    `last_step` is the last half minute whose code was taken, so no code is taken twice; after some wrong codes in a row
    the next is looked at only from `wait_until` on.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor", verbose_name=_("user")
    )
    secret = EncryptedTextField(editable=False)
    last_step = models.BigIntegerField(editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    wait_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("set up"), auto_now_add=True)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code that stands in for the app once. Only its hash is kept."""

    of = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.pk}"
