"""Leads: who left contact details, once per person, and every time they did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Customer
from cs_platform.text import mask_email, mask_phone, mask_wechat
from marketing.models.card import Card
from routing.models import Channel


class Source(models.TextChoices):
    CARD = "card", _("Lead card")
    AGENT = "agent", _("Noted by an agent")
    API = "api", _("API")


class Lead(models.Model):
    """One person. The keys are the contact details in one spelling; no two leads share one."""

    class Status(models.TextChoices):
        NEW = "new", _("New")
        CONTACTED = "contacted", _("Contacted")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    customer = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("customer")
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.CARD)
    name = models.CharField(_("name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    note = models.TextField(_("note"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    consent_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("captured at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints = [
            models.UniqueConstraint(fields=[name], condition=~Q(**{name: ""}), name=f"lead_once_per_{name}")
            for name in ("phone", "wechat", "email")
        ]
        indexes = [models.Index(fields=["-created_at"], name="lead_by_time")]

    def __str__(self) -> str:
        """Masked: it stands in lists, in the titles of pages and in the audit log, for everybody who may look."""
        masked = mask_phone(self.phone) or mask_wechat(self.wechat) or mask_email(self.email)
        return self.name or masked or f"#{self.pk}"


class LeadCapture(models.Model):
    """One time that contact details were left, as they were typed, with what was agreed to."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="captures", verbose_name=_("lead"))
    key = models.CharField(max_length=100, unique=True, editable=False)  # the same event twice is one capture
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("conversation"),
    )
    card = models.ForeignKey(
        Card, on_delete=models.SET_NULL, null=True, blank=True, related_name="captures", verbose_name=_("card")
    )
    values = models.JSONField(_("as typed"), default=dict)
    consent_text = models.CharField(_("agreed to"), max_length=300, blank=True)
    consent_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("captured at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("capture")
        verbose_name_plural = _("captures")

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.pk}"
