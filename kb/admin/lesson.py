"""Lessons from customers: what they clicked, waiting for a manager's word."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from kb.admin.gate_page import GatedAdmin
from kb.admin.people import who
from kb.models import Lesson
from kb.services.lessons import accept_lessons, dismiss_lessons


class LessonStatusFilter(DropdownFilter):
    """What waits, unless something else is asked for."""

    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("all", _("All")), *Lesson.Status.choices[1:]]

    def choices(self, changelist: ChangeList) -> Any:
        for choice in super().choices(changelist):
            choice["form"].fields[self.parameter_name].choices[0] = ("", Lesson.Status.WAITING.label)
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Lesson]) -> QuerySet[Lesson]:
        value = self.value()
        return queryset if value == "all" else queryset.filter(status=value or Lesson.Status.WAITING)


@admin.register(Lesson)
class LessonAdmin(GatedAdmin, ModelAdmin):
    list_display = ("question", "show_kind", "show_entry", "count", "show_status", "last_at")
    list_display_links = None
    list_filter = (LessonStatusFilter, "kind")
    list_filter_submit = True
    list_select_related = ("entry",)
    list_per_page = 50
    search_fields = ("question", "entry__question")
    search_help_text = _("Words of a question")
    actions = ("accept", "dismiss")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("customers say"), label={"phrasing": "success", "against": "warning"}, ordering="kind")
    def show_kind(self, lesson: Lesson) -> tuple[str, str]:
        return lesson.kind, lesson.get_kind_display()

    @display(description=_("knowledge entry"))
    def show_entry(self, lesson: Lesson) -> str:
        url = reverse("admin:kb_entry_change", args=[lesson.entry_id])
        return format_html('<a class="bo-row-link" href="{}">{}</a>', url, lesson.entry.question)

    @display(
        description=_("status"),
        label={"waiting": "info", "accepted": "success", "dismissed": "default"},
        ordering="status",
    )
    def show_status(self, lesson: Lesson) -> tuple[str, str]:
        return lesson.status, lesson.get_status_display()

    @admin.action(description=_("They are right: take it"), permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Lesson]) -> None:
        count = accept_lessons(queryset, by=who(request))
        text = ngettext("%(count)s lesson was taken.", "%(count)s lessons were taken.", count)
        messages.success(request, text % {"count": count})

    @admin.action(description=_("A misunderstanding: dismiss"), permissions=["change"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Lesson]) -> None:
        count = dismiss_lessons(queryset, by=who(request))
        text = ngettext("%(count)s lesson was dismissed.", "%(count)s lessons were dismissed.", count)
        messages.success(request, text % {"count": count})
