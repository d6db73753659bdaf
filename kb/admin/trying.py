"""“Try a question”: what the AI would answer now, and why."""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from kb.admin.forms import TryForm
from kb.answering import answer
from kb.models import Entry


def try_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The very answer that a customer would get; nothing is stored."""
    form = TryForm(request.GET or None)
    found = answer(form.cleaned_data["question"]) if form.is_valid() else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Try a question"),
        "form": form,
        "found": found,
        "percent": round(found.confidence * 100) if found else None,
        "entry": Entry.objects.filter(pk=found.entry_id).first() if found and found.entry_id else None,
    }
    return TemplateResponse(request, "admin/kb/try.html", context)
