"""The text layer of a page of a PDF as lines, by PDFium: where each character stands is what tells a heading."""

import ctypes
import math
from collections.abc import Iterator
from typing import Any

from kb.parsing.cells import NOT_IN_XML
from kb.parsing.lines import Fragment, Line

CHARACTERS_MAX = 60_000  # of a page
_GAP = 1.6  # font sizes between two cells of a table
_SPACE = 0.28  # font sizes between two words
_SAME_LINE = 0.45  # font sizes that a baseline may differ
_BOLD_WEIGHT = 600


class _Character:
    __slots__ = ("bold", "bottom", "left", "right", "size", "text")

    def __init__(self, text: str, box: tuple[float, float, float, float], size: float, bold: bool) -> None:
        self.text, self.size, self.bold = text, size, bold
        self.left, self.bottom, self.right = box[0], box[1], box[2]


def read_lines(page: Any, number: int) -> list[Line]:
    """The lines of a page in the order in which the file has them."""
    height = page.get_height()
    text = page.get_textpage()
    try:
        return [_line(group, number, height) for group in _groups(_characters(text)) if _has_text(group)]
    finally:
        text.close()


def _characters(text: Any) -> Iterator[_Character]:
    from pypdfium2 import raw

    left, bottom = ctypes.c_double(), ctypes.c_double()
    loose = raw.FS_RECTF()
    matrix = raw.FS_MATRIX()
    size, bold = 0.0, False
    for at in range(min(text.count_chars(), CHARACTERS_MAX)):
        if raw.FPDFText_IsGenerated(text, at) == 1:
            continue
        character = NOT_IN_XML.sub("", chr(raw.FPDFText_GetUnicode(text, at)))
        raw.FPDFText_GetLooseCharBox(text, at, loose)
        raw.FPDFText_GetCharOrigin(text, at, left, bottom)
        if raw.FPDFText_GetMatrix(text, at, matrix):
            size = raw.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d)
            bold = raw.FPDFText_GetFontWeight(text, at) >= _BOLD_WEIGHT
        yield _Character(character, (loose.left, bottom.value, loose.right, loose.top), size, bold)


def _groups(characters: Iterator[_Character]) -> Iterator[list[_Character]]:
    """Characters on one baseline, from left to right."""
    group: list[_Character] = []
    for character in characters:
        if group and abs(character.bottom - group[-1].bottom) > _SAME_LINE * max(character.size, 1.0):
            yield group
            group = []
        group.append(character)
    if group:
        yield group


def _has_text(group: list[_Character]) -> bool:
    return any(character.text.strip() for character in group)


def _line(group: list[_Character], number: int, page_height: float) -> Line:
    group.sort(key=lambda character: character.left)
    sizes = sorted(character.size for character in group if character.text.strip())
    size = sizes[len(sizes) // 2]
    return Line(
        page=number,
        fragments=tuple(_fragments(group, size)),
        bottom=group[0].bottom,
        size=size,
        is_bold=all(character.bold for character in group if character.text.strip()),
        page_height=page_height,
    )


def _fragments(group: list[_Character], size: float) -> Iterator[Fragment]:
    parts: list[str] = []
    left = right = 0.0
    for character in group:
        if not character.text.strip():
            if parts and parts[-1] != " ":
                parts.append(" ")
            continue
        gap = character.left - right
        if parts and gap > _GAP * size:
            yield Fragment(left, right, "".join(parts).strip())
            parts = []
        elif parts and gap > _SPACE * size and parts[-1] != " " and _is_word(parts[-1], character.text):
            parts.append(" ")
        if not parts:
            left = character.left
        parts.append(character.text)
        right = character.right
    yield Fragment(left, right, "".join(parts).strip())


def _is_word(one: str, other: str) -> bool:
    """Only between letters and digits of Latin script is a gap a space."""
    return one.isascii() and other.isascii()
