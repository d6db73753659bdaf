"""“What your knowledge is missing”: the intent bank against what is published, by area, what is least covered first."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from kb.admin.people import who
from kb.coverage import Covered, coverage_of
from kb.lexicon.intents import intents
from kb.models import SetAside
from kb.search import current_index
from kb.services.bank import draft_from_bank, set_aside, take_back


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the bank."""

    name: str
    matters: tuple[Covered, ...]
    missing: int
    percent: int


@admin.register(SetAside)
class CoverageAdmin(ModelAdmin):
    """The list is the page; its rows are only what was set aside."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return _do(self, request)
        aside = set(SetAside.objects.values_list("key", flat=True))
        index = current_index()
        covered = coverage_of(index, aside) if index.entries else None
        areas = areas_of(covered or [])
        context = {
            **self.admin_site.each_context(request),
            "title": _("What your knowledge is missing"),
            "areas": areas,
            "wanted": next((area for area in areas if area.name == request.GET.get("area")), None),
            "has_entries": bool(index.entries),
            "understands": covered is not None,
            "counts": Counter(one.level for one in covered or []),
            "aside": [intent for intent in intents() if intent.key in aside],
            "may_write": request.user.has_perm("kb.add_entry"),
            "may_change": self.has_change_permission(request),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/kb/coverage.html", context)


def areas_of(covered: list[Covered]) -> list[Area]:
    """The matters by area, in the bank's order, what is least covered first."""
    names = dict.fromkeys(one.intent.area for one in covered)
    return [_area(name, [one for one in covered if one.intent.area == name]) for name in names]


def _area(name: str, matters: list[Covered]) -> Area:
    ordered = tuple(sorted(matters, key=lambda one: one.percent))
    mean = round(sum(one.percent for one in matters) / len(matters))
    return Area(name, ordered, sum(one.level == "missing" for one in matters), mean)


def _do(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """One thing (`do`) with one matter (`key`)."""
    do, key = request.POST.get("do", ""), request.POST.get("key", "")
    if not (request.user.has_perm("kb.add_entry") if do == "draft" else model_admin.has_change_permission(request)):
        raise PermissionDenied
    try:
        if do == "draft":
            entry = draft_from_bank(key, by=who(request))
            messages.success(request, _("The draft has the bank's wordings. Write the answer, then publish it."))
            return redirect("admin:kb_entry_change", entry.pk)
        if do == "hide":
            set_aside(key)
            messages.success(request, _("Set aside: it is not missed any more."))
        if do == "show":
            take_back(key)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(request.get_full_path())
