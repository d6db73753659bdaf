"""Back office: who did what, for the owner and the managers. Read only."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from cs_platform.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ModelAdmin):
    """The trail of deeds."""

    list_display = ("show_at", "show_actor", "action", "target_name", "show_details")
    list_filter = ("action",)
    search_fields = ("actor_name", "action", "target_name", "target_id")
    date_hierarchy = "at"

    @display(description=_("Time"), ordering="at")
    def show_at(self, entry: AuditEntry) -> datetime:
        return entry.at

    @display(description=_("who"), ordering="actor_name")
    def show_actor(self, entry: AuditEntry) -> str:
        return entry.actor_name or str(_("the platform itself"))

    @display(description=_("details"))
    def show_details(self, entry: AuditEntry) -> str:
        text = json.dumps(entry.details, ensure_ascii=False) if entry.details else "—"
        return text[:120]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
