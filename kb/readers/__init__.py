"""Import files: each kind of file is one import-export format that turns bytes into rows with known columns.

Another kind is one more file here, with the same three methods, and one more line in `FORMATS`.
"""

from pathlib import PurePath

from import_export.formats.base_formats import Format
from tablib import Dataset

from kb.readers.comma import CommaSeparated
from kb.readers.documents import Pdf, Word
from kb.readers.excel import Excel
from kb.readers.jsonlines import JsonLines
from kb.readers.limits import ReadError, check_row_count, check_size, unknown_kind_text
from kb.readers.sandbox import Progress
from kb.readers.tables import read_records

__all__ = ["EXPORT_FORMATS", "FORMATS", "Progress", "ReadError", "check_size", "read_file", "read_table"]

FORMATS: dict[str, type[Format]] = {
    "xlsx": Excel,
    "docx": Word,
    "pdf": Pdf,
    "csv": CommaSeparated,
    "jsonl": JsonLines,
}
TABLE_KINDS = ("xlsx", "csv")
EXPORT_FORMATS: dict[str, type[Format]] = {"xlsx": Excel, "csv": CommaSeparated}


def read_file(name: str, content: bytes, progress: Progress | None = None) -> Dataset:
    """The rows of an uploaded file, by the ending of its name; raises ReadError in the user's words."""
    check_size(len(content))
    chosen = FORMATS.get(kind_of(name))
    if chosen is None:
        raise ReadError(unknown_kind_text(name))
    return chosen().create_dataset(content, progress=progress)


def read_table(name: str, content: bytes) -> list[tuple[int, list[str]]]:
    """The numbered rows of a workbook or a CSV file with whatever columns; raises ReadError in the user's words."""
    check_size(len(content))
    kind = kind_of(name)
    if kind not in TABLE_KINDS:
        raise ReadError(unknown_kind_text(name, TABLE_KINDS))
    rows = read_records(kind, content)
    check_row_count(len(rows))
    return rows


def kind_of(name: str) -> str:
    """The ending of a file's name, in lower case and without the dot."""
    return PurePath(name).suffix.lower().lstrip(".")
