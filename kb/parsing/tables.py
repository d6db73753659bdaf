"""Tables of documents: those with the template's columns are entries, the others are read out row by row. Pure."""

import re
from collections.abc import Mapping, Sequence

from cs_platform.text import normalise
from kb.parsing.blocks import Block, Table

PHRASINGS = "phrasings"  # what a column 客户问法 means until it is known what stands beside it
_REQUIRED = {"question", "answer"}
_HEADER_WITHIN = 3  # rows; some put a title above the header
_DECORATION = re.compile(r"[*:\s]+$|^[*\s]+|\((?:必填|选填|required|optional)\)")
_HEADER_CHARACTERS_MAX = 20


def settled(columns: Sequence[str | None]) -> list[str | None]:
    """Phrasings are the question where no column is called so, and its other phrasings beside one that is."""
    meant = "variants" if "question" in columns else "question"
    return [meant if column == PHRASINGS else column for column in columns]


def read_template(block: Block, headers: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table of entries, each with its place; none when it has no columns for question and answer."""
    for at, row in enumerate(block.table[:_HEADER_WITHIN]):
        columns = settled([headers.get(_bare(cell)) for cell in row])
        if set(columns) >= _REQUIRED:
            return [
                (block.place + number * block.counts_rows, cells)
                for number, line in enumerate(block.table[at + 1 :], at + 1)
                if any((cells := _cells(columns, line)).values())
            ]
    return []


def table_text(table: Table) -> str:
    """A table as sentences: two columns as “left：right”, more as “column：value；…” below a header."""
    rows = [tuple(cell.strip().replace("\n", " ") for cell in row) for row in table if any(row)]
    if not rows:
        return ""
    if max(len(row) for row in rows) <= 2 or len(rows) == 1 or not _is_header(rows[0]):
        return "\n".join("：".join(cell for cell in row if cell) for row in rows)
    header = rows[0]
    return "\n".join(_read_out(header, row) for row in rows[1:])


def _bare(header: str) -> str:
    return _DECORATION.sub("", normalise(header)).strip()


def _cells(columns: list[str | None], row: tuple[str, ...]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for column, text in zip(columns, row, strict=False):
        if column:
            cells.setdefault(column, text.strip())
    return cells


def _is_header(row: tuple[str, ...]) -> bool:
    return all(cell and len(cell) <= _HEADER_CHARACTERS_MAX and not re.search(r"[。；？?]", cell) for cell in row)


def _read_out(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    parts = (f"{name}：{cell}" if name else cell for name, cell in zip(header, row, strict=False) if cell)
    return "；".join(parts)
