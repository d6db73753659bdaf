"""Orders and their parcels in the back office: as the shop's systems report them, or from a file."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display

from conversations.admin.exporting import Column, ExportMixin, moment, short_moment
from conversations.admin.order_import import import_page, template_response
from conversations.models import Order, OrderItem, Shipment
from conversations.numbers import number_key
from cs_platform.admin.reading import ReadOnlyAdmin
from cs_platform.text import mask_phone


class ReadOnlyInline(TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("conversations.view_order")


class ItemInline(ReadOnlyInline):
    model = OrderItem
    fields = ("name", "sku", "quantity", "price", "product")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderItem]:
        return super().get_queryset(request).select_related("product")


class ShipmentInline(ReadOnlyInline):
    model = Shipment
    fields = ("carrier", "tracking_number", "status", "promised_at", "course")
    readonly_fields = ("course",)

    @display(description=_("course"))
    def course(self, shipment: Shipment) -> str:
        lines = ((event.get("at", "")[:16].replace("T", " "), event.get("text", "")) for event in shipment.events[::-1])
        return format_html_join("", "<div>{} {}</div>", lines) or "—"


@admin.register(Order)
class OrderAdmin(ExportMixin, ReadOnlyAdmin):
    export_name = "orders"
    list_display = (
        "number",
        "source",
        "show_customer",
        "show_status",
        "show_total",
        "show_parcels",
        "show_created",
        "show_paid",
    )
    list_filter = ("status", "source", ("created_at", RangeDateFilter), ("paid_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("customer",)
    list_per_page = 50
    search_fields = ("number", "customer__name", "phone")
    search_help_text = _("Order number, tracking number, customer, phone of the recipient")
    inlines = (ItemInline, ShipmentInline)
    actions = ("export_selected",)
    actions_list = (
        "import_orders",
        {
            "title": _("Export"),
            "icon": "download",
            "items": ["export_excel", "export_csv", "download_template"],
        },
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "source"),
                    ("customer", "channel"),
                    ("status", "show_total"),
                    ("phone", "note"),
                    ("created_at", "paid_at"),
                    "updated_at",
                )
            },
        ),
    )
    readonly_fields = ("show_total",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).prefetch_related("shipments", "items")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Order], search_term: str) -> Any:
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        if key := number_key(search_term):
            found |= queryset.filter(pk__in=Order.objects.with_key(key).values("pk"))
        return found, has_doubles

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("conversations.add_order")

    @action(description=_("Import"), url_path="import", icon="upload_file", permissions=["import"])
    def import_orders(self, request: HttpRequest) -> HttpResponse:
        return import_page(self, request)

    @action(description=_("Empty template"), url_path="template", permissions=["view"])
    def download_template(self, request: HttpRequest) -> HttpResponse:
        return template_response()

    def export_columns(self) -> Sequence[Column]:
        return (
            (_("order number"), lambda order: order.number),
            (_("source"), lambda order: order.source),
            (_("customer"), lambda order: order.customer.public_name if order.customer else ""),
            (_("status"), lambda order: order.get_status_display()),
            (_("total"), lambda order: order.total),
            (_("recipient's phone"), lambda order: order.phone),
            (_("order lines"), lambda order: "\n".join(str(item) for item in order.items.all())),
            (_("shipments"), lambda order: "\n".join(str(parcel) for parcel in order.shipments.all())),
            (_("ordered"), lambda order: moment(order.created_at)),
            (_("paid at"), lambda order: moment(order.paid_at)),
            (_("note"), lambda order: order.note),
        )

    @display(description=_("customer"), ordering="customer__name")
    def show_customer(self, order: Order) -> str:
        if order.customer is None:
            return mask_phone(order.phone) or "—"
        url = reverse("admin:conversations_customer_change", args=[order.customer_id])
        return format_html('<a class="whitespace-nowrap" href="{}">{}</a>', url, order.customer.public_name)

    @display(
        description=_("status"),
        ordering="status",
        label={
            "unpaid": "default",
            "paid": "warning",
            "shipped": "info",
            "delivered": "success",
            "refunding": "danger",
            "refunded": "default",
            "closed": "default",
        },
    )
    def show_status(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @display(description=_("total"), ordering="total")
    def show_total(self, order: Order) -> str:
        return f"¥{order.total}" if order.currency == "CNY" else f"{order.total} {order.currency}"

    @display(description=_("shipments"))
    def show_parcels(self, order: Order) -> str:
        parcels = ((parcel.get_status_display(), parcel.tracking_number) for parcel in order.shipments.all())
        return format_html_join("", '<div class="whitespace-nowrap">{} {}</div>', parcels)

    @display(description=_("ordered"), ordering="created_at")
    def show_created(self, order: Order) -> str:
        return short_moment(order.created_at)

    @display(description=_("paid at"), ordering="paid_at")
    def show_paid(self, order: Order) -> str:
        return short_moment(order.paid_at)
