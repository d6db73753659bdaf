"""Excel workbooks (.xlsx): the numbered rows of the first sheet, read without trusting a byte of it."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from kb.parsing.cells import plain_cell
from kb.parsing.packages import TAGS_MAX, check_package
from kb.parsing.refusal import Refusal, empty
from kb.parsing.signatures import damaged

COLUMNS_READ = 40
_LAST_ROW = 1_048_576  # of Excel itself

Record = tuple[int, list[str]]


def parse(content: bytes, options: Mapping[str, Any]) -> Iterator[Record]:
    """The rows that are not empty, each with its number."""
    check_package(content, "xlsx", tags_max=options.get("tags_max", TAGS_MAX))
    is_empty = True
    try:
        for record in _records(content):
            is_empty = False
            yield record
    except (Refusal, MemoryError, GeneratorExit):
        raise
    except Exception as error:  # a damaged or hostile workbook fails in a hundred ways, and all mean the same
        raise damaged("xlsx") from error
    if is_empty:
        raise empty()


def _records(content: bytes) -> Iterator[Record]:
    from openpyxl import load_workbook  # a third of a second to import: only who reads a workbook pays

    # Values, not formulas; links to other files are never followed.
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says about its own size may be wrong
        blank = (None,) * COLUMNS_READ
        for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS_READ, values_only=True), 1):
            if number > _LAST_ROW:  # the reader fills up with blank rows to whatever number a row gives itself
                raise damaged("xlsx")
            if row != blank:
                yield number, [plain_cell(value) for value in row]
    finally:
        book.close()
