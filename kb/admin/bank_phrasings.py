"""“Phrasings from the bank”: the wordings of the matters that an entry treats, to be taken with a click."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.ai.encoder import get_encoder
from cs_platform.text import phrase_key
from kb.admin.people import who
from kb.coverage import matters_of
from kb.lexicon.intents import Intent
from kb.models import Entry
from kb.search import current_index
from kb.services.bank import take_phrasings

_PHRASINGS_READ = 4


def bank_phrasings_page(model_admin: ModelAdmin, request: HttpRequest, entry: Entry) -> HttpResponse:
    """Choose wordings; a POST adds them."""
    if request.method == "POST":
        return _take(model_admin, request, entry)
    known = {phrase_key(text) for text in entry.phrasings}
    matters = [
        (intent, [(line, phrase_key(line) in known) for line in intent.paraphrases]) for intent in _matters(entry)
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Phrasings from the bank"),
        "entry": entry,
        "matters": matters,
        "may_change": model_admin.has_change_permission(request, entry) and entry.match_mode != "pattern",
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/bank_phrasings.html", context)


def _matters(entry: Entry) -> list[Intent]:
    index, encoder = current_index(), get_encoder()
    if encoder is None or index.bridge is None or index.floor is None:
        return []
    return matters_of(index.bridge.bank, encoder.encode(list(entry.phrasings[:_PHRASINGS_READ])), index.floor)


def _take(model_admin: ModelAdmin, request: HttpRequest, entry: Entry) -> HttpResponse:
    if not model_admin.has_change_permission(request, entry):
        raise PermissionDenied
    try:
        count = take_phrasings(entry, request.POST.getlist("line"), by=who(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = ngettext("%(count)s phrasing was added.", "%(count)s phrasings were added.", count)
        messages.success(request, text % {"count": count})
    return redirect("admin:kb_entry_change", entry.pk)
