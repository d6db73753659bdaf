"""Pages of a PDF that are pictures: which ones, and their lines once recognised."""

from collections.abc import Iterator, Sequence
from typing import Any

from kb.parsing.cells import NOT_IN_XML
from kb.parsing.lines import Fragment, Line
from kb.parsing.pictures import PIXELS_MAX, Ocr, Words

_TEXT_CHARACTERS_MIN = 30  # a stamp or a page number alone is no text layer
_PICTURE_SHARE = 0.4  # of the page's area
_SIZE_OF_HEIGHT = 0.75  # a recognised box is taller than its font
_SIZE_STEP = 2.0  # points; the heights of boxes vary with the letters in them
_SAME_LINE = 0.5  # of a box's height


def is_picture(page: Any, lines: Sequence[Line]) -> bool:
    """Whether a page has next to no text and a picture over much of it."""
    if sum(len(line.text) for line in lines) >= _TEXT_CHARACTERS_MIN:
        return False
    return any(share >= _PICTURE_SHARE for share in _picture_shares(page))


def recognise(page: Any, number: int, ocr: Ocr) -> list[Line]:
    """The lines of a page that is a picture."""
    width, height = page.get_size()
    scale = PIXELS_MAX / max(width, height, 1.0)
    picture = page.render(scale=scale).to_pil().convert("RGB")
    page.close()
    return [_line(group, number, scale, height) for group in _rows(ocr.read(picture))]


def _picture_shares(page: Any) -> Iterator[float]:
    from pypdfium2 import raw

    width, height = page.get_size()
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        yield abs((right - left) * (top - bottom)) / max(width * height, 1.0)


def _rows(words: Sequence[Words]) -> Iterator[list[Words]]:
    """Boxes beside each other are one line."""
    row: list[Words] = []
    for box in sorted(words, key=lambda one: (one.top + one.bottom) / 2):
        middle = (box.top + box.bottom) / 2
        if row and middle - (row[0].top + row[0].bottom) / 2 > _SAME_LINE * (row[0].bottom - row[0].top):
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(box)
    if row:
        yield sorted(row, key=lambda one: one.left)


def _line(row: Sequence[Words], number: int, scale: float, page_height: float) -> Line:
    height = sum(box.bottom - box.top for box in row) / len(row) / scale
    return Line(
        page=number,
        fragments=tuple(
            Fragment(box.left / scale, box.right / scale, NOT_IN_XML.sub("", box.text).strip()) for box in row
        ),
        bottom=page_height - row[0].bottom / scale,
        size=max(round(height * _SIZE_OF_HEIGHT / _SIZE_STEP) * _SIZE_STEP, 1.0),
        page_height=page_height,
    )
