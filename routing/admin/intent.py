"""Intents with their examples as plain lines, and a page that shows which are mixed up."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from routing.admin.announcing import AnnouncingAdmin
from routing.admin.files import WithFiles
from routing.checkup import check_up
from routing.models import Intent
from routing.resources import IntentResource
from routing.services import announce_intents, find_elsewhere, save_examples, unique_texts

EXAMPLES_WANTED = 12
EXAMPLE_CHARACTERS_MAX = 200


class IntentForm(forms.ModelForm):
    """An intent with its examples, one per line."""

    examples = forms.CharField(
        label=_("examples"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 18}),
        help_text=_(
            "One per line, as customers write it: short and long, with slang and typing errors. From twelve on it gets"
            " reliable. A change counts from the next message on."
        ),
    )

    class Meta:
        model = Intent
        fields = ("name", "key", "description", "is_enabled", "is_counter")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["examples"] = "\n".join(self.instance.examples.values_list("text", flat=True))

    def clean_examples(self) -> list[str]:
        texts = unique_texts(self.cleaned_data["examples"].splitlines())
        if too_long := next((text for text in texts if len(text) > EXAMPLE_CHARACTERS_MAX), None):
            raise ValidationError(
                _("“%(text)s…” is too long: an example has at most %(count)s characters.")
                % {"text": too_long[:20], "count": EXAMPLE_CHARACTERS_MAX}
            )
        if elsewhere := find_elsewhere(texts, except_intent=self.instance.pk or 0):
            text, name = next(iter(elsewhere.items()))
            raise ValidationError(_("“%(text)s” is an example of “%(name)s” already.") % {"text": text, "name": name})
        return texts


@admin.register(Intent)
class IntentAdmin(WithFiles, AnnouncingAdmin):
    form = IntentForm
    resource_classes = (IntentResource,)
    list_display = ("name", "key", "description", "show_examples", "is_enabled")
    list_filter = ("is_enabled",)
    search_fields = ("name", "key", "examples__text")
    warn_unsaved_form = True
    actions_list = ("check_intents",)
    fieldsets = (
        (None, {"fields": (("name", "key"), "description", ("is_enabled", "is_counter"))}),
        (None, {"fields": ("examples",)}),
    )

    def announce(self) -> None:
        announce_intents()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Intent]:
        return super().get_queryset(request).annotate(example_count=Count("examples"))

    def get_readonly_fields(self, request: HttpRequest, obj: Intent | None = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "examples" in form.cleaned_data:
            save_examples(form.instance, form.cleaned_data["examples"])

    @display(description=_("examples"), ordering="example_count", label={"few": "warning", "enough": "success"})
    def show_examples(self, intent: Any) -> tuple[str, str]:
        enough = intent.example_count >= EXAMPLES_WANTED
        return "enough" if enough else "few", str(intent.example_count)

    @action(description=_("Check intents"), url_path="check", icon="fact_check", permissions=["view"])
    def check_intents(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Check intents"),
            "checkup": check_up(),
        }
        return TemplateResponse(request, "admin/routing/check_intents.html", context)
