"""Tables as csv and xlsx files. No cell of theirs is ever executed by the program that opens them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from reports.tables import Cell, Table

# What spreadsheets take for the beginning of a formula or a command, also after blanks, and in its full-width form.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANKS = " \u3000\u00a0"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHEET_ROWS_MAX = 1_048_576
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def harmless(value: Any) -> Any:
    """Numbers and moments as they are; a text that a spreadsheet might execute begins with an apostrophe."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if value is None or isinstance(value, int | float | date):
        return value
    text = "".join(char for char in str(value) if char in "\t\r\n" or char >= " ")
    begins_badly = text.startswith(_STARTS_FORMULA) or text.lstrip(_BLANKS).startswith(_STARTS_FORMULA)
    return f"'{text}" if begins_badly else text


def lines_of(table: Table) -> Iterator[list[Any]]:
    """The heading and the rows of a table, as plain values: shares as fractions, times in seconds, money in yuan."""
    yield [harmless(str(column.label)) for column in table.columns]
    for row in table.rows:
        yield [harmless(_plain(cell)) for cell in row]


def csv_lines(lines: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The lines of a file; Excel knows by the first bytes that it is UTF-8."""
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for line in lines:
        writer.writerow(["" if value is None else value for value in line])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def workbook(sheets: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> bytes:
    """A workbook of several named sheets."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, lines in sheets:
        sheet = book.create_sheet(_SHEET_NAME.sub(" ", name)[:31] or None)
        for line in islice(lines, SHEET_ROWS_MAX):
            sheet.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(cell: Cell) -> Any:
    if cell.value is None:
        return None
    if cell.kind == "money":
        return round(cell.value / 100, 2)
    if cell.kind in ("percent", "points", "duration", "decimal"):
        return round(cell.value, 4)
    return cell.value if cell.kind == "count" else cell.text if isinstance(cell.value, date) else str(cell.value)
