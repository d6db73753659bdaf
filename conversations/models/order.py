"""What customers bought and where the parcels are, as the shop's systems report it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderQuerySet(models.QuerySet["Order"]):
    def newest_first(self) -> "OrderQuerySet":
        return self.order_by("-created_at", "-pk")

    def with_key(self, key: str) -> "OrderQuerySet":
        """Orders whose number, or one of whose tracking numbers, is this one however it is written."""
        by_parcel = Shipment.objects.filter(number_key=key).values("order_id")
        return self.filter(models.Q(number_key=key) | models.Q(pk__in=by_parcel))


class Order(models.Model):
    """One order of the shop. The number is unique within the system it comes from."""

    class Status(models.TextChoices):
        UNPAID = "unpaid", pgettext_lazy("order", "Unpaid")
        PAID = "paid", pgettext_lazy("order", "Paid")
        SHIPPED = "shipped", pgettext_lazy("order", "Shipped")
        DELIVERED = "delivered", pgettext_lazy("order", "Delivered")
        CLOSED = "closed", pgettext_lazy("order", "Closed")
        REFUNDING = "refunding", pgettext_lazy("order", "Refund under way")
        REFUNDED = "refunded", pgettext_lazy("order", "Refunded")

    source = models.CharField(
        _("source"),
        max_length=40,
        default="shop",
        help_text=_("The system it comes from, such as shop, taobao, jd or erp."),
    )
    number = models.CharField(_("order number"), max_length=64)
    number_key = models.CharField(max_length=64, editable=False, db_index=True)
    customer = models.ForeignKey(
        "conversations.Customer",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("customer"),
    )
    channel = models.ForeignKey(
        "routing.Channel", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.UNPAID)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2, default=0, help_text=_("In yuan."))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    phone = models.CharField(_("recipient's phone"), max_length=30, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("ordered"), default=timezone.now)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    updated_at = models.DateTimeField(
        _("as of"),
        default=timezone.now,
        help_text=_("The moment that the sender's data are from; older data change nothing."),
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("order")
        verbose_name_plural = pgettext_lazy("things", "orders")
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="order_number_once_per_source")]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="order_by_customer"),
            models.Index(fields=["-created_at"], name="order_by_age"),
            models.Index(fields=["paid_at"], name="order_by_payment", condition=models.Q(paid_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class OrderItem(models.Model):
    """One line of an order; linked to the product when its SKU is known here."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items", verbose_name=_("order"))
    sku = models.CharField(_("SKU"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=200)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, default=0, help_text=_("Each, in yuan."))
    product = models.ForeignKey(
        "kb.Product", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("product")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")

    def __str__(self) -> str:
        return f"{self.name} × {self.quantity}"


class Shipment(models.Model):
    """One parcel of an order. `events` are what the carrier reported, oldest first: {"at", "text"}."""

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("parcel", "Waiting to be sent")
        SHIPPED = "shipped", pgettext_lazy("parcel", "Sent")
        IN_TRANSIT = "in_transit", pgettext_lazy("parcel", "On its way")
        DELAYED = "delayed", pgettext_lazy("parcel", "Delayed")
        DELIVERED = "delivered", pgettext_lazy("parcel", "Delivered")
        RETURNED = "returned", pgettext_lazy("parcel", "Sent back")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments", verbose_name=_("order"))
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)
    number_key = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.PENDING)
    events = models.JSONField(_("course"), default=list, blank=True)
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)
    updated_at = models.DateTimeField(_("as of"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [models.UniqueConstraint(fields=["order", "tracking_number"], name="parcel_once_per_order")]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.carrier, self.tracking_number))) or self.get_status_display()

    @property
    def last_event(self) -> dict[str, str] | None:
        return self.events[-1] if self.events else None
