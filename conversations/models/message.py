"""One message. What must not be lost or doubled is unique here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> "MessageQuerySet":
        return self.filter(is_private=False)

    def after(self, seq: int) -> "MessageQuerySet":
        return self.filter(seq__gt=seq)

    def from_customer(self) -> "MessageQuerySet":
        return self.filter(sender=Message.Sender.CUSTOMER)


class Message(models.Model):
    """What somebody said, numbered without gaps within its conversation.

    A private note takes no number of its own: it carries the number of the public message that it follows, so that
    the customer's numbering shows no gap.
    """

    class Sender(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        AI = "ai", _("AI")
        AGENT = "agent", _("Agent")
        SYSTEM = "system", _("System")

    conversation = models.ForeignKey(
        "conversations.Conversation",
        on_delete=models.CASCADE,
        related_name="messages",
        db_index=False,  # message_by_number begins with it
        verbose_name=_("conversation"),
    )
    seq = models.PositiveIntegerField(_("number"))
    sender = models.CharField(_("sender"), max_length=10, choices=Sender.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("name shown"), max_length=100, blank=True)
    text = models.TextField(_("text"), blank=True)
    is_private = models.BooleanField(_("internal note"), default=False)
    options = models.JSONField(_("options"), default=list, blank=True)
    attached = models.JSONField(_("attachments"), default=list, blank=True)  # snapshots: frames need no query
    card = models.JSONField(_("card"), null=True, blank=True)
    client_id = models.CharField(max_length=64, null=True, blank=True, editable=False)
    platform_id = models.CharField(max_length=200, null=True, blank=True, editable=False)
    chosen_entry_id = models.BigIntegerField(null=True, blank=True, editable=False)
    chosen_option = models.CharField(max_length=100, null=True, blank=True, editable=False)
    answers_seq = models.PositiveIntegerField(null=True, blank=True, editable=False)
    entry = models.ForeignKey(
        "kb.Entry",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("knowledge entry"),
    )
    decision = models.JSONField(_("why"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["conversation", "seq", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        # Most messages have few of these values, and an index of many nulls still grows with every message: each of
        # these knows only the rows that have one. Four indexes fewer to write made storing a message a fifth cheaper.
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "seq"], condition=Q(is_private=False), name="message_number_once"
            ),
            models.UniqueConstraint(
                fields=["conversation", "client_id"],
                condition=Q(client_id__isnull=False),
                name="message_client_id_once",
            ),
            models.UniqueConstraint(
                fields=["conversation", "answers_seq"],
                condition=Q(answers_seq__isnull=False),
                name="one_answer_per_turn",
            ),
            models.UniqueConstraint(
                fields=["platform_id"], condition=Q(platform_id__isnull=False), name="message_platform_id_once"
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "seq"], name="message_by_number"),
            models.Index(fields=["author"], condition=Q(author__isnull=False), name="message_by_author"),
            models.Index(fields=["entry"], condition=Q(entry__isnull=False), name="message_by_entry"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
