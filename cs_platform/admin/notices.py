"""Back office: where colleagues are reached, a test at a click, and what was sent."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from cs_platform.admin.pages import asks_first
from cs_platform.admin.reading import ReadOnlyAdmin
from cs_platform.http import Refused, Unreachable, check_address
from cs_platform.models import NoticeDelivery, NoticeTarget
from cs_platform.notify import send_test_notice

Kind = NoticeTarget.Kind


class NoticeTargetForm(forms.ModelForm):
    """A stored address is a secret: it is never shown again, and stays when the field is left empty."""

    address = forms.CharField(
        label=_("address"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "The robot's webhook address as the group chat shows it, or an e-mail address. A stored one is not shown;"
            " leave the field empty to keep it."
        ),
    )
    secret = forms.CharField(
        label=_("signing secret"),
        required=False,
        widget=UnfoldAdminPasswordWidget,
        help_text=_("Feishu and DingTalk: the secret, if the robot checks signatures. Leave it empty to keep it."),
    )

    class Meta:
        model = NoticeTarget
        fields = ("name", "kind", "address", "secret", "user", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept = {name: getattr(self.instance, name) for name in ("address", "secret")}
        self.initial["address"] = self.initial["secret"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, kept in self._kept.items():
            cleaned[name] = (cleaned.get(name) or "").strip() or kept
        kind, address = cleaned.get("kind"), cleaned["address"]
        if kind and (error := _wrong_address(kind, address)):
            self.add_error("address", error)
        return cleaned


def _wrong_address(kind: str, address: str) -> str:
    """What is wrong with an address of this kind, in the manager's words; empty when nothing is."""
    if not address:
        return gettext("An address is needed.")
    if kind == Kind.EMAIL:
        try:
            validate_email(address)
        except ValidationError:
            return gettext("This is no e-mail address.")
        return ""
    try:
        check_address(address)
    except Refused:
        return gettext("This is no webhook address: it begins with https:// and leads to the outside.")
    except Unreachable:
        return ""  # no name service right now is no mistake of the manager's; the test button will tell
    return ""


@admin.register(NoticeTarget)
class NoticeTargetAdmin(ModelAdmin):
    """Robots of group chats, and mailboxes."""

    form = NoticeTargetForm
    list_display = ("name", "kind", "user", "show_active", "show_tried")
    list_filter = ("kind", "is_active")
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "user__display_name")
    autocomplete_fields = ("user",)
    actions_detail = ("send_test",)
    warn_unsaved_form = True

    @display(description=_("enabled"), boolean=True, ordering="is_active")
    def show_active(self, target: NoticeTarget) -> bool:
        return target.is_active

    @display(description=_("tried with the vendor"))
    def show_tried(self, target: NoticeTarget) -> str:
        """Honest: built to the vendor's protocol, tried against a double of our own only."""
        return "—" if target.kind == Kind.EMAIL else gettext("not yet: send a test")

    @action(description=_("Send a test"), permissions=["send_test"])
    @asks_first(_("Send a test"), _("One notice goes out at once, so that you can see whether it arrives."))
    def send_test(self, request: HttpRequest, object_id: int) -> HttpResponseRedirect:
        target = NoticeTarget.objects.get(pk=object_id)
        assert not request.user.is_anonymous
        delivery = send_test_notice(target, by=request.user)
        if delivery.state == NoticeDelivery.State.SENT:
            messages.success(request, gettext("Sent. Look whether it has arrived."))
        else:
            messages.error(request, gettext("It could not be sent: %(reason)s") % {"reason": delivery.answer})
        return HttpResponseRedirect(reverse("admin:cs_platform_noticetarget_change", args=[object_id]))

    def has_send_test_permission(self, request: HttpRequest, object_id: int | None = None) -> bool:
        return request.user.has_perm("cs_platform.change_noticetarget")


@admin.register(NoticeDelivery)
class NoticeDeliveryAdmin(ReadOnlyAdmin):
    """The log of what was sent. Nothing here can be changed."""

    list_display = ("created_at", "title", "target", "show_state", "attempts", "answer")
    list_filter = ("state", "target")
    list_select_related = ("target",)
    search_fields = ("title", "text")
    date_hierarchy = "created_at"
    exclude = ("key",)

    @display(
        description=_("state"),
        ordering="state",
        label={
            NoticeDelivery.State.SENT: "success",
            NoticeDelivery.State.FAILED: "danger",
            NoticeDelivery.State.PENDING: "warning",
            NoticeDelivery.State.CANCELLED: "default",
        },
    )
    def show_state(self, delivery: NoticeDelivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[NoticeDelivery]:
        return super().get_queryset(request).defer("target__address", "target__secret")
