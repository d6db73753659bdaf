"""“Try a question”: what the AI would answer now, why, and what would change it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from cs_platform.models import User
from kb.admin.why_page import entry_in_store, why_page
from kb.models import Entry, Product
from kb.models.entry import lines
from kb.offers import facts_of_channel
from kb.scope import Scope
from kb.search import current_index
from kb.services.gate import PublishBlocked
from kb.services.phrasings import add_phrasing
from kb.why import explain


class TryForm(forms.Form):
    """A question as a customer would write it, and who asks."""

    question = forms.CharField(
        label=_("Customer's question"),
        max_length=2000,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    channel = forms.CharField(
        label=_("Channel"),
        max_length=60,
        required=False,
        help_text=_("Key or kind, as entries name it."),
        widget=UnfoldAdminTextInputWidget(attrs={"list": "known-channels", "autocomplete": "off"}),
    )
    product = forms.ModelChoiceField(
        label=_("Product"),
        queryset=Product.objects.all(),
        required=False,
        empty_label=str(_("None in particular")),
        widget=UnfoldAdminSelectWidget(),
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[("", _("Not known")), *Entry.Stage.choices],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    at = forms.DateTimeField(
        label=_("Time"),
        required=False,
        help_text=_("Empty: now."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def scope(self) -> Scope:
        """Who asks."""
        data = self.cleaned_data
        channel = data["channel"].strip()
        products = frozenset([data["product"].pk] if data["product"] else [])
        return Scope(channel, facts_of_channel(channel).kind, products, data["stage"])


def try_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The very answer that a customer would get; a POST adds the question to an entry, otherwise nothing is stored."""
    if request.method == "POST":
        return _add(model_admin, request)
    form = TryForm(request.GET or None)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Try a question"),
        "form": form,
        "channels": _known_channels(),
        "is_narrowed": any(request.GET.get(name) for name in ("channel", "product", "stage", "at")),
        "may_change": model_admin.has_change_permission(request),
        "may_add_words": request.user.has_perm("kb.add_synonymgroup"),
        **(_explained(form) if form.is_valid() else {}),
    }
    return TemplateResponse(request, "admin/kb/try.html", context)


def _explained(form: TryForm) -> dict[str, Any]:
    index = current_index()
    data = form.cleaned_data
    stance = facts_of_channel(data["channel"].strip()).stance
    explanation = explain(index, data["question"], form.scope(), data["at"] or timezone.now(), stance)
    found = explanation.answer
    return {
        "found": found,
        "percent": round(found.confidence * 100),
        "entry": entry_in_store(found.entry_id),
        "why": why_page(explanation, index),
    }


def _add(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The question becomes a phrasing of the entry that somebody chose."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    assert isinstance(request.user, User)
    number = request.POST.get("entry", "")
    try:
        entry = add_phrasing(
            int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0,
            request.GET.get("question", "")[:2000],
            by=request.user,
        )
    except PublishBlocked:
        raise
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%(entry)s” has this phrasing now.") % {"entry": entry.question})
    return redirect(request.get_full_path())


def _known_channels() -> list[str]:
    """The channels that some entry names."""
    named = Entry.objects.exclude(channels="").values_list("channels", flat=True)
    return sorted({channel for channels in named for channel in lines(channels)})
