"""Import and export pages: upload, preview, confirm; download."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from tablib import Dataset

from kb.admin.forms import ImportForm
from kb.imports import ImportResult, import_file
from kb.models import Entry
from kb.readers import EXPORT_FORMATS
from kb.readers.columns import COLUMNS, VARIANTS
from kb.resources import EntryExport
from kb.rows import title_of

KEPT_SECONDS = 1800
ROWS_SHOWN = 30
PROBLEMS_SHOWN = 100


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and waits for its owner to say yes."""

    name: str
    content: bytes
    category: str
    publish: bool


def import_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Upload → what would happen, row by row → confirm. Nothing is stored before the last step."""
    if token := request.POST.get("token"):
        return _confirm(model_admin, request, token)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = Upload(
            name=form.cleaned_data["file"].name,
            content=form.cleaned_data["file"].read(),
            category=form.category_path(),
            publish=form.cleaned_data["publish"],
        )
        result = _run(upload, request, dry_run=True)
        token = "" if result.has_failed else _keep(upload, request)
        return _page(model_admin, request, form, result=result, upload=upload, token=token)
    return _page(model_admin, request, form)


def export_response(kind: str, entries: QuerySet[Entry]) -> HttpResponse:
    """All given entries as a file with today's date in its name."""
    return _download(kind, EntryExport().export(entries), f"knowledge-{timezone.localdate()}")


def template_response() -> HttpResponse:
    """An empty workbook with the header and two rows that show how to fill it in."""
    columns = [column for column in COLUMNS if column != VARIANTS]
    dataset = Dataset(headers=[title_of(column) for column in columns])
    dataset.append(
        [
            "",
            "怎么申请退货？\n我想退货\n退货流程是什么",
            "在“我的订单”里点“申请售后”。",
            "售后服务/退货流程",
            "退款多久到账？",
            "",
            "草稿",
        ]
    )
    dataset.append(
        ["", "退款一直没有到账怎么办？|钱还没退给我", "我请同事来查一下。", "售后服务/退款进度", "", "always", "发布"]
    )
    return _download("xlsx", dataset, "knowledge-template")


def _confirm(model_admin: ModelAdmin, request: HttpRequest, token: str) -> HttpResponse:
    upload = cache.get(_key(request, token))
    if upload is None:
        messages.error(request, _("The upload is no longer there. Choose the file again."))
        return redirect(request.path)
    result = _run(upload, request, dry_run=False)
    if result.has_failed:  # knowledge has changed since the preview
        return _page(model_admin, request, ImportForm(), result=result, upload=upload)
    cache.delete(_key(request, token))
    text = _("“%(name)s” imported: %(created)s new, %(updated)s changed, %(skipped)s unchanged.")
    messages.success(request, text % {"name": upload.name, **result.counts})
    return redirect("admin:kb_entry_changelist")


def _run(upload: Upload, request: HttpRequest, *, dry_run: bool) -> ImportResult:
    return import_file(
        upload.name,
        upload.content,
        by=request.user,  # type: ignore[arg-type]
        category=upload.category,
        publish=upload.publish,
        dry_run=dry_run,
    )


def _keep(upload: Upload, request: HttpRequest) -> str:
    token = uuid.uuid4().hex
    cache.set(_key(request, token), upload, KEPT_SECONDS)
    return token


def _key(request: HttpRequest, token: str) -> str:
    """Under the user's own number: nobody confirms a colleague's upload."""
    return f"kb-import:{request.user.pk}:{token}"


def _page(model_admin: ModelAdmin, request: HttpRequest, form: ImportForm, **context: Any) -> HttpResponse:
    result: ImportResult | None = context.get("result")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Import knowledge"),
        "form": form,
        "rows": result.rows[:ROWS_SHOWN] if result else (),
        "problems": result.problems[:PROBLEMS_SHOWN] if result else (),
        "problems_more": max(0, len(result.problems) - PROBLEMS_SHOWN) if result else 0,
        "rows_more": max(0, len(result.rows) - ROWS_SHOWN) if result else 0,
        **context,
    }
    return TemplateResponse(request, "admin/kb/import.html", context)


def _download(kind: str, dataset: Dataset, name: str) -> HttpResponse:
    file_format = EXPORT_FORMATS[kind]()
    response = HttpResponse(file_format.export_data(dataset), content_type=file_format.get_content_type())
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format.get_extension()}"'
    return response
