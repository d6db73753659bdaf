"""What a customer filled in on a card."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.message import Message


class CardSubmission(models.Model):
    """The values of one card, sent once. `receipt` is the message that thanks for it."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="submission", verbose_name=_("card"))
    receipt = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="+", verbose_name=_("thanks"), editable=False
    )
    client_id = models.CharField(max_length=64, editable=False)
    values = models.JSONField(_("values"), default=dict)
    consent_text = models.CharField(_("agreed to"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("filled-in card")
        verbose_name_plural = _("filled-in cards")

    def __str__(self) -> str:
        return f"#{self.pk}"
