"""Routing rules in their order, and the page that tries them."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from routing.admin.announcing import AnnouncingAdmin
from routing.admin.files import WithFiles
from routing.admin.trying import try_page
from routing.admin.wording import actions_in_words, checks_in_words
from routing.models import Rule
from routing.resources import RuleResource


class RuleForm(ModelForm):
    """A rule; its two times of day go together, and it has to do something."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("starts") is None) != (data.get("ends") is None):
            raise ValidationError(_("Give both times, or neither."))
        does = ("answerer", "group", "notify_group", "notify_duty", "priority", "tag", "is_final")
        if not self.errors and not any(data.get(name) for name in does):
            raise ValidationError(
                _("This rule does nothing yet: choose who answers, a group, a tag or another action.")
            )
        return data


@admin.register(Rule)
class RuleAdmin(WithFiles, AnnouncingAdmin):
    form = RuleForm
    resource_classes = (RuleResource,)
    list_display = ("name", "show_conditions", "show_actions", "position", "is_enabled")
    list_editable = ("position", "is_enabled")
    ordering_field = "position"
    list_filter = ("is_enabled", "answerer")
    search_fields = ("name", "keywords", "tag")
    autocomplete_fields = ("channels", "intents")
    warn_unsaved_form = True
    list_per_page = 100
    actions_list = ("try_rules",)
    fieldsets = (
        (None, {"fields": (("name", "position"), "is_enabled")}),
        (
            _("Conditions"),
            {
                "description": _("All that is filled in must hold. A rule with nothing here holds for every message."),
                "fields": (
                    ("intents", "channels"),
                    ("keywords", "keyword_match"),
                    ("feeling", "customer_level"),
                    ("hours", "regions"),
                    ("starts", "ends"),
                    ("waiting_seconds", "misses"),
                    ("entry_category", "page_contains"),
                ),
            },
        ),
        (
            _("What happens"),
            {
                "fields": (
                    ("answerer", "reason"),
                    ("group", "priority"),
                    ("notify_group", "notify_duty"),
                    ("tag", "is_final"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        rows = super().get_queryset(request).select_related("group", "notify_group")
        return rows.prefetch_related("channels", "intents")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        last = Rule.objects.order_by("-position").values_list("position", flat=True).first() or 0
        return {"position": last + 10, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("keywords", "regions"):
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description=_("conditions"))
    def show_conditions(self, rule: Rule) -> str:
        return checks_in_words(rule)

    @display(description=_("what happens"))
    def show_actions(self, rule: Rule) -> str:
        return actions_in_words(rule)

    @action(description=_("Try the rules"), url_path="try", icon="science", permissions=["view"])
    def try_rules(self, request: HttpRequest) -> HttpResponse:
        return try_page(self, request)
