"""Import and export on a page of the back office."""

from typing import Any

from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import CSV, XLSX
from unfold.contrib.import_export.forms import ExportForm, ImportForm


class AnyCsv(CSV):
    """CSV as it comes: in UTF-8, or in the GBK that a Chinese Excel saves."""

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Any:
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = in_stream.decode("gb18030")
        return super().create_dataset(text, **kwargs)


class WithFiles(ImportExportModelAdmin):
    """Excel and CSV, in and out. Importing needs the right to add and to change."""

    formats = (XLSX, CSV)
    import_form_class = ImportForm
    export_form_class = ExportForm
    skip_import_confirm = False
    to_encoding = "utf-8-sig"  # without the mark a Chinese Excel takes it for GBK

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_add_permission(request) and self.has_change_permission(request))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    def get_import_formats(self) -> list[Any]:
        return [XLSX, AnyCsv]

    def get_export_formats(self) -> list[Any]:
        return list(self.formats)
