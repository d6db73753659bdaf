"""Excel workbooks (.xlsx): the first sheet, read without trusting a byte of it."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from tablib import Dataset

from kb.readers.cells import read_cell, write_cell
from kb.readers.columns import arrange
from kb.readers.limits import ReadError

UNPACKED_BYTES_MAX = 64 * 1024 * 1024
PARTS_MAX = 500
TAGS_MAX = 2_500_000  # 20,000 rows of our columns need less than half of it; each costs memory once parsed
_CHUNK = 1024 * 1024
COLUMNS_READ = 40
_LAST_ROW = 1_048_576  # of Excel itself
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password


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
        return arrange(read_records(in_stream))

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


def read_records(content: bytes) -> list[tuple[int, list[str]]]:
    """The numbered rows of the first sheet that are not empty."""
    _check_package(content)
    try:
        _check_tags(content)
        return list(_records(content))
    except ReadError:
        raise
    except Exception as error:  # a damaged or hostile workbook fails in a hundred ways, and all mean the same
        raise ReadError(_damaged_text()) from error


def _width(column: Sequence[str]) -> int:
    """A width that shows most of the text; a Chinese character takes the room of two."""
    longest = max((2 * len(line) for text in column for line in text.split("\n")), default=0)
    return min(max(longest + 2, 12), 70)


def _check_package(content: bytes) -> None:
    """Look at the table of contents only: nothing is unpacked before its size is known."""
    if content.startswith(_OLD_EXCEL):
        raise ReadError(_("This is an old .xls file or one with a password. Save it as .xlsx without password."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ReadError(
            _("This is not an Excel file, although its name ends in .xlsx. Open it in Excel and save it as .xlsx.")
        ) from error
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        raise ReadError(_too_large_text())
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise ReadError(_damaged_text())


def _check_tags(content: bytes) -> None:
    """Count the tags of all parts in small pieces: a few megabytes of tags would fill a gigabyte once parsed."""
    tags = 0
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for part in package.infolist():
            with package.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    tags += chunk.count(b"<")
                    if tags > TAGS_MAX:
                        raise ReadError(_too_large_text())


def _records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # half a second to import: only who reads a workbook pays

    # Values, not formulas; links to other files are never followed.
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says about its own size may be wrong
        blank = (None,) * COLUMNS_READ
        for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS_READ, values_only=True), 1):
            if number > _LAST_ROW:  # the reader fills up with blank rows to whatever number a row gives itself
                raise ReadError(_damaged_text())
            if row != blank:
                yield number, [read_cell(value) for value in row]
    finally:
        book.close()


def _damaged_text() -> str:
    return _("The workbook is damaged. Open it in Excel, save it again as .xlsx and upload that.")


def _too_large_text() -> str:
    return _("The workbook is far too large once unpacked. Copy the rows into a new workbook, or split it.")
