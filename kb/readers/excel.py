"""Excel workbooks (.xlsx)."""

import io
from collections.abc import Callable, Sequence
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
        from openpyxl.utils import get_column_letter

        table = [[write_cell(value) for value in row] for row in (dataset.headers, *dataset)]
        book = Workbook(write_only=True)  # rows go to disk as they come: whole books of cells cost a gigabyte
        sheet = book.create_sheet()
        sheet.freeze_panes = "A2"
        for place, column in enumerate(zip(*table, strict=True), 1):
            sheet.column_dimensions[get_column_letter(place)].width = _width(column)
        write_row = _row_writer(sheet)
        for number, row in enumerate(table, 1):
            write_row(row, is_bold=number == 1)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _row_writer(sheet: Any) -> Callable[..., None]:
    """Writes rows of texts; their cells share their styles."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    wrapped, fonts = Alignment(wrap_text=True, vertical="top"), {True: Font(bold=True), False: Font()}

    def write_row(row: Sequence[str], *, is_bold: bool) -> None:
        cells = [WriteOnlyCell(sheet, text) for text in row]
        for cell in cells:
            cell.data_type = "s"  # text whatever it looks like: a leading “=” is no formula
            cell.alignment = wrapped
            cell.font = fonts[is_bold]
        sheet.append(cells)

    return write_row


def _width(column: Sequence[str]) -> int:
    """A width that shows most of the text; a Chinese character takes the room of two."""
    longest = max((2 * len(line) for text in column for line in text.split("\n")), default=0)
    return min(max(longest + 2, 12), 70)
