"""“Send back”: a manager says why a proposed entry is not published yet."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.admin.forms import ReturnForm
from kb.models import Entry
from kb.services.proposals import return_entry


def return_page(model_admin: ModelAdmin, request: HttpRequest, entry: Entry) -> HttpResponse:
    """Ask for the comment, then the entry is a draft again."""
    assert isinstance(request.user, User)
    form = ReturnForm(request.POST or None)
    if form.is_valid():
        try:
            return_entry(entry, comment=form.cleaned_data["comment"], by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Sent back with your comment."))
        return redirect("admin:kb_entry_change", entry.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Send back"),
        "form": form,
        "entry": entry,
    }
    return TemplateResponse(request, "admin/kb/return.html", context)
