"""Entries that overlap, beside each other: as a warning shows them, to merge them, and the list of all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.text import row_number
from kb.admin.people import who
from kb.contradictions import in_words
from kb.models import Entry, Overlap
from kb.models.entry import lines
from kb.overlaps import Overlap as Found
from kb.services.gate import PublishBlocked
from kb.services.overlap_checks import note_published
from kb.services.overlaps import merge_phrasings, progress, start_looking

SHOWN_MAX = 100
LOOKING_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Beside:
    """Another entry as the warning shows it."""

    entry: Entry
    differences: Sequence[dict[str, str]]


def beside(found: Sequence[Found]) -> list[Beside]:
    """The other entries with what they say differently, in words."""
    entries = Entry.objects.select_related("category").in_bulk([one.entry.id for one in found])
    return [
        Beside(entries[one.entry.id], [one_of.as_words() for one_of in one.differences])
        for one in found
        if one.entry.id in entries
    ]


def tell_overlaps(request: HttpRequest, published: Iterable[int]) -> None:
    """Entries were published by a door that does not ask first: what they overlap with is listed, and said."""
    if count := note_published(published, seconds=LOOKING_SECONDS):
        text = ngettext(
            "%(count)s of the published entries answers what others answer already:",
            "%(count)s of the published entries answer what others answer already:",
            count,
        )
        link = format_html(
            ' <a href="{}">{}</a>', reverse("admin:kb_entry_overlaps"), _("Duplicates and contradictions")
        )
        messages.warning(request, format_html("{}{}", text % {"count": count}, link))


def merge(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The phrasings of the form, stored or not, join another entry; a stored entry of the form is archived."""
    target = get_object_or_404(Entry, pk=row_number(request.POST.get("into")))
    source = Entry.objects.filter(pk=row_number(request.POST.get("from")) or 0).first()
    if not model_admin.has_change_permission(request, target) or not request.user.has_perm("kb.publish_entry"):
        raise PermissionDenied
    given = [request.POST.get("question", ""), *lines(request.POST.get("variants", ""))]
    phrasings = [text.strip() for text in given if text.strip()] or (list(source.phrasings) if source else [])
    try:
        merge_phrasings(target, phrasings, source=source, by=who(request))
    except PublishBlocked:
        raise  # the gate has a page for that
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The phrasings were added. This entry answers them from now on."))
    return redirect("admin:kb_entry_change", target.pk)


def overlaps_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Every pair of published entries that answer the same question; contradictions first."""
    if request.method == "POST":
        if not model_admin.has_change_permission(request):
            raise PermissionDenied
        start_looking()
        return redirect("admin:kb_entry_overlaps")
    rows = Overlap.objects.select_related("first__category", "second__category", "accepted_by")
    is_all = request.GET.get("all") == "1"
    pairs = list(rows if is_all else rows.open())
    pairs.sort(key=lambda pair: (not pair.differences, -pair.share))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Duplicates and contradictions"),
        "pairs": [(pair, [_stored(one) for one in pair.differences]) for pair in pairs[:SHOWN_MAX]],
        "more": max(0, len(pairs) - SHOWN_MAX),
        "accepted": rows.count() - rows.open().count(),
        "is_all": is_all,
        "progress": progress(),
        "may_change": model_admin.has_change_permission(request),
    }
    return TemplateResponse(request, "admin/kb/overlaps.html", context)


def _stored(difference: dict[str, str]) -> dict[str, str]:
    values = " / ".join(in_words(text) for text in difference["values"].split(" / "))
    return {"about": in_words(difference["about"]), "both": values}
