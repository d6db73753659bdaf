"""Download buttons above a list, and for the rows that are ticked."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from tablib import Dataset
from unfold.admin import ModelAdmin
from unfold.decorators import action

from cs_platform.audit import record
from cs_platform.models import User
from kb.readers import EXPORT_FORMATS

EXPORT_ROWS_MAX = 100_000

Column = tuple[Any, Callable[[Any], object]]  # title, and how a row says it

EXPORT_BUTTONS = {"title": _("Export"), "icon": "download", "items": ["export_excel", "export_csv"]}


class ExportMixin(ModelAdmin):
    """Name the columns and put `EXPORT_BUTTONS` into `actions_list`, "export_selected" into `actions`.

    Who takes data out of the house is noted in the audit trail.
    """

    export_name: ClassVar[str]

    def export_columns(self) -> Sequence[Column]:
        raise NotImplementedError

    @action(description=_("All as Excel"), url_path="export/xlsx", permissions=["view"])
    def export_excel(self, request: HttpRequest) -> HttpResponse:
        return self._export(request, "xlsx", self.get_queryset(request))

    @action(description=_("All as CSV"), url_path="export/csv", permissions=["view"])
    def export_csv(self, request: HttpRequest) -> HttpResponse:
        return self._export(request, "csv", self.get_queryset(request))

    @admin.action(description=_("Export as Excel"), permissions=["view"])
    def export_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self._export(request, "xlsx", queryset)

    def _export(self, request: HttpRequest, kind: str, rows: QuerySet[Any]) -> HttpResponse:
        columns = self.export_columns()
        dataset = Dataset(headers=[str(title) for title, _read in columns])
        found: list[Model] = list(rows[:EXPORT_ROWS_MAX])
        for row in found:
            dataset.append([_cell(read(row)) for _title, read in columns])
        assert isinstance(request.user, User)  # the back office lets nobody else in
        record(f"{self.export_name}.exported", by=request.user, rows=len(found), format=kind)
        return download(kind, dataset, f"{self.export_name}-{timezone.localdate()}")


def download(kind: str, dataset: Dataset, name: str) -> HttpResponse:
    file_format = EXPORT_FORMATS[kind]()
    response = HttpResponse(file_format.export_data(dataset), content_type=file_format.get_content_type())
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format.get_extension()}"'
    return response


def moment(at: Any) -> str:
    """A moment as a spreadsheet shows it, in the shop's time."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def short_moment(at: Any) -> str:
    """A moment that does not break in a narrow column."""
    return format_html('<span class="whitespace-nowrap">{}</span>', moment(at)[:16]) if at else "—"
