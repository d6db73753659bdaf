"""The import page: upload, watch it being read, look at what would change, confirm, watch it being stored."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cs_platform.models import User
from kb.admin.forms import ImportForm
from kb.admin.gate_page import GATE, OVERRIDE, REASON, stopped_context
from kb.models import GoldenRun
from kb.readers.template import explanations, make_template
from kb.rows import title_of
from kb.uploads import Status, Upload, begin_upload, confirm_upload, find_upload, override_upload

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """A form; with `?upload=` the state of an upload, as JSON for the page's own script."""
    user = request.user
    assert isinstance(user, User)
    if token := request.POST.get("token"):
        return _confirm(request, token, user)
    if token := request.GET.get("upload"):
        return _watch(model_admin, request, token, user)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        publish = form.cleaned_data["publish"]
        upload = Upload(file.name, file.read(), user.pk, form.category_path(), publish)
        return _redirect_to(request, begin_upload(upload))
    return _page(model_admin, request, form=form)


def template_response() -> HttpResponse:
    """An empty workbook that shows how to fill it in."""
    response = HttpResponse(make_template(), content_type=_EXCEL)
    response["Content-Disposition"] = 'attachment; filename="knowledge-template.xlsx"'
    return response


def _confirm(request: HttpRequest, token: str, user: User) -> HttpResponse:
    if request.POST.get(GATE) == OVERRIDE:
        is_going = override_upload(token, user, reason=request.POST.get(REASON, ""))
        return _redirect_to(request, token, **({} if is_going else {"reason-missing": "1"}))
    confirm_upload(token, user, publish_suggested="publish_suggested" in request.POST)
    return _redirect_to(request, token)


def _watch(model_admin: ModelAdmin, request: HttpRequest, token: str, user: User) -> HttpResponse:
    found = find_upload(token, user)
    if "json" in request.GET:
        return JsonResponse(_progress(found[1] if found else None))
    if found is None:
        messages.error(request, _("The upload is no longer there. Choose the file again."))
        return redirect(request.path)
    upload, status = found
    stopped = _stopped(request, status.run_id, token) if status.run_id else {}
    return _page(model_admin, request, form=ImportForm(), upload=upload, status=status, token=token, **stopped)


def _stopped(request: HttpRequest, run_id: int, token: str) -> dict[str, Any]:
    """Golden questions would become worse: the same page as for every other change."""
    context = stopped_context(request, GoldenRun.objects.get(pk=run_id), list_url=request.path)
    return {**context, "fields": [("token", token)], "is_reason_missing": "reason-missing" in request.GET}


def _progress(status: Status | None) -> dict[str, object]:
    return {"stage": status.stage, "done": status.done, "of": status.of} if status else {"stage": "gone"}


def _redirect_to(request: HttpRequest, token: str, **more: str) -> HttpResponse:
    return redirect(f"{request.path}?{urlencode({'upload': token, **more})}")


def _page(model_admin: ModelAdmin, request: HttpRequest, **context: Any) -> HttpResponse:
    columns = [(title_of(column), text) for column, text in explanations().items()]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Import knowledge"),
        "columns": columns,
        **context,
    }
    return TemplateResponse(request, "admin/kb/import.html", context)
