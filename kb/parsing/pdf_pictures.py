"""Pages of a PDF that are pictures: which ones, and their lines once recognised."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from kb.parsing.cells import NOT_IN_XML
from kb.parsing.lines import Fragment, Line
from kb.parsing.pictures import PIXELS_MAX, Ocr, Words

_TEXT_CHARACTERS_MIN = 30  # a stamp or a page number alone is no text layer
_PICTURE_SHARE = 0.4  # of the page's area
_SAME_PRINT = 1.15  # that a line may be measured larger or smaller than running text and still be some
_NEXT_SIZE = 1.08  # from one heading to the next larger one that means another level
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
    """The pages with the few sizes of print that they were set in: no two lines are ever measured alike."""
    sizes = sorted(line.size for page in pages for line in page for _character in line.text)
    running = sizes[len(sizes) // 2] if sizes else 1.0
    others = [size for size in sizes if not _is_same_print(size, running)]
    even = {size: median(group) for group in _groups(others) for size in group}
    return [[replace(line, size=even.get(line.size, running)) for line in page] for page in pages]


def _is_same_print(one: float, other: float) -> bool:
    return max(one, other) <= _SAME_PRINT * min(one, other)


def _groups(sizes: Sequence[float]) -> list[list[float]]:
    """Sorted sizes, parted where the next one is clearly larger."""
    groups: list[list[float]] = []
    for size in sizes:
        if groups and size <= _NEXT_SIZE * groups[-1][-1]:
            groups[-1].append(size)
        else:
            groups.append([size])
    return groups


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
    characters = [box.size / scale for box in row for _character in box.text]
    return Line(
        page=number,
        fragments=tuple(
            Fragment(box.left / scale, box.right / scale, NOT_IN_XML.sub("", box.text).strip()) for box in row
        ),
        bottom=page_height - row[0].bottom / scale,
        size=max(sum(characters) / max(len(characters), 1), 1.0),
        page_height=page_height,
    )
