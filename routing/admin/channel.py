"""Channels with their embed code."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminColorInputWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from cs_platform import audit
from cs_platform.admin.meanwhile import MeanwhileAdmin
from cs_platform.admin.pages import confirm_page
from cs_platform.models import User
from routing.connection_form import field_names, form_for
from routing.kinds import ConnectionFailed, kind_of
from routing.models import Channel


@admin.register(Channel)
class ChannelAdmin(MeanwhileAdmin):
    list_display = ("name", "key", "kind", "show_enabled", "strategy", "schedule", "show_chat_link")
    list_filter = ("is_enabled",)
    list_select_related = ("strategy", "schedule")
    search_fields = ("name", "key")
    readonly_fields = ("embed_code", "callback_address", "guide", "created_at")
    warn_unsaved_form = True
    actions_detail = ("check_connection",)

    def get_fieldsets(self, request: HttpRequest, obj: Channel | None = None) -> Any:
        kind, answers = kind_of(obj) if obj else None, (_("Who answers"), {"fields": ("strategy", "schedule")})
        head = ("name", "key"), ("kind", "is_enabled")
        if obj is None:
            return [(None, {"fields": head, "description": _("Save first: what else is needed depends on the kind.")})]
        if kind is None:
            return [
                (None, {"fields": (*head, "embed_code")}),
                (_("Chat window"), {"fields": (("title", "accent"), "language", "greeting", "suggested_questions")}),
                answers,
                (_("Security"), {"fields": ("allowed_origins", "identity_secret", "created_at")}),
            ]
        values = field_names(kind) if self.has_change_permission(request, obj) else []
        return [
            (None, {"fields": head}),
            (_("Connection"), {"fields": ("guide", "callback_address", *values)}),
            (_("First words"), {"fields": ("language", "greeting", "suggested_questions")}),
            answers,
        ]

    def get_form(self, request: HttpRequest, obj: Channel | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=form_for(kind_of(obj) if obj else None), **kwargs)

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if changed := form.changed_secrets():
            audit.record("channel.connection_changed", obj, by=cast(User, request.user), fields=changed)

    def response_add(self, request: HttpRequest, obj: Channel, post_url_continue: str | None = None) -> HttpResponse:
        """On to the page where the rest is asked for."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, gettext("The channel is there. Now fill in the rest."))
        return HttpResponseRedirect(reverse("admin:routing_channel_change", args=[obj.pk]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Channel | None:
        """The channel, with the address under which this very page was asked for: it stands in the embed code."""
        channel = super().get_object(request, object_id, from_field)
        if channel is not None:
            vars(channel)["host"] = request.build_absolute_uri("/").rstrip("/")
        return channel

    def get_readonly_fields(self, request: HttpRequest, obj: Channel | None = None) -> tuple[str, ...]:
        # The key stands in the embed code on the shop's site: changing it would cut the shop off.
        return (*self.readonly_fields, "key", "kind") if obj else self.readonly_fields

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "accent":
            kwargs["widget"] = UnfoldAdminColorInputWidget
        elif db_field.name == "identity_secret":
            kwargs["widget"] = UnfoldAdminTextInputWidget
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

    @display(description=_("address for the platform"))
    def callback_address(self, channel: Any) -> SafeString:
        host = settings.PUBLIC_URL or getattr(channel, "host", "")
        address = host + reverse("callback", args=[channel.kind, channel.key])
        return render_to_string("admin/routing/callback.html", {"address": address, "host": host})

    @display(description=_("how to connect"))
    def guide(self, channel: Any) -> SafeString:
        kind = kind_of(channel)
        return render_to_string("admin/routing/guide.html", {"kind": kind, "is_connected": bool(channel.connection)})

    @action(description=_("Try the connection"), url_path="check", icon="cable", permissions=["check_connection"])
    def check_connection(self, request: HttpRequest, object_id: str) -> HttpResponse:
        channel = Channel.objects.get(pk=object_id)
        kind, back = kind_of(channel), reverse("admin:routing_channel_change", args=[object_id])

        def do() -> HttpResponse:
            try:
                messages.success(request, kind.check_connection(channel) if kind else "")
            except ConnectionFailed as failure:
                messages.error(request, gettext("The connection does not work: %(reason)s") % {"reason": failure})
            return HttpResponseRedirect(back)

        text = gettext("The platform is asked now whether it accepts what is saved here. Customers see nothing of it.")
        return confirm_page(
            self, request, title=gettext("Try the connection"), text=text, button=gettext("Try it"), back=back, do=do
        )

    def has_check_connection_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        channel = Channel.objects.filter(pk=object_id).first() if object_id else None
        return self.has_change_permission(request) and channel is not None and kind_of(channel) is not None

    @display(description=_("enabled"), boolean=True, ordering="is_enabled")
    def show_enabled(self, channel: Channel) -> bool:
        return channel.is_enabled

    @display(description=_("chat page"))
    def show_chat_link(self, channel: Channel) -> str:
        if channel.kind != Channel.Kind.WEB or not channel.is_enabled:
            return "—"
        url = reverse("chat", args=[channel.key])
        return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', url, pgettext("link", "Open"))
