"""What customers hear about their parcels without asking, and the record that each was told once."""

from datetime import time

from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models import Message, Shipment


class OrderNotice(models.Model):
    """The text for one status of a parcel."""

    class Event(models.TextChoices):
        SHIPPED = "shipped", _("Parcel was sent")
        DELAYED = "delayed", _("Parcel is delayed")
        DELIVERED = "delivered", _("Parcel was delivered")

    event = models.CharField(_("event"), max_length=12, choices=Event.choices, unique=True)
    text = models.TextField(
        _("text"),
        validators=[MaxLengthValidator(500)],
        help_text=_(
            "{name}, {order}, {carrier}, {tracking} and {latest} stand for the customer's name, the order, the"
            " carrier, the tracking number and the latest news of the parcel. {name|friend} writes “friend” where the"
            " name is unknown."
        ),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    is_urgent = models.BooleanField(
        _("also at night"), default=False, help_text=_("Otherwise it waits for the end of the quiet hours.")
    )
    quiet_from = models.TimeField(_("quiet from"), default=time(22))
    quiet_until = models.TimeField(_("quiet until"), default=time(8))
    related_products = models.PositiveSmallIntegerField(
        _("related products"), default=3, validators=[MaxValueValidator(3)], help_text=_("So many are shown with it.")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("order notice")
        verbose_name_plural = _("order notices")

    def __str__(self) -> str:
        return self.get_event_display()


class OrderNoticeSent(models.Model):
    """One parcel and one of its statuses: told once, or left out for a reason."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENT = "sent", _("Sent")
        SKIPPED = "skipped", _("Left out")

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="+", verbose_name=_("shipment"))
    event = models.CharField(_("event"), max_length=12, choices=OrderNotice.Event.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    message = models.OneToOneField(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    created_at = models.DateTimeField(_("at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("sent order notice")
        verbose_name_plural = _("sent order notices")
        constraints = [models.UniqueConstraint(fields=["shipment", "event"], name="told_once_per_parcel_and_event")]

    def __str__(self) -> str:
        return f"{self.get_event_display()} #{self.shipment_id}"
