"""Triggers in the back office: when the shop speaks first, and how often each did."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from cs_platform.admin.meanwhile import MeanwhileAdmin
from marketing.models import Trigger
from marketing.wording import unknown_variables

_SILENCE = "kind == 'opened_silent' || kind == 'talked_silent'"
COUNTED_DAYS = 7


class TriggerForm(forms.ModelForm):
    class Meta:
        model = Trigger
        exclude = ()
        widgets = {
            "channels": UnfoldAdminCheckboxSelectMultipleWidget,
            "intents": UnfoldAdminCheckboxSelectMultipleWidget,
            "keywords": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("text") or "").strip() and not cleaned.get("card"):
            self.add_error("text", _("Write a text, choose a card, or both."))
        if names := unknown_variables(cleaned.get("text") or "", ()):
            text = gettext("Here no variables are filled in; customers would read them as they stand: %(names)s.")
            self.add_error("text", text % {"names": ", ".join(f"{{{name}}}" for name in names)})
        if cleaned.get("kind") == Trigger.Kind.KEYWORD and not (cleaned.get("keywords") or "").strip():
            self.add_error("keywords", _("At least one word."))
        if cleaned.get("kind") == Trigger.Kind.INTENT and not cleaned.get("intents"):
            self.add_error("intents", _("At least one intent."))
        if (cleaned.get("hours_from") is None) != (cleaned.get("hours_until") is None):
            raise ValidationError(_("Give both times of day, or none."))
        return cleaned


@admin.register(Trigger)
class TriggerAdmin(MeanwhileAdmin):
    form = TriggerForm
    list_display = ("name", "show_kind", "show_says", "show_channels", "show_week", "show_limit", "is_active")
    list_editable = ("is_active",)
    list_filter = ("kind", "is_active")
    list_select_related = ("card",)
    search_fields = ("name", "text")
    autocomplete_fields = ("card",)
    warn_unsaved_form = True
    conditional_fields = {
        "seconds": _SILENCE,
        "keywords": "kind == 'keyword'",
        "intents": "kind == 'intent'",
    }
    fieldsets = (
        (None, {"fields": (("name", "kind"), "seconds", "keywords", "intents", ("text", "card"))}),
        (
            _("Where and how often"),
            {
                "fields": (
                    "channels",
                    ("hours_from", "hours_until"),
                    ("limit_count", "limit_days"),
                    ("position", "is_active"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Trigger]:
        week = timezone.now() - timedelta(days=COUNTED_DAYS)
        rows = super().get_queryset(request).prefetch_related("channels")
        return rows.annotate(week=Count("firings", filter=Q(firings__created_at__gte=week)))

    @display(description=_("when"), ordering="kind")
    def show_kind(self, trigger: Trigger) -> str:
        is_silence = trigger.kind in (Trigger.Kind.OPENED_SILENT, Trigger.Kind.TALKED_SILENT)
        kind = trigger.get_kind_display()
        return f"{kind} · {trigger.seconds} s" if is_silence else kind

    @display(description=_("says"))
    def show_says(self, trigger: Trigger) -> str:
        return " + ".join(filter(None, (trigger.text[:40], trigger.card.title if trigger.card else "")))

    @display(description=_("channels"))
    def show_channels(self, trigger: Trigger) -> Any:
        return ", ".join(channel.name for channel in trigger.channels.all()) or _("all")

    @display(description=_("last 7 days"), ordering="week")
    def show_week(self, trigger: Any) -> int:
        return trigger.week

    @display(description=_("per customer"))
    def show_limit(self, trigger: Trigger) -> Any:
        return _("%(times)d in %(days)d days") % {"times": trigger.limit_count, "days": trigger.limit_days}
