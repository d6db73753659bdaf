"""Back office: events on their way to their handlers; what was given up says why and can be told again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from cs_platform.admin.pages import asks_first
from cs_platform.admin.reading import ReadOnlyAdmin
from cs_platform.given_up import tell_again
from cs_platform.models import OutboxItem, User

GIVEN_UP, STUMBLED, WAITING = "given_up", "stumbled", "waiting"
STATES: dict[str, str | Promise] = {
    GIVEN_UP: _("Given up"),
    STUMBLED: _("Tried again by itself"),
    WAITING: _("On its way"),
}
REASON_CHARACTERS = 120


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, str(name)) for state, name in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxItem]) -> QuerySet[OutboxItem]:
        match self.value():
            case "given_up":
                return queryset.filter(failed_at__isnull=False)
            case "stumbled":
                return queryset.filter(failed_at__isnull=True).exclude(last_error="")
            case "waiting":
                return queryset.filter(failed_at__isnull=True, last_error="")
        return queryset


@admin.register(OutboxItem)
class OutboxItemAdmin(ReadOnlyAdmin):
    """The list is empty on a good day. Nothing here can be changed, but it can be told again."""

    list_display = ("created_at", "name", "handler", "show_state", "attempts", "show_reason")
    list_filter = (StateFilter, "name")
    list_per_page = 50
    show_full_result_count = False
    ordering = (F("failed_at").desc(nulls_last=True), "pk")
    actions = ("tell_selected_again",)
    actions_detail = ("tell_again",)
    fieldsets = (
        (None, {"fields": ("name", "handler", "event_id", "show_payload")}),
        (_("How it went"), {"fields": ("last_error", "attempts", "created_at", "due_at", "failed_at")}),
    )

    @display(description=_("state"), label={GIVEN_UP: "danger", STUMBLED: "warning", WAITING: "default"})
    def show_state(self, item: OutboxItem) -> tuple[str, str | Promise]:
        state = GIVEN_UP if item.failed_at else STUMBLED if item.last_error else WAITING
        return state, STATES[state]

    @display(description=_("reason"))
    def show_reason(self, item: OutboxItem) -> str:
        return Truncator(item.last_error).chars(REASON_CHARACTERS) or "—"

    @display(description=_("content"))
    def show_payload(self, item: OutboxItem) -> SafeString:
        body = json.dumps(item.payload, ensure_ascii=False, indent=2)
        return render_to_string("admin/cs_platform/delivery.html", {"body": body})

    @action(description=_("Tell again"), url_path="again", icon="replay", permissions=["tell_again"])
    @asks_first(_("Tell again"), _("Its handler is called once more, and up to twelve times if it fails again."))
    def tell_again(self, request: HttpRequest, object_id: str) -> HttpResponseRedirect:
        self._tell(request, OutboxItem.objects.filter(pk=object_id))
        return HttpResponseRedirect(reverse("admin:cs_platform_outboxitem_changelist"))

    @admin.action(description=_("Tell again"), permissions=["tell_again"])
    def tell_selected_again(self, request: HttpRequest, queryset: QuerySet[OutboxItem]) -> None:
        self._tell(request, queryset)

    def _tell(self, request: HttpRequest, items: QuerySet[OutboxItem]) -> None:
        assert isinstance(request.user, User)  # the back office lets nobody else in
        count = tell_again(list(items.values_list("pk", flat=True)), by=request.user)
        text = ngettext("%(count)d event is told again.", "%(count)d events are told again.", count)
        (messages.success if count else messages.warning)(request, text % {"count": count})

    def has_tell_again_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("cs_platform.change_outboxitem")
