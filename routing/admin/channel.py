"""Channels with their embed code."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminColorInputWidget, UnfoldAdminTextareaWidget

from routing.models import Channel


@admin.register(Channel)
class ChannelAdmin(ModelAdmin):
    list_display = ("name", "key", "kind", "show_enabled", "strategy", "schedule", "show_chat_link")
    list_filter = ("is_enabled",)
    list_select_related = ("strategy", "schedule")
    search_fields = ("name", "key")
    readonly_fields = ("embed_code", "created_at")
    warn_unsaved_form = True
    fieldsets = (
        (None, {"fields": (("name", "key"), ("kind", "is_enabled"), "embed_code")}),
        (_("Chat window"), {"fields": (("title", "accent"), "language", "greeting", "suggested_questions")}),
        (_("Who answers"), {"fields": ("strategy", "schedule")}),
        (_("Security"), {"fields": ("allowed_origins", "identity_secret", "created_at")}),
    )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Channel | None:
        """The channel, with the address under which this very page was asked for: it stands in the embed code."""
        channel = super().get_object(request, object_id, from_field)
        if channel is not None:
            vars(channel)["host"] = request.build_absolute_uri("/").rstrip("/")
        return channel

    def get_readonly_fields(self, request: HttpRequest, obj: Channel | None = None) -> tuple[str, ...]:
        # The key stands in the embed code on the shop's site: changing it would cut the shop off.
        return (*self.readonly_fields, "key") if obj else self.readonly_fields

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "accent":
            kwargs["widget"] = UnfoldAdminColorInputWidget
        elif isinstance(db_field, models.TextField):
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description=_("for your site"))
    def embed_code(self, channel: Any) -> SafeString | str:
        if not channel.pk:
            return str(_("Save first: the code appears here."))
        context = {
            "code": f'<script async src="{channel.host}{reverse("widget")}" data-channel="{channel.key}"></script>',
            "link": channel.host + reverse("chat", args=[channel.key]),
        }
        return render_to_string("admin/routing/embed.html", context)

    @display(description=_("enabled"), boolean=True, ordering="is_enabled")
    def show_enabled(self, channel: Channel) -> bool:
        return channel.is_enabled

    @display(description=_("chat page"))
    def show_chat_link(self, channel: Channel) -> str:
        url = reverse("chat", args=[channel.key])
        return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', url, pgettext("link", "Open"))
