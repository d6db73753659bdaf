"""The shipped synonym groups: to read, and to switch off one by one."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cs_platform.models import User
from kb.dictionary import word_key
from kb.lexicon import loanword_groups, synonym_groups
from kb.models import SwitchedOffGroup
from kb.services.dictionary import switch_shipped_group
from kb.services.gate import PublishBlocked


@dataclass(frozen=True, slots=True)
class ShippedGroup:
    first: str
    others: tuple[str, ...]
    is_on: bool


def shipped_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """All of them, or those with a word; a click switches one."""
    wanted = word_key(request.GET.get("q", "")[:100])
    if request.method == "POST":
        return _switch(model_admin, request, wanted)
    groups = shipped_groups()
    found = [group for group in groups if any(wanted in word for word in (group.first, *group.others))]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Shipped synonyms"),
        "groups": found,
        "total": len(groups),
        "off": sum(not group.is_on for group in groups),
        "wanted": wanted,
        "may_change": model_admin.has_change_permission(request),
    }
    return TemplateResponse(request, "admin/kb/shipped_words.html", context)


def shipped_groups() -> list[ShippedGroup]:
    """Each with the words that shoppers use elsewhere or in English."""
    off = set(SwitchedOffGroup.objects.values_list("first_word", flat=True))
    elsewhere = {group[0]: group[1:] for group in loanword_groups()}
    return [
        ShippedGroup(group[0], (*group[1:], *elsewhere.get(group[0], ())), group[0] not in off)
        for group in synonym_groups()
    ]


def _switch(model_admin: ModelAdmin, request: HttpRequest, wanted: str) -> HttpResponse:
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    assert isinstance(request.user, User)
    first, is_on = request.POST.get("group", ""), request.POST.get("is_on") == "1"
    try:
        switch_shipped_group(first, is_on=is_on, by=request.user)
    except PublishBlocked:
        raise
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("“%(word)s” and its synonyms count again.") if is_on else _("“%(word)s” no longer has synonyms.")
        messages.success(request, text % {"word": first})
    return redirect(f"{request.path}?{urlencode({'q': wanted})}" if wanted else request.path)
