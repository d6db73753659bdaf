"""Cards in the back office: what they ask or show, and the text where a platform allows none."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from cs_platform.admin.meanwhile import MeanwhileAdmin
from marketing.models import Card
from marketing.models.card import PRODUCTS_MAX
from marketing.platform_rules import names_contacts
from marketing.services.cards import read_qr, save_card

_LEAD, _CONTACT, _PRODUCT = "kind == 'lead'", "kind == 'contact'", "kind == 'product'"


class CardForm(forms.ModelForm):
    """A card, with a picture to upload for the QR code."""

    qr = forms.FileField(
        label=_("QR code"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG or JPEG, at most 3 MB. It is drawn anew; nothing else of the file is kept."),
    )
    remove_qr = forms.BooleanField(label=_("Remove the QR code"), required=False)

    class Meta:
        model = Card
        exclude = ()

    def clean_qr(self) -> bytes | None:
        file = self.cleaned_data["qr"]
        if not file:
            return None
        content: bytes = file.read()
        read_qr(content)
        return content

    def clean_plain_text(self) -> str:
        text = str(self.cleaned_data["plain_text"])
        if names_contacts(text):
            raise ValidationError(_("This text names a phone number or WeChat; strict platforms punish that."))
        return text

    def clean_products(self) -> Any:
        products = self.cleaned_data["products"]
        if len(products) > PRODUCTS_MAX:
            raise ValidationError(_("At most three."))
        return products

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        asks = [cleaned.get(f"ask_{name}") for name in ("phone", "wechat", "email")]
        if cleaned.get("kind") == Card.Kind.LEAD and set(asks) == {Card.Ask.NO}:
            self.add_error("ask_phone", _("A lead card asks for phone, WeChat or e-mail."))
        return cleaned


@admin.register(Card)
class CardAdmin(MeanwhileAdmin):
    form = CardForm
    list_display = ("name", "show_kind", "title", "show_captures", "is_for_agents", "is_default", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "title")
    autocomplete_fields = ("products",)
    warn_unsaved_form = True
    conditional_fields = {
        **{f"ask_{name}": _LEAD for name in ("name", "phone", "wechat", "email", "note")},
        **dict.fromkeys(("note_label", "button", "consent_text", "thanks", "is_default"), _LEAD),
        **{f"contact_{name}": _CONTACT for name in ("name", "role", "phone", "wechat")},
        **dict.fromkeys(("qr", "remove_qr"), _CONTACT),
        "products": _PRODUCT,
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "kind"),
                    ("title", "text"),
                    ("ask_name", "ask_phone"),
                    ("ask_wechat", "ask_email"),
                    ("ask_note", "note_label"),
                    ("button", "thanks"),
                    "consent_text",
                    ("contact_name", "contact_role"),
                    ("contact_phone", "contact_wechat"),
                    "qr",
                    "remove_qr",
                    "products",
                )
            },
        ),
        (_("Where it is used"), {"fields": ("plain_text", ("is_for_agents", "is_active"), "is_default")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(capture_count=models.Count("captures"))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.TextField):
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Card, form: Any, change: bool) -> None:
        qr = b"" if form.cleaned_data.get("remove_qr") else form.cleaned_data.get("qr")
        save_card(obj, qr=qr)

    @display(description=_("kind"), ordering="kind", label={"lead": "info", "contact": "success", "product": "warning"})
    def show_kind(self, card: Card) -> tuple[str, str]:
        return card.kind, card.get_kind_display()

    @display(description=_("captures"), ordering="capture_count")
    def show_captures(self, card: Any) -> int:
        return card.capture_count
