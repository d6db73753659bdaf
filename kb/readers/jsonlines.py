"""JSON lines: one object per line, as other systems and our own tools exchange knowledge."""

from itertools import chain
from typing import Any

from import_export.formats.base_formats import Format
from tablib import Dataset

from cs_platform.text import storable
from kb.readers.columns import COLUMNS, EXTERNAL_ID, HANDOFF, arrange
from kb.readers.limits import CELL_CHARACTERS_MAX
from kb.readers.sandbox import Watch, parse

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
        records = parse("jsonl", in_stream, watch=Watch(progress=kwargs.get("progress")))
        return arrange(chain([(0, COLUMNS)], ((number, _cells(record)) for number, record in records)))


def _cells(record: dict[str, Any]) -> list[str | None]:
    named = {_KEYS.get(key, key): value for key, value in record.items()}
    return [_text(column, named.get(column)) for column in COLUMNS]


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
    return storable(str(value).replace("\r\n", "\n")).strip()[: CELL_CHARACTERS_MAX + 1]
