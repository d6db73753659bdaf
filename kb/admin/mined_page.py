"""One frequent question of the history: edit and accept it, merge it, or reject it; then comes the next one."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.admin.history_forms import ReviewForm
from kb.admin.overlapping import tell_overlaps
from kb.models import Entry, HistoryQuestion, MinedQuestion
from kb.search import search
from kb.services.gate import PublishBlocked
from kb.services.history_groups import nearest_pending
from kb.services.mined import (
    AlreadyDecided,
    accept_question,
    merge_into_entry,
    merge_into_question,
    reject_questions,
    reopen_questions,
)

Status = MinedQuestion.Status
NEAR_SHOWN = 6
FOUND_SHOWN = 12
SAMPLES_SHOWN = 5
ANSWERS_SHOWN = 6
_SAMPLES_READ = 300


def mined_page(model_admin: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Read it; a POST decides."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows = MinedQuestion.objects.select_related("category", "entry", "merged_into", "reviewed_by")
    mined = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
    if mined is None:
        raise Http404
    form = ReviewForm.of(mined)
    if request.method == "POST":
        if not model_admin.has_change_permission(request, mined):
            raise PermissionDenied
        form = ReviewForm(request.POST) if request.POST.get("do") in ("draft", "publish") else form
        if (response := _decide(request, mined, form)) is not None:
            return response
    return TemplateResponse(request, "admin/kb/mined.html", _context(model_admin, request, mined, form))


def targets_view(model_admin: ModelAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """What a question may be merged into, by words of it; the nearest ones without any."""
    mined = MinedQuestion.objects.filter(pk=object_id).first()
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if mined is None:
        raise Http404
    words = request.GET.get("words", "").strip()
    found = {
        "near_questions": MinedQuestion.objects.pending().exclude(pk=mined.pk).filter(question__icontains=words)
        if words
        else nearest_pending(mined, NEAR_SHOWN),
        "near_entries": Entry.objects.exclude(status=Entry.Status.ARCHIVED).filter(question__icontains=words)
        if words
        else _near_entries(mined),
    }
    context = {name: rows[:FOUND_SHOWN] for name, rows in found.items()}
    return TemplateResponse(request, "admin/kb/mined_targets.html", context)


def _context(model_admin: ModelAdmin, request: HttpRequest, mined: MinedQuestion, form: ReviewForm) -> dict[str, Any]:
    is_open = mined.status == Status.PENDING
    return {
        **model_admin.admin_site.each_context(request),
        "title": mined.question,
        "mined": mined,
        "percent": 100 * mined.share,
        "answers": sorted(mined.answers, key=lambda pair: -pair[1])[:ANSWERS_SHOWN],
        "form": form,
        "is_open": is_open and model_admin.has_change_permission(request, mined),
        "may_publish": request.user.has_perm("kb.publish_entry"),
        "samples": _samples(mined),
        "near_entries": _near_entries(mined) if is_open else (),
        "near_questions": nearest_pending(mined, NEAR_SHOWN) if is_open else (),
        "next": _next_after(mined),
        "waiting": MinedQuestion.objects.pending().count(),
        "opts": model_admin.opts,
    }


def _decide(request: HttpRequest, mined: MinedQuestion, form: ReviewForm) -> HttpResponse | None:
    """Do what was asked and go to the next question; None when the page has to say what is wrong."""
    assert isinstance(request.user, User)
    do = request.POST.get("do", "")
    following = _next_after(mined)
    try:
        if do in ("draft", "publish"):
            if not form.is_valid():
                return None
            entry = _accept(mined, form, request.user, publish=do == "publish")
            messages.success(request, _entry_link(_("Entry made: {}"), entry))
            tell_overlaps(request, [entry.pk])
        elif do == "merge":
            _merge(request, mined, request.user)
        elif do == "reject":
            reject_questions([mined], by=request.user)
            messages.success(request, _("Rejected. It does not come again with the next import."))
        elif do == "reopen":
            reopen_questions([mined])
            return redirect("admin:kb_minedquestion_change", mined.pk)
    except AlreadyDecided:
        mined.refresh_from_db()
        text = _("%(name)s was faster: “%(status)s”.")
        messages.warning(request, text % {"name": mined.reviewed_by or "—", "status": mined.get_status_display()})
        return redirect("admin:kb_minedquestion_change", mined.pk)
    except PublishBlocked:
        raise
    except ValidationError as error:
        _explain(request, form, error)
        return None
    if following is None:
        return redirect("admin:kb_minedquestion_changelist")
    return redirect("admin:kb_minedquestion_change", following.pk)


def _accept(mined: MinedQuestion, form: ReviewForm, by: User, *, publish: bool) -> Entry:
    chosen = form.cleaned_data
    return accept_question(
        mined,
        question=chosen["question"],
        answer=chosen["answer"],
        phrasings=chosen["phrasings"].splitlines(),
        category=chosen["category"],
        by=by,
        publish=publish,
    )


def _merge(request: HttpRequest, mined: MinedQuestion, by: User) -> None:
    """The target is written `entry:7` or `question:7`."""
    kind, _colon, number = request.POST.get("target", "").partition(":")
    pk = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0
    if kind == "entry" and (entry := Entry.objects.filter(pk=pk).first()):
        merge_into_entry(mined, entry, by=by)
        messages.success(request, _entry_link(_("Its wordings are phrasings of {} now."), entry))
    elif kind == "question" and (target := MinedQuestion.objects.filter(pk=pk).first()):
        merge_into_question(mined, target, by=by)
        messages.success(request, _("Merged into “%(question)s”.") % {"question": target.question})
    else:
        raise ValidationError(_("Choose what to merge it into."))


def _explain(request: HttpRequest, form: ReviewForm, error: ValidationError) -> None:
    """At the field where there is one, else on top of the page; what was written stays."""
    fields = getattr(error, "error_dict", {})
    if form.is_bound and fields:
        for name, errors in fields.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        messages.error(request, " ".join(error.messages))


def _entry_link(text: str, entry: Entry) -> str:
    link = format_html('<a href="{}">{}</a>', reverse("admin:kb_entry_change", args=[entry.pk]), entry.question)
    return format_html(text, link)


def _samples(mined: MinedQuestion) -> list[HistoryQuestion]:
    """A few of the conversations: as it was asked, and all that agents said to it; every wording once."""
    rows = mined.asked.exclude(answer="").order_by("rivals", "pk")[:_SAMPLES_READ]
    return list({row.key: row for row in reversed(rows)}.values())[::-1][:SAMPLES_SHOWN]


def _near_entries(mined: MinedQuestion) -> list[Entry]:
    """What is published and comes nearest."""
    ids = [hit.entry.id for hit in search(mined.question, NEAR_SHOWN)]
    known = Entry.objects.in_bulk(ids)
    return [known[number] for number in ids if number in known]


def _next_after(mined: MinedQuestion) -> MinedQuestion | None:
    """The next one that waits, by count; after the last one the first."""
    pending = MinedQuestion.objects.pending().exclude(pk=mined.pk)
    behind = pending.filter(count__lte=mined.count).exclude(count=mined.count, pk__lt=mined.pk).first()
    return behind or pending.first()
