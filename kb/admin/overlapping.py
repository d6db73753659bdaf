"""What is asked before something is published that overlaps with other entries, and the list of all overlaps."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kb import services
from kb.admin.people import who
from kb.contradictions import in_words
from kb.models import Entry, Overlap
from kb.models.entry import lines
from kb.overlaps import Overlap as Found
from kb.services.entries import product_ids_of
from kb.services.gate import PublishBlocked
from kb.services.overlaps import accept_overlaps, merge_phrasings, overlaps_of, progress, start_looking

LOOKED_AT_MAX = 30  # a check takes a few tenths of a second; of more entries the list of overlaps tells afterwards
SHOWN_MAX = 100


@dataclass(frozen=True, slots=True)
class Beside:
    """Another entry as the warning shows it."""

    entry: Entry
    differences: Sequence[dict[str, str]]


def beside(found: Sequence[Found]) -> list[Beside]:
    """The other entries with what they say differently, in words."""
    entries = Entry.objects.select_related("category").in_bulk([one.entry.id for one in found])
    return [
        Beside(entries[one.entry.id], [_worded(one_of.as_json()) for one_of in one.differences])
        for one in found
        if one.entry.id in entries
    ]


def publish_or_ask(request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse | None:
    """Publish what overlaps with nothing; for the rest the page that shows both. None when all is done."""
    waiting = list(queryset.exclude(status=Entry.Status.PUBLISHED).exclude(answer="")[: LOOKED_AT_MAX + 1])
    is_checked = len(waiting) <= LOOKED_AT_MAX
    doubtful = [entry.pk for entry in waiting if is_checked and overlaps_of(entry, product_ids_of(entry))]
    _publish(request, queryset.exclude(pk__in=doubtful))
    if not is_checked:
        start_looking()
        messages.info(request, _("So many entries were not checked for overlaps one by one; the list is made now."))
    if doubtful:
        return redirect(
            f"{reverse('admin:kb_entry_publish_anyway')}?{urlencode({'ids': ','.join(map(str, doubtful))})}"
        )
    return None


def publish_anyway_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The entries that overlap, each beside the others; published with a reason, or not."""
    if not request.user.has_perm("kb.publish_entry"):
        raise PermissionDenied
    ids = [int(text) for text in (request.POST.get("ids") or request.GET.get("ids", "")).split(",") if text.isdecimal()]
    entries = list(Entry.objects.filter(pk__in=ids).exclude(status=Entry.Status.PUBLISHED)[:LOOKED_AT_MAX])
    found = {entry: overlaps_of(entry, product_ids_of(entry)) for entry in entries}
    if request.method == "POST" and (reason := request.POST.get("reason", "").strip()):
        with transaction.atomic():
            for entry, others in found.items():
                accept_overlaps(entry, others, reason=reason, by=who(request))
            _publish(request, Entry.objects.filter(pk__in=ids))
        return redirect("admin:kb_entry_changelist")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Publish in spite of overlaps?"),
        "ids": ",".join(map(str, ids)),
        "pairs": [(entry, beside(others)) for entry, others in found.items()],
        "is_reason_missing": request.method == "POST",
    }
    return TemplateResponse(request, "admin/kb/publish_anyway.html", context)


def merge(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The phrasings of the form, stored or not, join another entry; a stored entry of the form is archived."""
    target = get_object_or_404(Entry, pk=_digits(request.POST.get("into")))
    source = Entry.objects.filter(pk=_digits(request.POST.get("from"))).first()
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
        "title": _("Duplicates and contradictions"),
        "pairs": [(pair, [_stored(one) for one in pair.differences]) for pair in pairs[:SHOWN_MAX]],
        "more": max(0, len(pairs) - SHOWN_MAX),
        "accepted": rows.count() - rows.open().count(),
        "is_all": is_all,
        "progress": progress(),
        "may_change": model_admin.has_change_permission(request),
    }
    return TemplateResponse(request, "admin/kb/overlaps.html", context)


def _publish(request: HttpRequest, entries: QuerySet[Entry]) -> None:
    if not entries.exists():
        return
    count = services.publish_entries(entries, by=who(request))
    text = ngettext("%(count)s entry now answers customers.", "%(count)s entries now answer customers.", count)
    messages.success(request, text % {"count": count})


def _worded(difference: dict[str, str]) -> dict[str, str]:
    return {name: in_words(text) for name, text in difference.items()}


def _stored(difference: dict[str, str]) -> dict[str, str]:
    values = " / ".join(in_words(text) for text in difference["values"].split(" / "))
    return {"about": in_words(difference["about"]), "values": values}


def _digits(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
