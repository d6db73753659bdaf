"""Pages of a PDF that are pictures: which ones, and their lines once recognised."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from kb.parsing.cells import NOT_IN_XML
from kb.parsing.lines import Fragment, Line
from kb.parsing.pictures import PIXELS_MAX, Ocr, Words

_TEXT_CHARACTERS_MIN = 30  # a stamp or a page number alone is no text layer
_PICTURE_SHARE = 0.4  # of the page's area
_SIZE_OF_HEIGHT = 0.75  # a recognised box is taller than its font
_SIZE_STEP = 1.25  # from one size to the next larger one; the heights of boxes vary with the letters in them
_SAME_PRINT = 1.15  # that the running text of two pages may differ in size and still be meant as one
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


def even_sizes(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages with sizes of print in steps from that of their running text: recognised ones are never the same."""
    running = [_running_size(page) for page in pages]
    common = median([size for size in running if size] or [1.0])
    return [[_evened(line, own, common) for line in page] for page, own in zip(pages, running, strict=True)]


def _evened(line: Line, running: float, common: float) -> Line:
    steps = round(math.log(line.size / running, _SIZE_STEP))
    is_same = max(running, common) <= _SAME_PRINT * min(running, common)
    return replace(line, size=(common if is_same else running) * _SIZE_STEP**steps)


def _running_size(page: Sequence[Line]) -> float:
    """The size that most of the text of a page has; 0 without any."""
    sizes = sorted(line.size for line in page for _character in line.text)
    return sizes[len(sizes) // 2] if sizes else 0.0


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
    height = sum(box.height for box in row) / len(row) / scale
    return Line(
        page=number,
        fragments=tuple(
            Fragment(box.left / scale, box.right / scale, NOT_IN_XML.sub("", box.text).strip()) for box in row
        ),
        bottom=page_height - row[0].bottom / scale,
        size=max(height * _SIZE_OF_HEIGHT, 1.0),
        page_height=page_height,
    )
