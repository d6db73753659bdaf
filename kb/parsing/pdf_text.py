"""The text layer of a page of a PDF as lines, by PDFium: where each character stands is what tells a heading."""

import ctypes
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from kb.parsing.blocks import Table
from kb.parsing.cells import NOT_IN_XML
from kb.parsing.lines import CHINESE, Fragment, Line, join
from kb.parsing.pdf_rulings import Grid

CHARACTERS_MAX = 60_000  # of a page
_GAP = 1.6  # font sizes between two cells of a table
_SPACE = 0.28  # font sizes between two words
_SAME_LINE = 0.45  # font sizes that a baseline may differ
_BOLD_WEIGHT = 600


@dataclass(slots=True)
class _Character:
    """A character and its place; a space has no place of its own."""

    text: str
    left: float
    right: float
    bottom: float
    size: float
    is_bold: bool

    @property
    def is_space(self) -> bool:
        return not self.text.strip()


def read_lines(page: Any, number: int, grids: Sequence[Grid]) -> list[Line]:
    """The lines of a page in the order in which the file has them; what stands in a grid is one of them, a table."""
    text = page.get_textpage()
    try:
        characters = list(_characters(text))
    finally:
        text.close()
    height = page.get_height()
    lines: list[Line] = []
    inside: dict[int, list[_Character]] = {}
    for group in list(_groups(characters, grids, inside)):  # a table is complete after the last of its characters
        if isinstance(group, int):
            lines.append(_table_line(grids[group], inside[group], number, height))
        elif not all(character.is_space for character in group):
            lines.append(_line(group, number, height))
    return [line for line in lines if line.fragments]


def _characters(text: Any) -> Iterator[_Character]:
    from pypdfium2 import raw

    left, bottom = ctypes.c_double(), ctypes.c_double()
    loose, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    size, bold, last = 0.0, False, None
    for at in range(min(text.count_chars(), CHARACTERS_MAX)):
        character = NOT_IN_XML.sub("", chr(raw.FPDFText_GetUnicode(text, at)))
        if raw.FPDFText_IsGenerated(text, at) == 1:
            if last is not None and character == " ":  # PDFium found a gap between two words
                yield _Character(" ", last.right, last.right, last.bottom, last.size, last.is_bold)
            continue
        raw.FPDFText_GetLooseCharBox(text, at, loose)
        raw.FPDFText_GetCharOrigin(text, at, left, bottom)
        if raw.FPDFText_GetMatrix(text, at, matrix):
            size = raw.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d)
            bold = raw.FPDFText_GetFontWeight(text, at) >= _BOLD_WEIGHT
        last = _Character(character, loose.left, loose.right, bottom.value, size, bold)
        yield last


def _groups(
    characters: Iterable[_Character], grids: Sequence[Grid], inside: dict[int, list[_Character]]
) -> Iterator[list[_Character] | int]:
    """Characters on one baseline; instead of those in a table its number, once. `inside` gets what is in tables."""
    group: list[_Character] = []
    for character in characters:
        at = next((at for at, grid in enumerate(grids) if _cell(grid, character)), None)
        if at is not None or (group and not _is_beside(group[-1], character)):
            if group:
                yield group
            group = []
        if at is None:
            group.append(character)
            continue
        is_first = at not in inside
        inside.setdefault(at, []).append(character)
        if is_first:
            yield at
    if group:
        yield group


def _cell(grid: Grid, character: _Character) -> tuple[int, int] | None:
    return grid.cell((character.left + character.right) / 2, character.bottom + character.size * 0.3)


def _is_beside(one: _Character, other: _Character) -> bool:
    return abs(one.bottom - other.bottom) <= _SAME_LINE * max(other.size, 1.0)


def _table_line(grid: Grid, characters: list[_Character], number: int, page_height: float) -> Line:
    cells: dict[tuple[int, int], list[_Character]] = {}
    for character in characters:
        if place := _cell(grid, character):
            cells.setdefault(place, []).append(character)
    table: Table = tuple(
        tuple(_cell_text(cells.get((row, column), ())) for column in range(len(grid.columns) - 1))
        for row in range(len(grid.rows) - 1)
    )
    rows = tuple(row for row in table if any(row))
    text = next((cell for row in rows for cell in row if cell), "")
    fragments = (Fragment(grid.columns[0], grid.columns[-1], text),) if text else ()
    return Line(number, fragments, grid.rows[-1], characters[0].size, page_height=page_height, table=rows)


def _cell_text(characters: Sequence[_Character]) -> str:
    lines: list[list[_Character]] = []
    for character in characters:
        if lines and _is_beside(lines[-1][-1], character):
            lines[-1].append(character)
        else:
            lines.append([character])
    texts = (" ".join(part.text for part in _fragments(line, line[0].size)) for line in lines)
    return reduce(join, (text for text in texts if text), "")


def _line(group: list[_Character], number: int, page_height: float) -> Line:
    group.sort(key=lambda character: character.left)
    shown = [character for character in group if not character.is_space]
    size = sorted(character.size for character in shown)[len(shown) // 2]
    return Line(
        page=number,
        fragments=tuple(part for part in _fragments(group, size) if part.text),
        bottom=shown[0].bottom,
        size=size,
        is_bold=all(character.is_bold for character in shown),
        page_height=page_height,
    )


def _fragments(group: Sequence[_Character], size: float) -> Iterator[Fragment]:
    parts: list[str] = []
    left = right = 0.0
    has_space = False
    last: _Character | None = None
    for character in group:
        if character.is_space:
            has_space = True
            continue
        gap = character.left - right
        if parts and gap > _GAP * size:
            yield Fragment(left, right, "".join(parts))
            parts = []
        if not parts:
            left = character.left
        elif last and (has_space or gap > _SPACE * size) and _parts_words(last, character, size):
            parts.append(" ")
        parts.append(character.text)
        right, has_space, last = character.right, False, character
    yield Fragment(left, right, "".join(parts))


def _parts_words(one: _Character, other: _Character, size: float) -> bool:
    """Whether a gap is a space: between letters it is, between Chinese characters only a wide one.

    Those all stand in the middle of as much room, so it is measured from middle to middle: some fonts have narrow
    boxes for a few of them (自, 己), with gaps beside them that nobody sees.
    """
    if CHINESE.match(one.text) and CHINESE.match(other.text):
        return (other.left + other.right - one.left - one.right) / 2 > (1 + _SPACE) * size
    return True
