"""A person who writes to the shop, and the names that channels know the person by."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """One person, whatever the channel."""

    class Level(models.TextChoices):
        NORMAL = "normal", _("Normal")
        VIP = "vip", _("VIP")

    class Consent(models.TextChoices):
        UNKNOWN = "unknown", pgettext_lazy("consent", "Not asked")
        GIVEN = "given", pgettext_lazy("consent", "Agreed")
        REFUSED = "refused", pgettext_lazy("consent", "Refused")

    name = models.CharField(_("name"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.NORMAL)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    wechat = models.CharField(_("WeChat ID"), max_length=60, blank=True)
    region = models.CharField(
        _("region"),
        max_length=60,
        blank=True,
        help_text=_("Province and city, such as 浙江杭州. Rules and segments use it."),
    )
    tags = models.JSONField(_("tags"), default=list, blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("For colleagues only; the customer never sees it."))
    marketing_consent = models.CharField(
        _("marketing messages"),
        max_length=10,
        choices=Consent.choices,
        default=Consent.UNKNOWN,
        help_text=_("Whoever refused gets no broadcast and no promotion, only answers and news of own orders."),
    )
    marketing_consent_at = models.DateTimeField(_("agreed or refused at"), null=True, blank=True)
    is_blocked = models.BooleanField(
        _("blocked"),
        default=False,
        help_text=_("Messages are kept and the AI answers, but no agent is alerted or given the chat."),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    updated_at = models.DateTimeField(_("profile changed"), default=timezone.now, editable=False, db_index=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [models.Index(fields=["phone"], name="customer_by_phone", condition=~Q(phone=""))]

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> str:
        """The name, or one that tells strangers apart."""
        return customer_name(self.pk, self.name)


def customer_name(number: int, name: str) -> str:
    """What a customer is called: the name, or one that tells strangers apart."""
    return name or gettext("Visitor %(number)s") % {"number": number}


class CustomerIdentity(models.Model):
    """By what a channel, or a system of the shop, knows a customer. Visitor tokens are kept as hashes only."""

    class Kind(models.TextChoices):
        VISITOR = "visitor", _("Browser")
        SHOP = "shop", _("Shop account")
        WECHAT = "wechat", _("WeChat user")
        GENERIC = "generic", _("Messaging platform")
        API = "api", _("Number in another system")

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="identities", verbose_name=_("customer")
    )
    channel = models.ForeignKey(
        "routing.Channel", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    external_id = models.CharField(_("identifier"), max_length=128)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    class Meta:
        verbose_name = _("customer identity")
        verbose_name_plural = _("customer identities")
        constraints = [
            models.UniqueConstraint(fields=["channel", "kind", "external_id"], name="identity_once_per_channel"),
            # An ERP's or CRM's number belongs to no channel; two NULLs are never the same to a database.
            models.UniqueConstraint(
                fields=["kind", "external_id"], condition=Q(channel__isnull=True), name="identity_once_without_channel"
            ),
            models.CheckConstraint(
                condition=Q(channel__isnull=False) | Q(kind="api"), name="only_numbers_of_systems_have_no_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
