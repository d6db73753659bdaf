"""Excel workbooks (.xlsx)."""

import io
from collections.abc import Sequence
from typing import Any

from import_export.formats.base_formats import Format
from tablib import Dataset

from kb.readers.cells import write_cell
from kb.readers.columns import arrange
from kb.readers.tables import read_records


class Excel(Format):
    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        return arrange(read_records("xlsx", in_stream, kwargs.get("progress")))

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        from openpyxl import Workbook  # half a second to import: only who writes a workbook pays
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        book = Workbook()
        sheet = book.active
        sheet.freeze_panes = "A2"
        table = [[write_cell(value) for value in row] for row in (dataset.headers, *dataset)]
        for number, row in enumerate(table, 1):
            for place, text in enumerate(row, 1):
                cell = sheet.cell(number, place, text)
                cell.data_type = "s"  # text whatever it looks like: a leading “=” is no formula
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.font = Font(bold=number == 1)
        for place, column in enumerate(zip(*table, strict=True), 1):
            sheet.column_dimensions[get_column_letter(place)].width = _width(column)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _width(column: Sequence[str]) -> int:
    """A width that shows most of the text; a Chinese character takes the room of two."""
    longest = max((2 * len(line) for text in column for line in text.split("\n")), default=0)
    return min(max(longest + 2, 12), 70)
