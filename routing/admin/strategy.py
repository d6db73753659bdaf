"""Strategies: how a channel's customers are received."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from routing.admin.announcing import AnnouncingAdmin
from routing.models import Strategy


@admin.register(Strategy)
class StrategyAdmin(AnnouncingAdmin):
    list_display = ("name", "mode", "misses_before_handoff", "wait_seconds", "hands_over_negative", "show_channels")
    search_fields = ("name",)
    warn_unsaved_form = True
    fieldsets = (
        (None, {"fields": ("name", "mode")}),
        (
            _("When a person takes over"),
            {
                "description": _("Whoever asks for a person gets one, whatever is set here."),
                "fields": (("misses_before_handoff", "wait_seconds"), ("hands_over_negative", "sensitivity")),
            },
        ),
        (_("How the AI speaks"), {"fields": ("stance", "persona", "banned_openers", "ai_label")}),
        (
            _("Patience"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("agent_seconds", "assigned_seconds"),
                    ("widen_seconds", "ticket_minutes"),
                    ("ai_idle_minutes", "person_idle_minutes"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Strategy]:
        return super().get_queryset(request).prefetch_related("channels")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "stance":
            kwargs["widget"] = UnfoldAdminRadioSelectWidget()
        if db_field.name in ("persona", "banned_openers"):
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description=_("channels"))
    def show_channels(self, strategy: Strategy) -> str:
        return "、".join(channel.name for channel in strategy.channels.all()) or "—"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A strategy that channels use cannot go; the page says so instead of failing."""
        if obj is not None and obj.channels.exists():
            return False
        return super().has_delete_permission(request, obj)
