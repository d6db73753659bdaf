"""Segments in the back office: conditions on the left, how many customers fit on the right, at every keystroke."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cs_platform.admin.meanwhile import MeanwhileAdmin
from marketing.models import Segment
from marketing.segments import find_customers, read_conditions

NAMES_SHOWN = 8


class SegmentForm(forms.ModelForm):
    class Meta:
        model = Segment
        exclude = ()
        widgets = {"channels": UnfoldAdminCheckboxSelectMultipleWidget}


@admin.register(Segment)
class SegmentAdmin(MeanwhileAdmin):
    form = SegmentForm
    list_display = ("name", "contact", "level", "tags", "updated_at")
    search_fields = ("name",)
    autocomplete_fields = ("products", "categories")
    warn_unsaved_form = True
    change_form_before_template = "admin/marketing/segment_count.html"
    fieldsets = (
        (None, {"fields": ("name",)}),
        (_("Who they are"), {"fields": (("contact", "level"), "tags", "channels")}),
        (_("When they were here"), {"fields": (("seen_within_days", "unseen_for_days"),)}),
        (
            _("What they bought"),
            {
                "fields": (
                    ("orders_min", "orders_max"),
                    ("spent_min", "ordered_within_days"),
                    ("products", "categories"),
                )
            },
        ),
    )

    class Media:
        js = ("marketing/live_form.js",)
        css = {"all": ("marketing/pages.css",)}

    def get_urls(self) -> list[URLPattern]:
        count = path("count/", self.admin_site.admin_view(self.count_view), name="marketing_segment_count")
        return [count, *super().get_urls()]

    def count_view(self, request: HttpRequest) -> HttpResponse:
        """How many fit what the form says now, and the first of them."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST)
        form.is_valid()
        form.errors.pop("name", None)
        context: dict[str, Any] = {"errors": [(form.fields[name].label, found) for name, found in form.errors.items()]}
        if not form.errors:
            lists = (form.cleaned_data[name] for name in ("channels", "products", "categories"))
            customers = find_customers(read_conditions(form.instance, *lists), timezone.now())
            context |= {"count": customers.count(), "customers": customers[:NAMES_SHOWN]}
        return TemplateResponse(request, "admin/marketing/segment_counted.html", context)
