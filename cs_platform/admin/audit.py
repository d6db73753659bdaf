"""Back office: who did what, for the owner and the managers. Read only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from cs_platform.admin.reading import ReadOnlyAdmin
from cs_platform.audit import name_of_deed
from cs_platform.models import AuditEntry
from cs_platform.roles import ROLES

_DETAILS = {
    "address": _("network address"),
    "size": _("shop size"),
    "changes": _("changes"),
    "changed": pgettext_lazy("detail of a deed", "changed fields"),
    "fields": pgettext_lazy("detail of a deed", "changed fields"),
    "field": pgettext_lazy("detail of a deed", "field"),
    "scopes": _("what the key may do"),
    "roles": _("roles"),
    "roles_before": _("roles before"),
    "reason": _("reason"),
    "url": _("address"),
    "events": _("events"),
    "since": _("since"),
    "count": _("count"),
    "counts": _("counts"),
    "winner": _("winner"),
    "conversation": _("conversation"),
    "rows": _("rows"),
    "format": _("format"),
    "file": _("file"),
    "source": _("source"),
}
_IN_THE_LIST = 120  # characters


class DeedFilter(SimpleListFilter):
    """The deeds that occur, in words."""

    title = _("deed")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        return [(action, name_of_deed(action)) for action in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The trail of deeds."""

    list_display = ("show_at", "show_actor", "show_action", "show_target", "show_details")
    list_filter = (DeedFilter,)
    search_fields = ("actor_name", "action", "target_name", "target_id")
    date_hierarchy = "at"
    fields = ("at", "show_actor", "show_action", "show_kind", "show_target", "show_all_details")
    readonly_fields = fields

    @display(description=_("Time"), ordering="at")
    def show_at(self, entry: AuditEntry) -> datetime:
        return entry.at

    @display(description=_("who"), ordering="actor_name")
    def show_actor(self, entry: AuditEntry) -> str:
        return entry.actor_name or str(_("the platform itself"))

    @display(description=_("deed"), ordering="action")
    def show_action(self, entry: AuditEntry) -> str:
        return name_of_deed(entry.action)

    @display(description=_("kind of thing"))
    def show_kind(self, entry: AuditEntry) -> str:
        try:
            return str(apps.get_model(entry.target_type)._meta.verbose_name)
        except (LookupError, ValueError):
            return entry.target_type or "—"

    @display(description=_("thing"))
    def show_target(self, entry: AuditEntry) -> str:
        name = entry.target_name or (f"#{entry.target_id}" if entry.target_id else "—")
        try:
            url = reverse(f"admin:{entry.target_type.replace('.', '_')}_change", args=[entry.target_id])
        except NoReverseMatch:
            return name
        return format_html('<a href="{}">{}</a>', url, name)

    @display(description=_("details"))
    def show_details(self, entry: AuditEntry) -> str:
        return " · ".join(_lines_of(entry))[:_IN_THE_LIST] or "—"

    @display(description=_("details"))
    def show_all_details(self, entry: AuditEntry) -> str:
        return "\n".join(_lines_of(entry)) or "—"


def _lines_of(entry: AuditEntry) -> Iterable[str]:
    """One line per detail, named in the reader's language."""
    for name, value in entry.details.items():
        if value not in ("", None, [], {}):
            shown = _plain(_in_words(entry, name, value))
            yield gettext("%(name)s: %(value)s") % {"name": _DETAILS.get(name, name), "value": shown}


def _in_words(entry: AuditEntry, name: str, value: Any) -> Any:
    """Roles and fields are kept by their names in the code, and read by people."""
    if not isinstance(value, list):
        return value
    if name in ("roles", "roles_before"):
        return [str(ROLES.get(role, role)) for role in value]
    return [_label(entry.target_type, field) for field in value] if name in ("fields", "changed") else value


def _label(kind: str, field: str) -> str:
    try:
        return str(getattr(apps.get_model(kind)._meta.get_field(field), "verbose_name", field))
    except (LookupError, ValueError, FieldDoesNotExist):
        return field


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(part)}" for name, part in value.items())
    return ", ".join(map(_plain, value)) if isinstance(value, list | tuple) else str(value)
