"""Who wants no more messages that nobody asked for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Customer


class OptOut(models.Model):
    """This customer gets no broadcasts and no wake-ups. Answers and notices about own orders go on."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, related_name="opt_out", verbose_name=_("customer")
    )
    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("conversation"),
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")

    def __str__(self) -> str:
        return str(self.customer)
