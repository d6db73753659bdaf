"""What the shop sells: the facts that answers about a product need."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """One product by SKU, with its specifications, after-sales policy and delivery rules."""

    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    specifications = models.TextField(_("specifications"), blank=True, help_text=_("One per line, “name: value”."))
    after_sales_policy = models.TextField(_("after-sales policy"), blank=True)
    delivery_rules = models.TextField(_("delivery rules"), blank=True)
    category = models.ForeignKey(
        "kb.Category",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    is_active = models.BooleanField(_("on sale"), default=True)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name
