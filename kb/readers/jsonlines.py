"""JSON lines: one object per line, as other systems and our own tools exchange knowledge."""

import io
import json
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from tablib import Dataset

from kb.readers.columns import COLUMNS, EXTERNAL_ID, HANDOFF, arrange
from kb.readers.comma import decode
from kb.readers.limits import CELL_CHARACTERS_MAX, ReadError

_KEYS = {"external_id": EXTERNAL_ID}


class JsonLines(Format):
    def get_title(self) -> str:
        return "jsonl"

    def get_extension(self) -> str:
        return "jsonl"

    def get_content_type(self) -> str:
        return "application/jsonl"

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        # One line at a time: of millions of empty objects none is kept.
        lines = enumerate(io.StringIO(decode(in_stream)), 1)
        rows = ((number, _cells(line, number)) for number, line in lines if line.strip())
        if (first := next(rows, None)) is None:
            raise ReadError(_("The file is empty. Fill in the template and upload that."))
        return arrange(chain([(0, COLUMNS), first], rows))


def _cells(line: str, number: int) -> list[str | None]:
    record = _parse(line, number)
    return [_text(column, record.get(column)) for column in COLUMNS]


def _parse(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError(
            _(
                "Line %(number)s is not valid JSON. Every line must be one complete object, such as"
                ' {"question": "…", "answer": "…"}.'
            )
            % {"number": number}
        ) from error
    if not isinstance(value, dict):
        raise ReadError(
            _('Line %(number)s is not an object. Every line must look like {"question": "…", "answer": "…"}.')
            % {"number": number}
        )
    return {_KEYS.get(str(key), str(key)): item for key, item in value.items()}


def _text(column: str, value: object) -> str | None:
    """A value as the cell of a table; null is as good as not there."""
    if value is None:
        return None
    if value is False:
        return ""
    if column == HANDOFF and value is True:
        return "always"
    if isinstance(value, list):
        parts = [str(item).strip() for item in value if isinstance(item, str | int | float)]
        # A list of conditions is a list of words; every other list is one item per line.
        return ("words: " + ", ".join(parts) if parts else "") if column == HANDOFF else "\n".join(parts)
    return str(value).replace("\r\n", "\n").replace("\x00", "").strip()[: CELL_CHARACTERS_MAX + 1]
