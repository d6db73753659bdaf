"""What passes between a conversation and a messaging platform: how it is reached, what came in, what must go out."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation
from conversations.models.message import Message
from conversations.windows import Window
from cs_platform.fields import EncryptedTextField
from routing.models import Channel


class PlatformThread(models.Model):
    """How a conversation is reached on its platform, and how much the platform lets us say there."""

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="platform_thread", verbose_name=_("conversation")
    )
    recipient = models.CharField(_("customer's number on the platform"), max_length=128)
    is_reachable = models.BooleanField(_("reachable"), default=True)
    remaining = models.PositiveIntegerField(_("messages left"), null=True, blank=True)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("platform thread")
        verbose_name_plural = _("platform threads")

    def __str__(self) -> str:
        return f"{self.conversation_id} → {self.recipient}"

    @property
    def window(self) -> Window | None:
        """What may still be said; None before the customer's first sign, or where the platform sets no limit."""
        return None if self.remaining is None or self.expires_at is None else Window(self.remaining, self.expires_at)


class PayloadQuerySet(models.QuerySet["InboundPayload"]):
    def waiting(self) -> "PayloadQuerySet":
        return self.filter(state=InboundPayload.State.WAITING)

    def to_take(self, now: datetime) -> "PayloadQuerySet":
        """Due, with nobody at work on it, and the first of its customer."""
        earlier = InboundPayload.objects.waiting().filter(
            channel_id=OuterRef("channel_id"), sender=OuterRef("sender"), pk__lt=OuterRef("pk")
        )
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self.waiting().filter(free, ~Exists(earlier), next_at__lte=now)


class InboundPayload(models.Model):
    """What a platform sent, as it was after its signature was checked; kept for a while to see and to repeat."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not taken in yet")
        DONE = "done", _("Taken in")
        IGNORED = "ignored", _("Ignored")
        FAILED = "failed", _("Failed")

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", verbose_name=_("channel"))
    key = models.CharField(_("platform's number"), max_length=200)
    sender = models.CharField(_("customer's number on the platform"), max_length=128, blank=True)
    body = models.TextField(_("content"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(default=timezone.now, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(_("error"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    objects = PayloadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("message from a platform")
        verbose_name_plural = _("messages from platforms")
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="inbound_once_per_channel")]
        indexes = [
            models.Index(fields=["next_at"], name="inbound_waiting", condition=Q(state="waiting")),
            models.Index(fields=["channel", "sender"], name="inbound_in_order", condition=Q(state="waiting")),
            models.Index(fields=["received_at"], name="inbound_by_age"),
        ]

    def __str__(self) -> str:
        return self.key


class DeliveryQuerySet(models.QuerySet["OutboundDelivery"]):
    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(state=OutboundDelivery.State.WAITING)

    def to_send(self, now: datetime) -> "DeliveryQuerySet":
        """Due, with nobody at work on it, and the first of its conversation: what comes later waits for it."""
        earlier = OutboundDelivery.objects.waiting().filter(
            conversation_id=OuterRef("conversation_id"), pk__lt=OuterRef("pk")
        )
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self.waiting().filter(free, ~Exists(earlier), next_at__lte=now)


class OutboundDelivery(models.Model):
    """One message on its way to a platform. Made in the message's own transaction, sent in order per conversation.

    `parts_sent` counts the platform's messages that are through already, so that a retry goes on where it stopped.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="delivery", verbose_name=_("message")
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("conversation")
    )
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", verbose_name=_("channel"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    parts_sent = models.PositiveSmallIntegerField(_("parts sent"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=30, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    platform_id = models.CharField(_("platform's number"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("delivery to a platform")
        verbose_name_plural = _("deliveries to platforms")
        indexes = [
            models.Index(fields=["next_at"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["conversation", "id"], name="delivery_in_order", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ChannelToken(models.Model):
    """A platform's access token, shared by all processes and renewed by one of them at a time."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="+")
    value = EncryptedTextField(default="", blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)  # the platform did not take it before its time

    def __str__(self) -> str:
        return f"{self.channel_id}"
