"""Import of order files: upload, see what would change, confirm."""

import uuid
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from tablib import Dataset
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from conversations.admin.exporting import download
from conversations.order_files import TEMPLATE, TITLES, FileResult, import_orders
from cs_platform.models import User
from kb.readers import ReadError, check_size

KEPT_SECONDS = 1800
ROWS_SHOWN = 30
PROBLEMS_SHOWN = 100


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV, as your shop exports orders."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
    )
    source = forms.CharField(
        label=_("source"),
        max_length=40,
        initial="shop",
        help_text=_("The system it comes from, such as shop, taobao, jd or erp."),
        widget=UnfoldAdminTextInputWidget(),
    )
    tells_customers = forms.BooleanField(
        label=_("These are news: send customers their order notices"),
        required=False,
        help_text=_("Leave it off for old orders; nobody wants to hear that last month's parcel was sent."),
        widget=UnfoldBooleanWidget(),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            check_size(file.size or 0)
        except ReadError as error:
            raise forms.ValidationError(str(error)) from error
        return file


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and waits for its owner to say yes."""

    name: str
    content: bytes
    source: str
    tells_customers: bool


def import_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Upload → what would happen → confirm. Nothing is stored before the last step."""
    if token := request.POST.get("token"):
        return _confirm(model_admin, request, token)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        upload = Upload(file.name, file.read(), form.cleaned_data["source"], form.cleaned_data["tells_customers"])
        result = _run(upload, request, is_dry=True)
        token = _keep(upload, request) if result.orders else ""
        return _page(model_admin, request, form, result=result, upload=upload, token=token)
    return _page(model_admin, request, form)


def template_response() -> HttpResponse:
    dataset = Dataset(headers=[str(title) for title in TITLES.values()])
    for row in TEMPLATE:
        dataset.append([row.get(column, "") for column in TITLES])
    return download("xlsx", dataset, "orders-template")


def _confirm(model_admin: ModelAdmin, request: HttpRequest, token: str) -> HttpResponse:
    upload = cache.get(_key(request, token))
    if upload is None:
        messages.error(request, _("The upload is no longer there. Choose the file again."))
        return redirect(request.path)
    result = _run(upload, request, is_dry=False)
    cache.delete(_key(request, token))
    text = _("“%(name)s” imported: %(created)s new, %(updated)s changed, %(skipped)s unchanged.")
    messages.success(request, text % {"name": upload.name, **result.counts})
    return redirect("admin:conversations_order_changelist")


def _run(upload: Upload, request: HttpRequest, *, is_dry: bool) -> FileResult:
    return import_orders(
        upload.name,
        upload.content,
        source=upload.source,
        by=cast(User, request.user),
        is_silent=not upload.tells_customers,
        is_dry=is_dry,
    )


def _keep(upload: Upload, request: HttpRequest) -> str:
    token = uuid.uuid4().hex
    cache.set(_key(request, token), upload, KEPT_SECONDS)
    return token


def _key(request: HttpRequest, token: str) -> str:
    """Under the user's own number: nobody confirms a colleague's upload."""
    return f"order-import:{request.user.pk}:{token}"


def _page(model_admin: ModelAdmin, request: HttpRequest, form: ImportForm, **context: Any) -> HttpResponse:
    result: FileResult | None = context.get("result")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Import orders"),
        "form": form,
        "rows": result.orders[:ROWS_SHOWN] if result else (),
        "rows_more": max(0, len(result.orders) - ROWS_SHOWN) if result else 0,
        "problems": result.problems[:PROBLEMS_SHOWN] if result else (),
        "problems_more": max(0, len(result.problems) - PROBLEMS_SHOWN) if result else 0,
        **context,
    }
    return TemplateResponse(request, "admin/conversations/order_import.html", context)
