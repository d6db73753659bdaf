"""Import files: each kind of file is one import-export format that turns bytes into rows with known columns.

Another kind is one more file here, with the same three methods, and one more line in `FORMATS`.
"""

from pathlib import PurePath

from import_export.formats.base_formats import Format
from tablib import Dataset

from kb.readers import comma, excel
from kb.readers.comma import CommaSeparated
from kb.readers.excel import Excel
from kb.readers.jsonlines import JsonLines
from kb.readers.limits import ReadError, check_row_count, check_size, unknown_kind_text

__all__ = ["EXPORT_FORMATS", "FORMATS", "ReadError", "check_size", "read_file", "read_table"]

FORMATS: dict[str, type[Format]] = {"xlsx": Excel, "csv": CommaSeparated, "jsonl": JsonLines}
EXPORT_FORMATS: dict[str, type[Format]] = {"xlsx": Excel, "csv": CommaSeparated}


def read_file(name: str, content: bytes) -> Dataset:
    """The rows of an uploaded file, by the ending of its name; raises ReadError in the user's words."""
    check_size(len(content))
    chosen = FORMATS.get(PurePath(name).suffix.lower().lstrip("."))
    if chosen is None:
        raise ReadError(unknown_kind_text(name))
    return chosen().create_dataset(content)


def read_table(name: str, content: bytes) -> list[tuple[int, list[str]]]:
    """The numbered rows of a workbook or a CSV file with whatever columns; raises ReadError in the user's words."""
    check_size(len(content))
    readers = {"xlsx": excel.read_records, "csv": comma.read_records}
    chosen = readers.get(PurePath(name).suffix.lower().lstrip("."))
    if chosen is None:
        raise ReadError(unknown_kind_text(name))
    rows = chosen(content)
    check_row_count(len(rows))
    return rows
