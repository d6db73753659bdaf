"""Broadcasts: one text to many customers, one row for each of them."""

from datetime import datetime, time

from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Customer, Message
from marketing.models.card import Card
from marketing.models.segment import Segment
from routing.models import Channel

TEXT_CHARACTERS_MAX = 500
PER_MINUTE_DEFAULT = 600
PER_MINUTE_MAX = 6000
PAUSE_DAYS_MAX = 365


class Broadcast(models.Model):
    """What is sent to whom and when. Once started, the rows of its recipients are the truth."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    name = models.CharField(_("name"), max_length=60, help_text=_("Only you and your colleagues see it."))
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="broadcasts", verbose_name=_("segment"))
    channels = models.ManyToManyField(
        Channel, blank=True, related_name="+", verbose_name=_("channels"), help_text=_("None: every channel.")
    )
    text = models.TextField(
        _("text"),
        validators=[MaxLengthValidator(TEXT_CHARACTERS_MAX)],
        help_text=_(
            "{name}, {coupon} and {order} stand for the customer's own. {name|friend} writes “friend” where the name"
            " is unknown; without that, customers who lack it are left out. How to opt out is added by itself."
        ),
    )
    card = models.ForeignKey(
        Card, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("card")
    )
    coupon_codes = models.TextField(
        _("coupon codes"), blank=True, help_text=_("One per line; each customer gets one of their own for {coupon}.")
    )
    scheduled_at = models.DateTimeField(_("start"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(
        _("messages per minute"),
        default=PER_MINUTE_DEFAULT,
        validators=[MinValueValidator(1), MaxValueValidator(PER_MINUTE_MAX)],
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True, default=time(21))
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True, default=time(9))
    patience_hours = models.PositiveSmallIntegerField(
        _("hours to wait for a free moment"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(14 * 24)],
        help_text=_("A customer who talks to a person or waits for an answer gets it afterwards, or not at all."),
    )
    pause_days = models.PositiveSmallIntegerField(
        _("days between two broadcasts"),
        default=3,
        validators=[MaxValueValidator(PAUSE_DAYS_MAX)],
        help_text=_("Who got another one since is left out. 0: nobody."),
    )
    conversion_days = models.PositiveSmallIntegerField(
        _("days in which an order counts"), default=7, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    paced_until = models.DateTimeField(null=True, blank=True, editable=False)  # the next message may go out then
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        permissions = [("send_broadcast", _("Can start, pause and cancel broadcasts"))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_editable(self) -> bool:
        return self.status == self.Status.DRAFT

    def coupons(self) -> list[str]:
        """The uploaded codes, each once, in their order."""
        return list(dict.fromkeys(line.strip()[:60] for line in self.coupon_codes.splitlines() if line.strip()))


class RecipientQuerySet(models.QuerySet["BroadcastRecipient"]):
    def due(self, now: datetime) -> "RecipientQuerySet":
        """To be sent now: waiting for their turn, or left behind by a sender that died."""
        pending = Q(state=BroadcastRecipient.State.PENDING, due_at__lte=now)
        abandoned = Q(state=BroadcastRecipient.State.SENDING, due_at__lte=now)
        return self.filter(pending | abandoned)

    def unfinished(self) -> "RecipientQuerySet":
        return self.filter(state__in=[BroadcastRecipient.State.PENDING, BroadcastRecipient.State.SENDING])


class BroadcastRecipient(models.Model):
    """One customer of one broadcast. `due_at` is when to try next; while sending, when the sender is given up."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        SKIPPED = "skipped", _("Left out")
        FAILED = "failed", _("Failed")

    class Reason(models.TextChoices):
        OPTED_OUT = "opted_out", _("Opted out")
        RECENTLY = "recently", _("Got another broadcast lately")
        BUSY = "busy", _("Was talking the whole time")
        WINDOW = "window", _("The platform allows no message any more")
        NOT_ALLOWED = "not_allowed", _("The platform forbids such a text")
        MISSING_VALUE = "missing_value", _("A variable had no value")
        CANCELLED = "cancelled", _("Broadcast cancelled")
        ERROR = "error", _("Error")

    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.CASCADE, related_name="recipients", verbose_name=_("broadcast")
    )
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", verbose_name=_("conversation")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    coupon = models.CharField(_("coupon"), max_length=60, blank=True)
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    message = models.OneToOneField(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "customer"], name="one_row_per_broadcast_and_customer"),
            models.UniqueConstraint(
                fields=["broadcast", "coupon"], condition=~Q(coupon=""), name="coupon_for_one_customer"
            ),
        ]
        indexes = [
            models.Index(fields=["broadcast", "state", "due_at"], name="recipient_by_state"),
            models.Index(fields=["customer", "-sent_at"], name="recipient_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.get_state_display()}"
