"""The page on which a change that harms stops: question by question what would become different, and two ways on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import csrf_protect_m
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.models import User
from kb.models import Entry, GoldenResult, GoldenRun
from kb.services.gate import OVERRIDE_PERMISSION, Passage, PublishBlocked, passing

GATE, BACK, OVERRIDE = "gate", "back", "override"
REASON = "override_reason"
SHOWN_MAX = 200
_OWN = {"csrfmiddlewaretoken", GATE, REASON}
_HINTED = "golden_hint_shown"

View = Callable[..., HttpResponse]


def through_gate(view: View) -> View:
    """A method of a `ModelAdmin` that may change what customers are told: when the gate stops it, the person sees
    why, goes back with everything still filled in, or publishes anyway and says why."""

    @wraps(view)
    def gated_view(self: ModelAdmin, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with passing(reason=_reason_of(request)) as passage:
            try:
                response = view(self, request, *args, **kwargs)
            except PublishBlocked as blocked:  # its transaction is undone by now
                return _blocked_page(self, request, blocked)
        _tell(request, passage)
        return response

    return gated_view


class ComesBack:
    """For a form that the gate stopped: sent with “back” it is shown again, filled in, and nothing is stored."""

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        if self.data.get(GATE) == BACK:  # type: ignore[attr-defined]
            self.add_error(None, _("Nothing was stored. Change it here, or leave the page."))  # type: ignore[attr-defined]
        return cleaned


class OwnTransactions(ModelAdmin):
    """For a `GatedAdmin` whose forms and deletion are one service each, which opens its own transaction.

    Django's own around the whole view would hold SQLite's only writer while golden questions are asked. Stands last
    among the bases: it takes the place of Django's views, not of what the theme puts around them.
    """

    @csrf_protect_m
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]

    @csrf_protect_m
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self._delete_view(request, object_id, extra_context)  # type: ignore[attr-defined]


class GatedAdmin:
    """For a `ModelAdmin` whose rows change what customers are told: forms, list actions and deletion."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        return type(form)(form.__name__, (ComesBack, form), {})

    @through_gate
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]

    @through_gate
    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changelist_view(request, *args, **kwargs)  # type: ignore[misc]

    @through_gate
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().delete_view(request, *args, **kwargs)  # type: ignore[misc]


def result_rows(results: Any) -> list[GoldenResult]:
    """Results as pages show them: links only to entries that exist."""
    rows = list(results)
    numbers = {number for row in rows for number in (row.before_entry, row.entry, row.expected_entry) if number}
    known = set(Entry.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    for row in rows:
        for name in ("before_entry", "entry", "expected_entry"):
            if getattr(row, name) not in known:
                setattr(row, name, None)
    return rows


def _reason_of(request: HttpRequest) -> str:
    return request.POST.get(REASON, "") if request.POST.get(GATE) == OVERRIDE else ""


def is_reason_missing(request: HttpRequest) -> bool:
    """Somebody wants it done in spite of what stops it, and did not say why."""
    return request.POST.get(GATE) == OVERRIDE and not _reason_of(request).strip()


def stopped_context(request: HttpRequest, run: GoldenRun, *, list_url: str) -> dict[str, Any]:
    """What `gate_body.html` shows: the questions, and how to go on from here."""
    rows = result_rows(run.results.all()[:SHOWN_MAX])
    return {
        "run": run,
        "blocking": [row for row in rows if row.is_blocking],
        "others": [row for row in rows if not row.is_blocking],
        "fields": [(name, value) for name in request.POST if name not in _OWN for value in request.POST.getlist(name)],
        "may_override": request.user.has_perm(OVERRIDE_PERMISSION),
        "is_deletion": _is_deletion(request),
        "has_form": any(name in request.POST for name in ("_save", "_continue", "_addanother")),
        "is_reason_missing": is_reason_missing(request),
        "list_url": list_url,
    }


def _is_deletion(request: HttpRequest) -> bool:
    """Of one row from its form, or of rows chosen in a list."""
    is_of_one = request.resolver_match is not None and (request.resolver_match.url_name or "").endswith("_delete")
    return is_of_one or request.POST.get("action") == "delete_selected"


def _blocked_page(model_admin: ModelAdmin, request: HttpRequest, blocked: PublishBlocked) -> HttpResponse:
    list_url = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Stopped before publishing"),
        "opts": model_admin.opts,
        **stopped_context(request, blocked.keep(), list_url=list_url),
    }
    return TemplateResponse(request, "admin/kb/gate.html", context, status=409)


def _tell(request: HttpRequest, passage: Passage) -> None:
    """What the gate found, in one line; once a session that nothing guards the shop yet."""
    if passage.run is not None:
        messages.info(request, _summary(passage.run))
    elif passage.was_unguarded and _HINTED not in request.session and isinstance(request.user, User):
        request.session[_HINTED] = True
        text = _("Nothing checked this change. With golden questions, a change that spoils an answer is stopped:")
        link = format_html(' <a href="{}">{}</a>', reverse("admin:kb_goldenquestion_changelist"), _("add some"))
        messages.info(request, format_html("{}{}", text, link))


def _summary(run: GoldenRun) -> str:
    checked = ngettext("%(count)s golden question checked", "%(count)s golden questions checked", run.total)
    different = run.improved + run.changed + run.worse
    found = ngettext("%(count)s gets another answer", "%(count)s get another answer", different)
    told = {
        "checked": checked % {"count": run.total},
        "found": found % {"count": different} if different else _("nothing else changes"),
    }
    url = reverse("admin:kb_goldenrun_change", args=[run.pk])
    return format_html('{} <a href="{}">{}</a>', _("%(checked)s: %(found)s.") % told, url, _("See"))
