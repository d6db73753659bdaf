"""A person who writes to the shop, and the names that channels know the person by."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """One person, whatever the channel."""

    class Level(models.TextChoices):
        NORMAL = "normal", _("Normal")
        VIP = "vip", _("VIP")

    name = models.CharField(_("name"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.NORMAL)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

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
    """How a channel recognises a customer. Visitor tokens are kept as hashes only."""

    class Kind(models.TextChoices):
        VISITOR = "visitor", _("Browser")
        SHOP = "shop", _("Shop account")

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="identities", verbose_name=_("customer")
    )
    channel = models.ForeignKey(
        "routing.Channel", on_delete=models.CASCADE, related_name="+", verbose_name=_("channel")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    external_id = models.CharField(_("identifier"), max_length=128)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    class Meta:
        verbose_name = _("customer identity")
        verbose_name_plural = _("customer identities")
        constraints = [
            models.UniqueConstraint(fields=["channel", "kind", "external_id"], name="identity_once_per_channel")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
