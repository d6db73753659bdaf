"""One group of pending knowledge: everything that was asked, and what can be done with it."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from cs_platform.models import User
from kb.admin.sparkline import sparkline
from kb.gap_effects import DAYS_MAX, effects_of
from kb.gap_trends import weekly_counts
from kb.gap_wordings import wordings_of
from kb.models import Entry, Gap
from kb.search import search
from kb.services.gaps import (
    add_to_entry,
    draft_entry,
    ignore_gaps,
    reopen_gaps,
    right_answers_of,
    split_question,
)
from kb.services.gate import PublishBlocked
from kb.services.golden import add_from_gap

NEAR_ENTRIES = 8
ANSWERS_MAX = 50


class AddToEntryForm(forms.Form):
    """Entries that may already answer it, the nearest first."""

    entry = forms.ModelChoiceField(
        queryset=Entry.objects.all(), label=gettext_lazy("Existing entry"), widget=UnfoldAdminSelectWidget()
    )

    def __init__(self, *args: Any, near: list[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entry"]
        assert isinstance(field, forms.ModelChoiceField)
        field.widget.choices = [(entry.pk, entry.question) for entry in near]


def gap_page(model_admin: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Read the group; a POST does one thing (`do`) with it."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    gap = Gap.objects.select_related("category", "entry").filter(pk=_number(object_id)).first()
    if gap is None:
        raise Http404
    if request.method == "POST":
        if not model_admin.has_change_permission(request, gap):
            raise PermissionDenied
        return _do(request, gap)
    near = _near_entries(gap)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": gap.question,
        "gap": gap,
        "wordings": wordings_of(gap),
        "right_answers": right_answers_of(gap),
        "trend": sparkline(weekly_counts([gap.pk], timezone.now())[gap.pk]),
        "form": AddToEntryForm(near=near) if near else None,
        "may_change": model_admin.has_change_permission(request, gap),
        "asked": _asked(gap),
        "effect": effects_of([gap], timezone.now()).get(gap.pk),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/gap.html", context)


def _do(request: HttpRequest, gap: Gap) -> HttpResponse:
    assert isinstance(request.user, User)
    do = request.POST.get("do", "")
    try:
        if do == "draft":
            answer = _chosen_answer(gap, request.POST.get("answer", ""))
            return _to_entry(request, draft_entry(gap, by=request.user, answer=answer))
        if do == "add":
            entry = Entry.objects.filter(pk=_number(request.POST.get("entry", ""))).first()
            if entry is None:
                raise ValidationError(_("Choose an entry."))
            return _to_entry(request, add_to_entry(gap, entry, by=request.user))
        if do == "split":
            question = gap.questions.filter(pk=_number(request.POST.get("question", ""))).first()
            return _to_gap(split_question(question) if question else gap)
        if do == "golden":
            return _keep_answered(request, gap)
    except PublishBlocked:
        raise
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _to_gap(gap)
    if do == "ignore":
        ignore_gaps([gap])
        messages.success(request, _("Ignored. Questions that mean the same will be ignored too."))
        return redirect("admin:kb_gap_changelist")
    if do == "reopen":
        reopen_gaps([gap])
    return _to_gap(gap)


def _chosen_answer(gap: Gap, chosen: str) -> str:
    """The answer of an agent that was clicked, by its words: their order may have changed since. Empty for none."""
    answers = (answer for answer, _times in right_answers_of(gap, ANSWERS_MAX))
    return next((answer for answer in answers if answer.split() == chosen.split()), "")


def _keep_answered(request: HttpRequest, gap: Gap) -> HttpResponse:
    _golden, is_new = add_from_gap(gap, by=cast(User, request.user))
    done = _("It is a golden question now: no change may take its answer away unnoticed.")
    messages.success(request, done if is_new else _("It is a golden question already."))
    return _to_gap(gap)


def _to_entry(request: HttpRequest, entry: Entry) -> HttpResponse:
    if entry.status == Entry.Status.PUBLISHED:
        messages.success(request, _("The phrasings were added. This entry answers them from now on."))
    else:
        messages.success(request, _("The draft is ready. Check the answer, then publish it."))
    return redirect("admin:kb_entry_change", entry.pk)


def _to_gap(gap: Gap) -> HttpResponse:
    return redirect("admin:kb_gap_change", gap.pk)


def _near_entries(gap: Gap) -> list[Entry]:
    """What is published and comes nearest, as choices."""
    ids = [hit.entry.id for hit in search(gap.question, NEAR_ENTRIES, fits_anybody=True)]
    known = Entry.objects.in_bulk(ids)
    return [known[number] for number in ids if number in known]


def _asked(gap: Gap) -> dict[str, int] | None:
    """How often it was asked in vain before it was resolved and since, over the same number of days."""
    if gap.resolved_at is None:
        return None
    now = timezone.now()
    days = max(1, min(DAYS_MAX, (now - gap.resolved_at).days + 1))
    span = timedelta(days=days)
    before = gap.questions.between(gap.resolved_at - span, gap.resolved_at).count()
    since = gap.questions.between(gap.resolved_at, gap.resolved_at + span).count()
    return {"days": days, "before": before, "since": since}


def _number(text: str) -> int:
    """A primary key, or 0, which nothing has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
