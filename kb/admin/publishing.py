"""Publishing from the list: what overlaps with nothing at once; the rest page by page, each beside the others."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.text import row_number
from kb import services
from kb.admin.overlapping import beside
from kb.admin.people import who
from kb.models import Entry
from kb.services.entries import product_ids_of
from kb.services.overlap_checks import check_entries
from kb.services.overlaps import accept_overlaps, overlaps_of

SHOWN_AT_ONCE = 20  # entries that overlap on one page
SECONDS = 4.0  # of looking, until the page goes on by itself with what is left
_KEPT_SECONDS = 3600


def publish_or_ask(request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse | None:
    """Publish what overlaps with nothing; for the rest the page that shows both. None when all is done."""
    waiting = queryset.exclude(status=Entry.Status.PUBLISHED).exclude(answer="").order_by("pk")
    return _go_on(request, list(waiting.values_list("pk", flat=True)))


def publish_anyway_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The entries that overlap, each beside the others; published with a reason, or left. Then on with the rest."""
    if not request.user.has_perm("kb.publish_entry"):
        raise PermissionDenied
    given = request.POST or request.GET
    ids = list(filter(None, map(row_number, given.get("ids", "").split(","))))[:SHOWN_AT_ONCE]
    left = cache.get(_key(given.get("left", "")), ())
    is_missing = False
    if request.method == "POST":
        reason, is_leaving = request.POST.get("reason", "").strip(), "leave" in request.POST
        if is_leaving or not ids or reason:
            if not is_leaving:
                _publish_anyway(request, ids, reason)
            return _go_on(request, left) or redirect("admin:kb_entry_changelist")
        is_missing = True
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Publish in spite of overlaps?"),
        "ids": ",".join(map(str, ids)),
        "pairs": [(entry, beside(overlaps_of(entry, product_ids_of(entry)))) for entry in _waiting(ids)],
        "is_reason_missing": is_missing,
        "left": len(left),
        "token": given.get("left", ""),
    }
    return TemplateResponse(request, "admin/kb/publish_anyway.html", context)


def _go_on(request: HttpRequest, ids: Sequence[int]) -> HttpResponse | None:
    """Look at the next entries and publish those that are clear; a page where something is to be decided or left."""
    checked = check_entries(ids, seconds=SECONDS, doubts_max=SHOWN_AT_ONCE)
    _publish(request, checked.clear)
    if not checked.doubtful and not checked.left:
        return None
    asked = {"ids": ",".join(map(str, checked.doubtful))}
    if checked.left:
        asked["left"] = uuid.uuid4().hex
        cache.set(_key(asked["left"]), checked.left, _KEPT_SECONDS)
    return redirect(f"{reverse('admin:kb_entry_publish_anyway')}?{urlencode(asked)}")


def _publish_anyway(request: HttpRequest, ids: Sequence[int], reason: str) -> None:
    with transaction.atomic():
        for entry in _waiting(ids):
            accept_overlaps(entry, overlaps_of(entry, product_ids_of(entry)), reason=reason, by=who(request))
        _publish(request, ids)


def _publish(request: HttpRequest, ids: Sequence[int]) -> None:
    if not ids:
        return
    count = services.publish_entries(Entry.objects.filter(pk__in=ids), by=who(request))
    text = ngettext("%(count)s entry now answers customers.", "%(count)s entries now answer customers.", count)
    messages.success(request, text % {"count": count})


def _waiting(ids: Sequence[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(pk__in=ids).exclude(status=Entry.Status.PUBLISHED)


def _key(token: str) -> str:
    return f"kb-publishing:{token}"
