"""Broadcasts in the back office: audience → text → time → check on one page; then the page of their progress."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from cs_platform.admin.meanwhile import MeanwhileAdmin
from cs_platform.models import User
from marketing.admin.broadcast_pages import SEND, progress_view, result_page
from marketing.audience import Plan, audience_of, channels_of, examples_of, problems_of, without_value
from marketing.models import Broadcast, BroadcastRecipient, Card
from marketing.segments import conditions_of
from marketing.services.broadcasts import CannotStart, WrongStatus, schedule_broadcast
from marketing.wording import BROADCAST_VARIABLES, unknown_variables
from marketing.zones import quiet_everywhere_until

CODES_MAX = 100_000


class BroadcastForm(forms.ModelForm):
    class Meta:
        model = Broadcast
        exclude = ()
        widgets = {
            "channels": UnfoldAdminCheckboxSelectMultipleWidget,
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            "coupon_codes": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "card" in self.fields:  # nobody is asked for contact details by a promotion
            self.fields["card"].queryset = Card.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if unknown := unknown_variables(text, BROADCAST_VARIABLES):
            raise ValidationError(_("The text has unknown variables: %(names)s.") % {"names": ", ".join(unknown)})
        return text

    def clean_coupon_codes(self) -> str:
        codes = str(self.cleaned_data["coupon_codes"])
        if codes.count("\n") >= CODES_MAX:
            raise ValidationError(_("At most %(count)d codes.") % {"count": CODES_MAX})
        return codes


@admin.register(Broadcast)
class BroadcastAdmin(MeanwhileAdmin):
    form = BroadcastForm
    list_display = ("name", "show_status", "segment", "show_progress", "scheduled_at", "started_at", "created_by")
    list_filter = ("status", "segment")
    list_filter_submit = True
    list_select_related = ("segment", "created_by")
    search_fields = ("name", "text")
    autocomplete_fields = ("segment",)
    warn_unsaved_form = True
    change_form_after_template = "admin/marketing/broadcast_check.html"
    fieldsets = (
        (_("1 · Who gets it"), {"fields": (("name", "segment"), "channels", "pause_days")}),
        (_("2 · What it says"), {"fields": ("text", "coupon_codes", "card")}),
        (
            _("3 · When it goes out"),
            {
                "fields": (
                    "scheduled_at",
                    ("quiet_from", "quiet_until"),
                    ("per_minute", "conversion_days"),
                    "patience_hours",
                )
            },
        ),
    )

    class Media:
        js = ("marketing/live_form.js", "marketing/progress.js")
        css = {"all": ("marketing/pages.css",)}

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("check/", guard(self.check_view), name="marketing_broadcast_check"),
            path("<int:pk>/progress/", guard(self.progress), name="marketing_broadcast_progress"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Broadcast]:
        sent = Q(recipients__state=BroadcastRecipient.State.SENT)
        rows = super().get_queryset(request)
        return rows.annotate(sent_count=Count("recipients", filter=sent), total_count=Count("recipients"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        broadcast = self.get_object(request, object_id)
        if broadcast is None or broadcast.is_editable:
            return super().change_view(request, object_id, form_url, extra_context)
        return result_page(self, request, broadcast)

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        return progress_view(self, request, pk)

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """What the form means now: who, what the first of them would read, and what has to be mended."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST)
        form.is_valid()
        context: dict[str, Any] = {"may_send": request.user.has_perm(SEND), "segment": form.cleaned_data.get("segment")}
        if context["segment"] is not None:
            plan = _plan(form)
            audience = audience_of(plan)
            context |= {
                "audience": audience,
                "examples": examples_of(plan),
                "without_value": without_value(plan),
                "problems": [*problems_of(plan, audience), *_problems(form)],
                "minutes": -(-audience.written_to // (form.cleaned_data.get("per_minute") or 1)),
                "at": form.cleaned_data.get("scheduled_at"),
                "quiet_until": _quiet_until(form, plan),
            }
        return TemplateResponse(request, "admin/marketing/broadcast_checked.html", context)

    # --- Saving -------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Broadcast, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = _who(request)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Broadcast, post_url_continue: str | None = None) -> HttpResponse:
        return self._start(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Broadcast) -> HttpResponse:
        return self._start(request, obj) or super().response_change(request, obj)

    def _start(self, request: HttpRequest, broadcast: Broadcast) -> HttpResponse | None:
        if "_start" not in request.POST:
            return None
        if not request.user.has_perm(SEND):
            raise PermissionDenied
        try:
            broadcast = schedule_broadcast(broadcast, by=_who(request))
        except (CannotStart, WrongStatus) as error:
            messages.error(request, str(error))
        else:
            is_waiting = broadcast.status == Broadcast.Status.SCHEDULED and broadcast.scheduled_at
            at = f"{timezone.localtime(broadcast.scheduled_at):%Y-%m-%d %H:%M}" if is_waiting else ""
            text = _("“%(name)s” begins at %(at)s.") if is_waiting else _("“%(name)s” is on its way.")
            messages.success(request, text % {"name": broadcast.name, "at": at})
        return redirect("admin:marketing_broadcast_change", broadcast.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Broadcast | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_editable)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # what was sent stays
        return actions

    # --- Columns ------------------------------------------------------------------------------

    @display(
        description=_("status"),
        ordering="status",
        label={
            "draft": "default",
            "scheduled": "info",
            "running": "warning",
            "paused": "danger",
            "finished": "success",
            "cancelled": "default",
        },
    )
    def show_status(self, broadcast: Broadcast) -> tuple[str, str]:
        return broadcast.status, broadcast.get_status_display()

    @display(description=_("sent of"))
    def show_progress(self, broadcast: Any) -> str:
        return f"{broadcast.sent_count} / {broadcast.total_count}" if broadcast.total_count else "—"


def _plan(form: forms.ModelForm) -> Plan:
    values = form.cleaned_data
    return Plan(
        conditions=conditions_of(values["segment"]),
        text=values.get("text") or "",
        channel_ids=tuple(channel.pk for channel in values.get("channels") or ()),
        coupons=tuple(form.instance.coupons()),
        pause_days=values.get("pause_days") or 0,
    )


def _quiet_until(form: forms.ModelForm, plan: Plan) -> datetime | None:
    """When the first messages go out, if it begins in quiet hours."""
    values, now = form.cleaned_data, timezone.now()
    begins = max(values.get("scheduled_at") or now, now)
    channels = channels_of(plan).select_related("schedule")
    return quiet_everywhere_until(channels, values.get("quiet_from"), values.get("quiet_until"), begins)


def _problems(form: forms.ModelForm) -> list[str]:
    """What the form itself refuses, once it has been filled in that far; an empty text is said by the plan."""
    problems = [
        gettext("%(field)s: %(problem)s") % {"field": capfirst(form.fields[name].label), "problem": problem}
        for name, found in form.errors.items()
        if name in form.fields and name not in ("name", "text")
        for problem in found
    ]
    at = form.cleaned_data.get("scheduled_at")
    if at is not None and at < timezone.now():
        problems.append(str(_("The start lies in the past. Set a later one, or empty it to begin at once.")))
    return problems


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
