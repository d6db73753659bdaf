"""CSV as shops have it: from Excel in China (GB18030) or from anywhere else (UTF-8, with or without a mark)."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from tablib import Dataset

from kb.readers.cells import read_cell, write_cell
from kb.readers.columns import arrange
from kb.readers.limits import ReadError

_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = ",\t;"
_FIELD_MAX = 1024 * 1024  # a lost quotation mark swallows the rest of the file into one cell


class CommaSeparated(Format):
    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        return arrange(read_records(in_stream))

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows([write_cell(value) for value in row] for row in (dataset.headers, *dataset))
        return out.getvalue().encode("utf-8-sig")  # with the mark Excel opens Chinese correctly


def read_records(content: bytes) -> list[tuple[int, list[str]]]:
    """The numbered rows."""
    try:
        return list(_records(decode(content)))
    except csv.Error as error:
        raise ReadError(_("The file cannot be read as CSV. Save it again as “CSV UTF-8” or as .xlsx.")) from error


def decode(content: bytes) -> str:
    """Text in UTF-8 or GB18030; anything else is told how to become one of them."""
    # Zero bytes mean UTF-16 or no text at all, and GB18030 would take both for Chinese.
    if b"\x00" not in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        for encoding in _ENCODINGS:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise ReadError(_("The text is neither UTF-8 nor GBK. Save the file again as “CSV UTF-8” or as .xlsx."))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_FIELD_MAX)
    first_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
        yield number, [read_cell(cell) for cell in record]
