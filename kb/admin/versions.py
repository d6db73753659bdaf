"""The versions of an entry: what changed from one to the next, and the way back."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cs_platform.text import row_number
from kb.admin.people import who
from kb.describing import Describer
from kb.models import Entry, EntryVersion
from kb.services import revert_entry
from kb.services.gate import PublishBlocked

SHOWN_MAX = 200


def versions_page(model_admin: ModelAdmin, request: HttpRequest, entry: Entry) -> HttpResponse:
    """The list on the left, on the right the chosen version beside the one it is compared with."""
    if request.method == "POST":
        return _revert(model_admin, request, entry)
    versions = list(entry.versions.select_related("by")[:SHOWN_MAX])
    chosen = _chosen(versions, request.GET.get("version")) or (versions[0] if versions else None)
    other = _chosen(versions, request.GET.get("with")) or (_before(versions, chosen) if chosen else None)
    old, new = sorted((other, chosen), key=_number) if other and chosen else (other, chosen)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Versions"),
        "entry": entry,
        "versions": versions,
        "chosen": chosen,
        "old": old,
        "new": new,
        "changes": Describer([old.snapshot, new.snapshot]).compare(old.snapshot, new.snapshot) if old and new else (),
        "may_revert": model_admin.has_change_permission(request, entry) and _may_write(request, entry),
    }
    return TemplateResponse(request, "admin/kb/versions.html", context)


def _revert(model_admin: ModelAdmin, request: HttpRequest, entry: Entry) -> HttpResponse:
    if not model_admin.has_change_permission(request, entry):
        raise PermissionDenied
    version = get_object_or_404(EntryVersion, entry=entry, number=row_number(request.POST.get("number")))
    if str(entry.version) != request.POST.get("seen"):
        messages.warning(request, _("Somebody changed the entry while you were reading. Look again, then decide."))
        return redirect("admin:kb_entry_versions", entry.pk)
    try:
        revert_entry(entry, version, by=who(request))
    except PublishBlocked:
        raise  # the gate has a page for that
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The entry says again what it said in version %(n)s.") % {"n": version.number})
    return redirect("admin:kb_entry_versions", entry.pk)


def _may_write(request: HttpRequest, entry: Entry) -> bool:
    return entry.status != Entry.Status.PUBLISHED or request.user.has_perm("kb.publish_entry")


def _chosen(versions: list[EntryVersion], number: str | None) -> EntryVersion | None:
    return next((one for one in versions if str(one.number) == number), None)


def _before(versions: list[EntryVersion], chosen: EntryVersion) -> EntryVersion | None:
    return next((one for one in versions if one.number < chosen.number), None)


def _number(version: EntryVersion) -> int:
    return version.number
