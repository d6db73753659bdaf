"""Answer experiments in the back office: write two or three answers, start, look, decide."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from cs_platform.admin.pages import asks_first
from cs_platform.models import User
from kb.admin.experiment_page import result_page
from kb.admin.gate_page import through_gate
from kb.models import AnswerVariant, Experiment
from kb.services.experiments import check_answers, save_experiment, start_experiment


class ExperimentForm(forms.ModelForm):
    """The other answers; A is what the entry says already."""

    answer_b = forms.CharField(
        label=_("Answer B"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("A is what the entry says now. Change one thing only, then you know what made the difference."),
    )
    answer_c = forms.CharField(label=_("Answer C"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}))

    class Meta:
        model = Experiment
        fields = ("entry", "goal", "guardrail", "sample_size")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            answers = dict(AnswerVariant.objects.filter(experiment=self.instance).values_list("label", "answer"))
            self.initial.update(answer_b=answers.get("B", ""), answer_c=answers.get("C", ""))

    @property
    def answers(self) -> list[str]:
        return [self.cleaned_data.get("answer_b", ""), self.cleaned_data.get("answer_c", "")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if entry := cleaned.get("entry"):
            check_answers(entry, self.answers)
        if cleaned.get("guardrail") and cleaned["guardrail"] == cleaned.get("goal"):
            self.add_error("guardrail", _("Choose another figure than the one that decides."))
        return cleaned


@admin.register(Experiment)
class ExperimentAdmin(ModelAdmin):
    form = ExperimentForm
    list_display = ("entry", "show_status", "goal", "show_variants", "show_customers", "started_at", "winner")
    list_filter = ("status", "goal")
    list_filter_submit = True
    list_select_related = ("entry", "winner")
    search_fields = ("entry__question",)
    search_help_text = _("Words of a question")
    autocomplete_fields = ("entry",)
    actions_detail = ("start",)
    fields = ("entry", "answer_b", "answer_c", ("goal", "guardrail"), "sample_size")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Experiment]:
        counted = super().get_queryset(request)
        return counted.annotate(
            variant_count=Count("variants", distinct=True), customer_count=Count("exposures", distinct=True)
        )

    @through_gate
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        experiment = self.get_object(request, object_id)
        if experiment is None or experiment.status == Experiment.Status.DRAFT:
            return super().change_view(request, object_id, form_url, extra_context)
        return result_page(self, request, experiment)

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.status == Experiment.Status.DRAFT)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # what was tried on customers stays
        return actions

    def save_model(self, request: HttpRequest, obj: Experiment, form: Any, change: bool) -> None:
        save_experiment(obj, answers=form.answers, by=_who(request))

    # --- Columns ------------------------------------------------------------------------------

    @display(
        description=_("status"),
        ordering="status",
        label={
            Experiment.Status.DRAFT: "warning",
            Experiment.Status.RUNNING: "success",
            Experiment.Status.FINISHED: "default",
        },
    )
    def show_status(self, experiment: Experiment) -> tuple[str, str]:
        return experiment.status, experiment.get_status_display()

    @display(description=_("answers"))
    def show_variants(self, experiment: Any) -> int:
        return experiment.variant_count

    @display(description=_("customers"))
    def show_customers(self, experiment: Any) -> int:
        return experiment.customer_count

    # --- Actions ------------------------------------------------------------------------------

    def has_start_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        draft = Experiment.objects.filter(pk=object_id or 0, status=Experiment.Status.DRAFT)
        return request.user.has_perm("kb.publish_entry") and draft.exists()

    @action(description=_("Start"), url_path="start", icon="play_arrow", permissions=["start"])
    @asks_first(_("Start"), _("Each customer who asks this gets one of the answers from now on."))
    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        experiment = Experiment.objects.get(pk=object_id)
        try:
            start_experiment(experiment, by=_who(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Started. Each customer who asks this gets one of the answers."))
        return redirect("admin:kb_experiment_change", object_id)


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
