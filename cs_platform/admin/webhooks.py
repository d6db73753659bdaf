"""Back office: where events go, and the log of what was sent with what came back."""

import json
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminURLInputWidget

from cs_platform.admin.grants import Grant, GrantsField, Group
from cs_platform.admin.pages import confirm_page, secret_page
from cs_platform.admin.reading import ReadOnlyAdmin
from cs_platform.api.granting import may_grant_personal
from cs_platform.api.router import known_scopes
from cs_platform.models import User, WebhookDelivery, WebhookEndpoint
from cs_platform.webhooks import endpoints
from cs_platform.webhooks.personal import is_personal, personal_events, scope_of
from cs_platform.webhooks.publishing import event_names

VERBS = {
    "created": _("was created"),
    "updated": _("was updated"),
    "status_changed": _("status changed"),
    "captured": _("was captured"),
    "finished": _("is finished"),
    "gap_found": _("gap found"),
}
_LIST = "admin:cs_platform_webhookendpoint_changelist"
_CHANGE = "admin:cs_platform_webhookendpoint_change"


class WebhookEndpointForm(forms.ModelForm):
    user: User
    url = forms.URLField(
        label=_("address"),
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=_("Gets a POST with JSON for every event."),
    )
    events = GrantsField(label=_("Events that it hears of"))

    class Meta:
        model = WebhookEndpoint
        fields = ("url", "description", "events", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "events" in self.fields:
            had = self.instance.events if self.instance.pk else ()
            cast(GrantsField, self.fields["events"]).offer(_event_groups(self.user), had)

    def clean(self) -> dict[str, Any] | None:
        if not self.instance.pk:
            endpoints.check_room()
        return super().clean()

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            endpoints.check_url(url)
        except ValidationError as error:
            raise ValidationError(error.message_dict["url"]) from error
        had = WebhookEndpoint.objects.filter(pk=self.instance.pk).exclude(url=url).first()
        if had and personal_events() & set(had.events) and not may_grant_personal(self.user):
            raise ValidationError(_("It hears what customers write: only managers send that elsewhere."))
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ModelAdmin):
    form = WebhookEndpointForm
    list_display = ("url", "description", "show_state", "show_events", "last_success_at", "failing_since")
    list_filter = ("is_active",)
    search_fields = ("url", "description")
    readonly_fields = ("disabled_reason", "last_success_at", "failing_since", "created_at")
    actions_detail = ("send_test", "rotate", "replay_failed", "show_deliveries")
    warn_unsaved_form = True

    def get_fieldsets(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> Any:
        fields = [(None, {"fields": ("url", "description", "events", "is_active")})]
        return [*fields, (_("How it goes"), {"fields": self.readonly_fields})] if obj else fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    @display(
        description=_("state"), label={"on": "success", "failing": "warning", "off": "default", "stopped": "danger"}
    )
    def show_state(self, endpoint: WebhookEndpoint) -> tuple[str, str]:
        if endpoint.is_active:
            return ("failing", gettext("Fails")) if endpoint.failing_since else ("on", gettext("Active"))
        if endpoint.disabled_reason:
            return "stopped", gettext("Switched off: %(reason)s") % {"reason": endpoint.get_disabled_reason_display()}
        return "off", gettext("Off")

    @display(description=_("events"))
    def show_events(self, endpoint: WebhookEndpoint) -> str:
        shown = ", ".join(endpoint.events[:3])
        return f"{shown} … ({len(endpoint.events)})" if len(endpoint.events) > 3 else shown

    # --- Writing: one service each ------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in ("url", "description", "events", "is_active")}
        if change:
            changed = {name: values[name] for name in form.changed_data if name in values} | {
                "events": values["events"]
            }
            endpoints.change_endpoint(obj, by=_who(request), **changed)
            return
        vars(obj).update(vars(endpoints.create_endpoint(by=_who(request), **values)))

    def delete_model(self, request: HttpRequest, obj: WebhookEndpoint) -> None:
        endpoints.delete_endpoint(obj, by=_who(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for endpoint in queryset:
            endpoints.delete_endpoint(endpoint, by=_who(request))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What was sent to an endpoint goes with it; nobody needs a right of his own for that."""
        deleted, counts, _missing, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(), protected

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._show_secret(request, obj, obj.secret)

    @action(description=_("Send a test event"), url_path="test", icon="send", permissions=["change"])
    def send_test(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = WebhookEndpoint.objects.get(pk=object_id)

        def do() -> HttpResponse:
            try:
                delivery = endpoints.send_test(endpoint, by=_who(request))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
                return HttpResponseRedirect(reverse(_CHANGE, args=[endpoint.pk]))
            messages.success(request, gettext("On its way. Reload this page in a moment to see the answer."))
            return HttpResponseRedirect(reverse("admin:cs_platform_webhookdelivery_change", args=[delivery.pk]))

        text = gettext("An event “webhook.test” is sent to %(url)s.") % {"url": endpoint.url}
        return self._confirm(request, endpoint, gettext("Send a test event"), text, gettext("Send"), do)

    @action(description=_("New signing secret"), url_path="rotate", icon="key", permissions=["change"])
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = WebhookEndpoint.objects.get(pk=object_id)

        def do() -> HttpResponse:
            return self._show_secret(request, endpoint, endpoints.rotate_secret(endpoint, by=_who(request)))

        text = gettext("The old secret signs along for 24 hours, so you can change over without losing an event.")
        return self._confirm(request, endpoint, gettext("New signing secret"), text, gettext("Make a new one"), do)

    @action(description=_("Send failed ones again"), url_path="replay", icon="replay", permissions=["change"])
    def replay_failed(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = WebhookEndpoint.objects.get(pk=object_id)

        def do() -> HttpResponse:
            try:
                count = endpoints.replay_failed(
                    endpoint, since=_since(request.POST.get("choice", "")), by=_who(request)
                )
                messages.success(request, _sent_again(count))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(reverse(_CHANGE, args=[endpoint.pk]))

        choices = [("1", gettext("the last hour")), ("24", gettext("the last 24 hours")), ("720", gettext("30 days"))]
        return self._confirm(
            request,
            endpoint,
            gettext("Send failed ones again"),
            gettext("Each event keeps its id, so your program can leave out what it already has."),
            gettext("Send again"),
            do,
            choices=choices,
            choices_label=gettext("Failed within"),
        )

    @action(description=_("Deliveries"), url_path="deliveries", icon="list_alt", permissions=["view"])
    def show_deliveries(self, request: HttpRequest, object_id: str) -> HttpResponse:
        address = reverse("admin:cs_platform_webhookdelivery_changelist")
        return HttpResponseRedirect(f"{address}?endpoint__id__exact={object_id}")

    def _confirm(
        self, request: HttpRequest, endpoint: Any, title: str, text: str, button: str, do: Any, **context: Any
    ) -> HttpResponse:
        back = reverse(_CHANGE, args=[endpoint.pk])
        return confirm_page(self, request, title=title, text=text, button=button, back=back, do=do, **context)

    def _show_secret(self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
        title, back = gettext("The signing secret"), reverse(_CHANGE, args=[endpoint.pk])
        text = gettext("Your program checks with it that an event came from here (Standard Webhooks).")
        return secret_page(self, request, title=title, text=text, secret=secret, back=back)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """The log of what was sent. Nothing here can be changed, but it can be sent again."""

    list_display = ("created_at", "event_name", "endpoint", "show_status", "attempts", "response_status", "duration_ms")
    list_filter = ("status", "event_name", "endpoint")
    list_select_related = ("endpoint",)
    list_per_page = 50
    search_fields = ("event_id",)
    search_help_text = _("The id of an event")
    actions = ("replay_selected",)
    actions_detail = ("replay",)
    fieldsets = (
        (None, {"fields": ("event_name", "endpoint", "status", "show_message_id", "show_body")}),
        (_("What came back"), {"fields": ("response_status", "show_answer", "show_error", "duration_ms")}),
        (_("Tries"), {"fields": ("attempts", "due_at", "show_tries", "created_at")}),
    )

    @display(
        description=_("status"),
        ordering="status",
        label={"succeeded": "success", "pending": "warning", "failed": "danger"},
    )
    def show_status(self, delivery: WebhookDelivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()

    @display(description="webhook-id")
    def show_message_id(self, delivery: WebhookDelivery) -> str:
        return delivery.message_id

    @display(description=_("request"))
    def show_body(self, delivery: Any) -> SafeString:
        body = json.dumps(json.loads(delivery.body), ensure_ascii=False, indent=2) if delivery.is_shown else ""
        return render_to_string("admin/cs_platform/delivery.html", {"body": body})

    @display(description=_("answer"))
    def show_answer(self, delivery: Any) -> SafeString | str:
        if not delivery.response_body:
            return "—"
        return render_to_string(
            "admin/cs_platform/delivery.html", {"body": delivery.is_shown and delivery.response_body}
        )

    @display(description=_("error"))
    def show_error(self, delivery: WebhookDelivery) -> str:
        return gettext(delivery.error) if delivery.error else "—"

    @display(description=_("tries so far"))
    def show_tries(self, delivery: WebhookDelivery) -> SafeString:
        lines = [line | {"at": timezone.localtime(datetime.fromisoformat(line["at"]))} for line in delivery.log]
        return render_to_string("admin/cs_platform/tries.html", {"lines": lines})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The delivery, and whether this person may see what it tells."""
        delivery = super().get_object(request, object_id, from_field)
        if delivery is not None:
            is_shown = not is_personal(delivery.event_name) or may_grant_personal(_who(request))
            vars(delivery)["is_shown"] = is_shown
        return delivery

    @action(description=_("Send again"), url_path="replay", icon="replay", permissions=["replay"])
    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=object_id)
        back = reverse("admin:cs_platform_webhookdelivery_change", args=[delivery.pk])

        def do() -> HttpResponse:
            self._replay(request, [delivery])
            return HttpResponseRedirect(back)

        text = gettext("Each event keeps its id, so your program can leave out what it already has.")
        title, button = gettext("Send again"), gettext("Send again")
        return confirm_page(self, request, title=title, text=text, button=button, back=back, do=do)

    @admin.action(description=_("Send again"), permissions=["replay"])
    def replay_selected(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        self._replay(request, list(queryset.select_related("endpoint")))

    def _replay(self, request: HttpRequest, deliveries: list[WebhookDelivery]) -> None:
        try:
            for delivery in deliveries:
                endpoints.replay(delivery, by=_who(request))
            messages.success(request, _sent_again(len(deliveries)))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))

    def has_replay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("cs_platform.change_webhookendpoint")


def count_stopped() -> int:
    """How many endpoints the platform had to switch off: a number in the sidebar until somebody looks after them."""
    return WebhookEndpoint.objects.stopped().count()


def _event_groups(user: User) -> list[Group]:
    titles = known_scopes()
    locked = set() if may_grant_personal(user) else personal_events()
    nouns: dict[str, list[Grant]] = {}
    for name in event_names():
        noun, _dot, verb = name.partition(".")
        title = str(titles.get(scope_of(name), noun))
        nouns.setdefault(title, []).append(Grant(name, VERBS.get(verb, verb), name in locked))
    return [Group(title, grants) for title, grants in nouns.items()]


def _since(hours: str) -> datetime:
    return timezone.now() - timedelta(hours=int(hours) if hours in ("1", "24", "720") else 24)


def _sent_again(count: int) -> str:
    text = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", count)
    return text % {"count": count}


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the back office lets nobody else in
    return request.user
