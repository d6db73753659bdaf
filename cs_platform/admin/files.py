"""Import and export on a page of the back office."""

from typing import Any

from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX
from unfold.contrib.import_export.forms import ExportForm, ImportForm


class WithFiles(ImportExportModelAdmin):
    """Excel and CSV, in and out. Importing needs the right to add and to change."""

    formats = (XLSX, CSV)
    import_form_class = ImportForm
    export_form_class = ExportForm
    skip_import_confirm = False

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_add_permission(request) and self.has_change_permission(request))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    def get_import_formats(self) -> list[Any]:
        return list(self.formats)

    def get_export_formats(self) -> list[Any]:
        return list(self.formats)
