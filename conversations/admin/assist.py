"""Canned replies to keep, with files in and out; recommended replies and what became of them, to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from conversations.models import CannedReply, Suggestion
from cs_platform.admin.reading import ReadOnlyAdmin
from cs_platform.file_columns import NeedsItsColumns
from cs_platform.models import User
from routing.admin.files import WithFiles
from routing.models import SkillGroup


class CannedReplyResource(NeedsItsColumns, ModelResource):
    """A line is known by its title; personal replies stay with their owners."""

    title = Field(attribute="title", column_name="标题")
    text = Field(attribute="text", column_name="内容")
    shortcut = Field(attribute="shortcut", column_name="快捷词")
    group = Field(attribute="group", column_name="技能组", widget=ForeignKeyWidget(SkillGroup, "name"))

    class Meta:
        model = CannedReply
        fields = ("title", "text", "shortcut", "group")
        import_id_fields = ("title",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(owner=None)


@admin.register(CannedReply)
class CannedReplyAdmin(WithFiles, ModelAdmin):
    """What agents send with two keystrokes."""

    resource_classes = (CannedReplyResource,)
    list_display = ("title", "show_text", "shortcut", "show_scope", "is_active")
    list_editable = ("is_active",)
    list_filter = ("group", "is_active")
    list_select_related = ("group", "owner")
    search_fields = ("title", "text", "shortcut")
    autocomplete_fields = ("group", "owner")
    warn_unsaved_form = True
    fieldsets = (
        (None, {"fields": (("title", "shortcut"), "text", "is_active")}),
        (_("Who may use it"), {"fields": (("group", "owner"),)}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 4})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        if db_field.name == "owner":
            return User.objects.filter(is_active=True)
        return super().get_field_queryset(db, db_field, request)

    @display(description=_("text"))
    def show_text(self, reply: CannedReply) -> str:
        return reply.text if len(reply.text) <= 60 else f"{reply.text[:60]}…"

    @display(description=_("Who may use it"))
    def show_scope(self, reply: CannedReply) -> str:
        return str(reply.owner or reply.group or _("Everybody"))


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """What was recommended, and whether agents sent it."""

    list_display = ("question", "show_text", "show_outcome", "show_similarity", "used_by", "shown_at")
    list_filter = ("is_edited", ("shown_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("used_by",)
    list_per_page = 50
    search_fields = ("question", "text")

    @display(description=_("recommended reply"))
    def show_text(self, suggestion: Suggestion) -> str:
        return suggestion.text if len(suggestion.text) <= 80 else f"{suggestion.text[:80]}…"

    @display(description=_("outcome"), label={"sent": "success", "edited": "info", "passed": "default"})
    def show_outcome(self, suggestion: Suggestion) -> tuple[str, Any]:
        if suggestion.used_at is None:
            return "passed", _("Not used")
        return ("edited", _("Sent after editing")) if suggestion.is_edited else ("sent", _("Sent as it is"))

    @display(description=_("similarity"), ordering="similarity")
    def show_similarity(self, suggestion: Suggestion) -> str:
        return "—" if suggestion.similarity is None else f"{suggestion.similarity:.0%}"
