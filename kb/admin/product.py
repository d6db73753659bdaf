"""Products in the back office."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from kb.admin.filters import CategoryFilter
from kb.admin.gate_page import GatedAdmin, OwnTransactions
from kb.admin.people import who
from kb.models import Entry, Product
from kb.services.products import delete_products, save_product


@admin.register(Product)
class ProductAdmin(GatedAdmin, ModelAdmin, OwnTransactions):
    list_display = ("name", "sku", "price", "category", "show_active", "updated_at")
    list_filter = ("is_active", CategoryFilter)
    list_select_related = ("category",)
    list_filter_submit = True
    search_fields = ("name", "sku", "summary")
    search_help_text = _("Name or SKU")
    autocomplete_fields = ("category",)
    fieldsets = (
        (None, {"fields": (("name", "sku"), ("price", "category"), "summary", "is_active")}),
        (_("What answers need"), {"fields": ("specifications", "after_sales_policy", "delivery_rules")}),
    )

    @display(description=_("on sale"), label={True: "success", False: "default"}, ordering="is_active")
    def show_active(self, product: Product) -> tuple[bool, Any]:
        return product.is_active, _("on sale") if product.is_active else _("off sale")

    def get_deleted_objects(
        self, objs: Sequence[Product] | QuerySet[Product], request: HttpRequest
    ) -> tuple[Any, Any, Any, Any]:
        """Knowledge that is meant for this product only would be for every product once it is gone."""
        found, counts, missing, protected = super().get_deleted_objects(objs, request)
        held = Entry.objects.filter(products__in=[product.pk for product in objs]).distinct()
        return found, counts, missing, [*protected, *(_link(entry) for entry in held)]

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        save_product(obj, by=who(request))

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        delete_products([obj], by=who(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        delete_products(list(queryset), by=who(request))


def _link(entry: Entry) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("admin:kb_entry_change", args=[entry.pk]), entry)
