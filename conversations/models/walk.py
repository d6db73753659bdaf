"""Where a conversation stands in a decision tree."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation
from kb.models import FlowRun


class Walk(models.Model):
    """The walk that a conversation is on; at most one, gone when it is over.

    It changes together with the reply that tells the customer, by a compare-and-set on `moves`. A walk whose `epoch`
    is not the conversation's was interrupted: a person has had the chat, or it was closed meanwhile.
    """

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="walk", verbose_name=_("conversation")
    )
    run = models.OneToOneField(FlowRun, on_delete=models.CASCADE, related_name="+", verbose_name=_("walk"))
    state = models.JSONField(_("state"))
    epoch = models.PositiveIntegerField(_("epoch"))
    moves = models.PositiveIntegerField(_("moves"), default=1)
    is_offered = models.BooleanField(default=False)  # the customer was asked whether to go on after an interruption
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("walk")
        verbose_name_plural = _("walks")

    def __str__(self) -> str:
        return f"#{self.conversation_id}"
