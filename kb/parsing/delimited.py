"""CSV as shops have it: from Excel in China (GB18030) or from anywhere else (UTF-8, with or without a mark)."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from kb.parsing.cells import plain_cell
from kb.parsing.refusal import Refusal
from kb.parsing.refusal import gettext_noop as _

_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = ",\t;"
_FIELD_MAX = 1024 * 1024  # a lost quotation mark swallows the rest of the file into one cell
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def parse(content: bytes, options: Mapping[str, Any]) -> Iterator[tuple[int, list[str]]]:
    """The numbered rows."""
    text = decode(content)
    csv.field_size_limit(_FIELD_MAX)
    first_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            yield number, [plain_cell(cell) for cell in record]
    except csv.Error as error:
        raise Refusal(_("The file cannot be read as CSV. Save it again as “CSV UTF-8” or as .xlsx.")) from error


def decode(content: bytes) -> str:
    """Text in UTF-8 or GB18030; anything else is told how to become one of them."""
    # Zero bytes mean UTF-16 or no text at all, and GB18030 would take both for Chinese.
    if b"\x00" not in content and not content.startswith(_UTF_16):
        for encoding in _ENCODINGS:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    if content.startswith((b"MZ", b"\x7fELF", b"PK", b"%PDF")):
        raise Refusal(_("This is not a text file, although its name says so. It was not opened."))
    raise Refusal(_("The text is neither UTF-8 nor GBK. Save the file again as “CSV UTF-8” or as .xlsx."))
