"""Segments: which customers, in conditions that a shopkeeper reads. All of them must hold."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models import Customer
from kb.models import Category, Product
from routing.models import Channel

DAYS_MAX = 3650
ORDERS_MAX = 100_000
_DAYS = [MaxValueValidator(DAYS_MAX)]
_ORDERS = [MaxValueValidator(ORDERS_MAX)]


class Segment(models.Model):
    """Conditions on customers; who fits is asked anew each time."""

    class Contact(models.TextChoices):
        ANY = "any", _("does not matter")
        LEFT = "left", _("left contact details")
        PHONE = "phone", _("has a phone number")
        NONE = "none", _("left nothing")

    name = models.CharField(_("name"), max_length=60, unique=True)
    level = models.CharField(
        _("level"), max_length=10, choices=Customer.Level.choices, blank=True, help_text=_("Empty: any.")
    )
    contact = models.CharField(_("contact"), max_length=10, choices=Contact.choices, default=Contact.ANY)
    channels = models.ManyToManyField(
        Channel, blank=True, related_name="+", verbose_name=_("wrote on"), help_text=_("None: any channel.")
    )
    tags = models.CharField(
        _("has one of the tags"), max_length=300, blank=True, help_text=_("Separated by commas. Empty: any.")
    )
    seen_within_days = models.PositiveIntegerField(
        _("was here in the last days"), null=True, blank=True, validators=_DAYS
    )
    unseen_for_days = models.PositiveIntegerField(_("was not here for days"), null=True, blank=True, validators=_DAYS)
    products = models.ManyToManyField(Product, blank=True, related_name="+", verbose_name=_("bought one of"))
    categories = models.ManyToManyField(Category, blank=True, related_name="+", verbose_name=_("bought from"))
    orders_min = models.PositiveIntegerField(_("paid orders, at least"), null=True, blank=True, validators=_ORDERS)
    orders_max = models.PositiveIntegerField(_("paid orders, at most"), null=True, blank=True, validators=_ORDERS)
    spent_min = models.DecimalField(_("spent at least (¥)"), max_digits=12, decimal_places=2, null=True, blank=True)
    ordered_within_days = models.PositiveIntegerField(
        _("ordered in the last days"), null=True, blank=True, validators=_DAYS
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        least, most = self.orders_min, self.orders_max
        if least is not None and most is not None and least > most:
            raise ValidationError({"orders_max": _("This is less than “at least”: nobody would fit.")})

    def tag_names(self) -> list[str]:
        return [tag.strip() for tag in self.tags.replace("，", ",").split(",") if tag.strip()]
