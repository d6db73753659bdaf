"""AI replies that an agent marked as wrong."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.message import Message


class WrongReply(models.Model):
    """One reply of the AI, who says that it is wrong, and what would have been right."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="wrong_reply", verbose_name=_("message")
    )
    right_answer = models.TextField(_("right answer"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("marked by")
    )
    created_at = models.DateTimeField(_("marked"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("wrong AI reply")
        verbose_name_plural = _("wrong AI replies")
        indexes = [models.Index(fields=["created_at"], name="wrong_reply_by_time")]

    def __str__(self) -> str:
        return str(self.message)
