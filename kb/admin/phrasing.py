"""“More phrasings”: what the form offers to add, found while the entry is being written."""

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext as _

from cs_platform.ai.llm import ModelUnavailable
from cs_platform.text import row_number
from kb.models.entry import lines
from kb.paraphrasing import paraphrase
from kb.phrasings import BANK_MAX, Known, Suggested, asked_by_customers, known_to_be_asked, matters_beside, turned
from kb.search import current_index


def phrasings(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Groups of suggestions for the text of the form, stored or not."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    question = request.POST.get("question", "").strip()[:500]
    given = [text for text in (question, *lines(request.POST.get("variants", ""))) if text]
    if not question:
        return JsonResponse({"groups": [], "note": _("Write the standard question first.")})
    found, note = _find(question, given, row_number(request.POST.get("entry")))
    groups = [
        {"title": title, "items": [{"text": one.text, "count": one.count} for one in items]}
        for title, items in found
        if items
    ]
    if not groups:
        note = note or _("Nothing new was found. What customers ask from now on will appear here.")
    return JsonResponse({"groups": groups, "note": note})


def _find(question: str, given: list[str], entry_id: int | None) -> tuple[list[tuple[str, list[Suggested]]], str]:
    """Each source by its title, and a remark."""
    index, note = current_index(), ""
    known = Known(given, entry_id, index)
    found = [
        (_("Customers asked"), known.choose(asked_by_customers(entry_id))),
        (_("Shoppers usually type"), known.choose(known_to_be_asked(question, index), BANK_MAX)),
    ]
    try:
        written = paraphrase(given)
    except ModelUnavailable:
        written, note = [], _("The language model did not answer; these come without it.")
    if written:
        found.append((_("From the language model"), known.choose(written)))
    else:
        found.append((_("In other words"), known.choose(turned(question))))
    for matter in matters_beside(given, index):
        title = _("Intent bank: %(name)s") % {"name": matter.name}
        found.append((title, known.choose(matter.paraphrases, BANK_MAX)))
    return found, note
