"""Import of conversations: upload, name the columns, watch it work, see what was found."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.admin.history_forms import ColumnsForm, HistoryForm
from kb.mining.columns import frequent_values
from kb.models import HistoryImport, HistoryPart
from kb.readers import ReadError
from kb.services.history_intake import likely_mapping, name_columns, remove_history, start_history
from kb.services.history_work import table_of

Status = HistoryImport.Status
ROWS_SHOWN = 8
STEPS = (Status.OPENING, Status.SPLITTING, Status.READING, Status.ENCODING, Status.GROUPING, Status.DRAFTING)


def upload_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Choose a file; work begins at once."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = HistoryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        assert isinstance(request.user, User)
        try:
            history = start_history(name=file.name, content=file.read(), by=request.user)
        except ReadError as error:
            form.add_error("file", str(error))
        else:
            if history.status == Status.DONE:
                messages.info(request, _("This file was imported before. Nothing of it is counted twice."))
            return redirect("admin:kb_historyimport_change", history.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Import history"),
        "form": form,
    }
    return TemplateResponse(request, "admin/kb/history_upload.html", context)


def history_page(model_admin: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """How far it is; asks for the columns while they are not named."""
    history = _find(model_admin, request, object_id)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": history.file_name,
        "history": history,
        "may_change": model_admin.has_add_permission(request),
        **_steps(history),
    }
    if request.method == "POST" and request.POST.get("do") == "remove":
        return _remove(model_admin, request, history)
    if history.status == Status.MAPPING and model_admin.has_add_permission(request):
        form = _columns(request, history, context)
        if form is None:
            return redirect("admin:kb_historyimport_change", history.pk)
    return TemplateResponse(request, "admin/kb/history.html", context)


def progress_view(model_admin: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The part of the page that changes while it works."""
    history = _find(model_admin, request, object_id)
    return TemplateResponse(request, "admin/kb/history_progress.html", {"history": history, **_steps(history)})


def _find(model_admin: ModelAdmin, request: HttpRequest, object_id: str) -> HistoryImport:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    history = HistoryImport.objects.select_related("by").filter(pk=object_id).first() if object_id.isdecimal() else None
    if history is None:
        raise Http404
    return history


def _remove(model_admin: ModelAdmin, request: HttpRequest, history: HistoryImport) -> HttpResponse:
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    remove_history(history)
    messages.success(request, _("“%(name)s” and its questions were taken out.") % {"name": history.file_name})
    return redirect("admin:kb_historyimport_changelist")


def _steps(history: HistoryImport) -> dict[str, Any]:
    """Every step with what became of it: done, now, or later."""
    at = STEPS.index(history.status) if history.status in STEPS else len(STEPS)
    if history.status == Status.MAPPING:
        at = 1
    states = ["done" if place < at else "now" if place == at else "later" for place in range(len(STEPS))]
    return {"steps": [(step.label, state) for step, state in zip(STEPS, states, strict=True)]}


def _columns(request: HttpRequest, history: HistoryImport, context: dict[str, Any]) -> ColumnsForm | None:
    """The form that names the columns, in the context; None when they are named now."""
    try:
        table = table_of(history)
    except HistoryPart.DoesNotExist:  # somebody named them in this moment
        return None
    mapping = likely_mapping(history, table.headers, table.rows)
    chosen = request.POST.get("who") or mapping.who
    speakers = frequent_values(table.rows, table.headers.index(chosen)) if chosen in table.headers else []
    is_answered = request.method == "POST" and "look" not in request.POST
    initial = {name: request.POST[name] for name in ("conversation", "who", "text", "time") if name in request.POST}
    form = ColumnsForm(
        request.POST if is_answered else None,
        headers=table.headers,
        speakers=speakers,
        mapping=mapping,
        initial=initial or None,
    )
    if is_answered and form.is_valid():
        try:
            name_columns(history, form.mapping())
            return None
        except ValidationError as error:
            form.add_error(None, error)
    context.update(form=form, headers=table.headers, rows=table.rows[:ROWS_SHOWN], row_count=len(table.rows))
    return form
