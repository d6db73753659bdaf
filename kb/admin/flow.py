"""Decision trees in the back office: the list, and the way to the pages of one tree."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from cs_platform.models import User
from kb.admin.flow_editor import editor_page
from kb.admin.flow_import import import_outline_page, outline_response
from kb.admin.flow_picture_page import picture_page
from kb.admin.flow_trying import try_flow_page
from kb.admin.gate_page import GatedAdmin, through_gate
from kb.models import Flow, FlowRun
from kb.services.flows import delete_flows

Outcome = FlowRun.Outcome


@admin.register(Flow)
class FlowAdmin(GatedAdmin, ModelAdmin):
    list_display = (
        "name",
        "show_status",
        "show_steps",
        "show_started",
        "show_finished",
        "show_handed_over",
        "updated_at",
    )
    list_filter = ("status",)
    list_filter_submit = True
    search_fields = ("name", "description", "phrasings")
    search_help_text = _("Words of a name or of what customers write")
    list_select_related = ("live",)
    actions_list = ("import_outline",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flow]:
        def runs(**where: Any) -> Count:
            return Count("runs", filter=Q(**{f"runs__{name}": value for name, value in where.items()}), distinct=True)

        return (
            super()
            .get_queryset(request)
            .annotate(
                step_count=Count("steps", distinct=True),
                started=Count("runs", distinct=True),
                finished=runs(outcome=Outcome.FINISHED),
                handed_over=runs(outcome=Outcome.HANDED_OVER),
            )
        )

    # --- Columns ------------------------------------------------------------------------------

    @display(
        description=_("status"),
        ordering="status",
        label={
            Flow.Status.DRAFT: "warning",
            Flow.Status.PUBLISHED: "success",
            Flow.Status.ARCHIVED: "default",
        },
    )
    def show_status(self, flow: Flow) -> tuple[str, str]:
        label = flow.get_status_display()
        return flow.status, f"{label} · {_('sample')}" if flow.is_sample else label

    @display(description=_("steps"), ordering="step_count")
    def show_steps(self, flow: Any) -> int:
        return flow.step_count

    @display(description=_("walks begun"), ordering="started")
    def show_started(self, flow: Any) -> int:
        return flow.started

    @display(description=_("walked to the end"), ordering="finished")
    def show_finished(self, flow: Any) -> int:
        return flow.finished

    @display(description=_("handed to a person"), ordering="handed_over")
    def show_handed_over(self, flow: Any) -> int:
        return flow.handed_over

    # --- Pages --------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/picture/", view(self.picture), name="kb_flow_picture"),
            path("<int:pk>/try/", view(self.try_flow), name="kb_flow_try"),
            path("<int:pk>/outline.txt", view(self.outline), name="kb_flow_outline"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return editor_page(self, request, Flow())

    @through_gate
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return editor_page(self, request, get_object_or_404(Flow, pk=object_id))

    def picture(self, request: HttpRequest, pk: int) -> HttpResponse:
        return picture_page(self, request, get_object_or_404(Flow, pk=pk))

    def try_flow(self, request: HttpRequest, pk: int) -> HttpResponse:
        return try_flow_page(self, request, get_object_or_404(Flow, pk=pk))

    def outline(self, request: HttpRequest, pk: int) -> HttpResponse:
        return outline_response(self, request, get_object_or_404(Flow, pk=pk))

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    @action(description=_("From a Word outline"), url_path="import", icon="upload_file", permissions=["import"])
    def import_outline(self, request: HttpRequest) -> HttpResponse:
        return import_outline_page(self, request)

    def delete_model(self, request: HttpRequest, obj: Flow) -> None:
        delete_flows([obj], by=_who(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Flow]) -> None:
        count = delete_flows(queryset, by=_who(request))
        messages.info(request, _("%(count)s trees removed.") % {"count": count})

    def has_delete_permission(self, request: HttpRequest, obj: Flow | None = None) -> bool:
        return super().has_delete_permission(request, obj) and request.user.has_perm("kb.publish_entry")


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
