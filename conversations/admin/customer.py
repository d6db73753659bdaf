"""Customers in the back office: the profile, and beside it all that happened with this person."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from conversations.admin.exporting import EXPORT_BUTTONS, Column, ExportMixin, moment
from conversations.models import Customer
from conversations.services.customers import TAGS_MAX, update_customer
from conversations.services.erasing import erase_customer
from cs_platform.admin.pages import asks_first
from cs_platform.models import User
from cs_platform.text import mask_email, mask_phone

ROWS_SHOWN = 10


class TagsField(forms.CharField):
    """A list of words, typed with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        words = [word.strip() for word in (value or "").replace("，", ",").split(",")]
        return [word for word in dict.fromkeys(words) if word]

    def validate(self, value: Any) -> None:
        if len(value) > TAGS_MAX:
            raise ValidationError(_("At most %(count)d tags.") % {"count": TAGS_MAX})

    def run_validators(self, value: Any) -> None:
        """Those of texts do not fit a list."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class CustomerForm(forms.ModelForm):
    tags = TagsField(
        label=_("tags"), required=False, widget=UnfoldAdminTextInputWidget(), help_text=_("With commas between them.")
    )

    class Meta:
        model = Customer
        fields = (
            *("name", "level", "phone", "email", "wechat", "region", "tags", "note"),
            *("marketing_consent", "is_blocked"),
        )


@admin.register(Customer)
class CustomerAdmin(ExportMixin):
    form = CustomerForm
    export_name = "customers"
    list_display = (
        "public_name",
        "show_level",
        "show_phone",
        "show_email",
        "region",
        "show_conversations",
        "created_at",
    )
    list_filter = ("level", "marketing_consent", "is_blocked", ("created_at", RangeDateFilter))
    list_filter_submit = True
    list_per_page = 50
    search_fields = ("name", "phone", "email", "wechat", "identities__external_id")
    search_help_text = _("Name, phone, e-mail, WeChat, or the number in your shop")
    readonly_fields = ("show_identities", "show_consent_at", "created_at", "course")
    actions = ("export_selected",)
    actions_list = (EXPORT_BUTTONS,)
    actions_detail = ("erase",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "level"),
                    ("phone", "email"),
                    ("wechat", "region"),
                    "tags",
                    "note",
                    ("marketing_consent", "show_consent_at"),
                    "is_blocked",
                    ("show_identities", "created_at"),
                )
            },
        ),
        (_("What happened"), {"fields": ("course",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        rows = super().get_queryset(request).filter(merged_into=None)
        return rows.annotate(conversation_count=Count("conversations", distinct=True))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)  # the back office lets nobody else in
        update_customer(obj.pk, by=request.user, **{name: form.cleaned_data[name] for name in form.changed_data})

    def has_erase_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("conversations.delete_customer")

    @action(description=_("Erase personal data"), url_path="erase", icon="person_remove", permissions=["erase"])
    @asks_first(
        _("Erase personal data"),
        _(
            "Name, contacts, notes, leads and everything that was said, with files, tickets' texts and what was sent to"
            " other systems, are gone for good. Figures and orders stay, without a person."
        ),
    )
    def erase(self, request: HttpRequest, object_id: str) -> HttpResponse:
        assert isinstance(request.user, User)  # the back office lets nobody else in
        customer = erase_customer(Customer.objects.get(pk=object_id), by=request.user)
        messages.success(request, _("The personal data are erased."))
        return redirect("admin:conversations_customer_change", customer.pk)

    def export_columns(self) -> Sequence[Column]:
        return (
            (_("Number"), lambda customer: customer.pk),
            (_("name"), lambda customer: customer.name),
            (_("level"), lambda customer: customer.get_level_display()),
            (_("phone"), lambda customer: customer.phone),
            (_("e-mail"), lambda customer: customer.email),
            (_("WeChat ID"), lambda customer: customer.wechat),
            (_("region"), lambda customer: customer.region),
            (_("tags"), lambda customer: ", ".join(customer.tags)),
            (_("note"), lambda customer: customer.note),
            (_("marketing messages"), lambda customer: customer.get_marketing_consent_display()),
            (_("conversations"), lambda customer: customer.conversation_count),
            (_("first seen"), lambda customer: moment(customer.created_at)),
        )

    @display(description=_("name"), ordering="name")
    def public_name(self, customer: Customer) -> str:
        return str(customer.public_name)

    @display(description=_("level"), ordering="level", label={"normal": "default", "vip": "warning"})
    def show_level(self, customer: Customer) -> tuple[str, str]:
        return customer.level, customer.get_level_display()

    @display(description=_("phone"))
    def show_phone(self, customer: Customer) -> str:
        return mask_phone(customer.phone)

    @display(description=_("e-mail"))
    def show_email(self, customer: Customer) -> str:
        return mask_email(customer.email)

    @display(description=_("conversations"))
    def show_conversations(self, customer: Any) -> str:
        url = reverse("admin:conversations_conversation_changelist")
        return format_html('<a href="{}?customer__id__exact={}">{}</a>', url, customer.pk, customer.conversation_count)

    @display(description=_("known by"))
    def show_identities(self, customer: Customer) -> str:
        """Accounts and numbers in other systems; browser tokens are kept as hashes, which tell nobody anything."""
        rows = customer.identities.exclude(kind="visitor").select_related("channel")
        known = [f"{row.get_kind_display()} {row.external_id} ({row.channel or '—'})" for row in rows]
        return ", ".join(known) or str(_("Browser"))

    @display(description=_("agreed or refused at"))
    def show_consent_at(self, customer: Customer) -> str:
        return moment(customer.marketing_consent_at) or "—"

    @display(description=_("What happened"))
    def course(self, customer: Customer) -> SafeString:
        orders = customer.orders.newest_first().prefetch_related("shipments")
        context = {
            "customer": customer,
            "conversations": customer.conversations.select_related("channel")[:ROWS_SHOWN],
            "orders": orders[:ROWS_SHOWN],
            "tickets": customer.tickets.select_related("owner").order_by("-pk")[:ROWS_SHOWN],
            "leads_url": _page_of("marketing_lead"),
        }
        return render_to_string("admin/conversations/customer.html", context)


def _page_of(model: str) -> str:
    """The list of another app's rows, if there is one."""
    try:
        return reverse(f"admin:{model}_changelist")
    except NoReverseMatch:
        return ""
