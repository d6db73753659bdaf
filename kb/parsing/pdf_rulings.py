"""The lines that are drawn on a page of a PDF, and the grids that they form: those are tables."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_SEGMENTS_MAX = 1_500  # of a page; a drawing of more is no table, and each is compared with the others
_STRAIGHT = 1.5  # points that a line may lean, and the thickness of one drawn as a rectangle
_LENGTH_MIN = 5.0
_TOUCHING = 3.0


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight stroke; `is_upright` or lying."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_upright(self) -> bool:
        return self.right - self.left < self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Grid:
    """Where columns and rows begin and end: `columns` from left to right, `rows` from top to bottom."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of a point; None outside."""
        if not (self.columns[0] <= x <= self.columns[-1] and self.rows[-1] <= y <= self.rows[0]):
            return None
        row = sum(y < edge for edge in self.rows[1:-1])
        column = sum(x > edge for edge in self.columns[1:-1])
        return row, column

    def has_columns_of(self, other: "Grid") -> bool:
        """Whether the columns of both begin and end alike."""
        return len(self.columns) == len(other.columns) and all(
            abs(mine - theirs) <= _TOUCHING for mine, theirs in zip(self.columns, other.columns, strict=True)
        )


def find_grids(document: Any) -> Iterator[list[Grid]]:
    """The tables of each page, as far as lines are drawn around their cells.

    A row on its own may be a frame around text. It is a table where it has the columns of the one that ends on the
    page before, or of the one that begins on the next.
    """
    before: list[Grid] = []
    here = _grids_of_page(document, 0)
    for at in range(len(document)):
        after = _grids_of_page(document, at + 1)
        yield [
            grid
            for grid in here
            if _is_table(grid, before[-1:] if grid is here[0] else (), after[:1] if grid is here[-1] else ())
        ]
        before, here = here, after


def _is_table(grid: Grid, above: Sequence[Grid], below: Sequence[Grid]) -> bool:
    return len(grid.rows) > 2 or any(grid.has_columns_of(other) for other in (*above, *below))


def _grids_of_page(document: Any, at: int) -> list[Grid]:
    """The grids of a page from top to bottom; none behind the last page, and none where there is no text for them."""
    if at >= len(document):
        return []
    page = document[at]
    rulings = list(_rulings(page)) if _has_text(page) else []
    page.close()
    if len(rulings) > _SEGMENTS_MAX:
        return []
    grids = (grid_of(group) for group in connected(rulings))
    return sorted((grid for grid in grids if grid), key=lambda grid: -grid.rows[0])


def _has_text(page: Any) -> bool:
    text = page.get_textpage()
    try:
        return bool(text.count_chars())
    finally:
        text.close()


def grid_of(rulings: Sequence[Ruling]) -> Grid | None:
    """The grid of strokes that touch each other; None unless it has two columns."""
    columns = _merged([(one.left + one.right) / 2 for one in rulings if one.is_upright])
    rows = _merged([(one.bottom + one.top) / 2 for one in rulings if not one.is_upright])
    if len(columns) < 3 or len(rows) < 2:
        return None
    return Grid(tuple(columns), tuple(reversed(rows)))


def connected(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Strokes in groups that touch or cross each other."""
    groups: list[list[Ruling]] = []
    for one in sorted(rulings, key=lambda ruling: -ruling.top):
        touching = [group for group in groups if any(_touch(one, other) for other in group)]
        others = [group for group in groups if group not in touching]
        groups = [*others, [one, *(other for group in touching for other in group)]]
    return groups


def _touch(one: Ruling, other: Ruling) -> bool:
    return (
        one.left <= other.right + _TOUCHING
        and other.left <= one.right + _TOUCHING
        and one.bottom <= other.top + _TOUCHING
        and other.bottom <= one.top + _TOUCHING
    )


def _merged(values: Sequence[float]) -> list[float]:
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > _TOUCHING:
            merged.append(value)
    return merged


def _rulings(page: Any) -> Iterator[Ruling]:
    from pypdfium2 import raw

    for count, item in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if count > _SEGMENTS_MAX:
            return
        left, bottom, right, top = item.get_bounds()
        is_thin = min(right - left, top - bottom) <= _STRAIGHT
        if is_thin and max(right - left, top - bottom) >= _LENGTH_MIN:
            yield Ruling(left, bottom, right, top)
        elif not is_thin:
            yield from _strokes(item)


def _strokes(item: Any) -> Iterator[Ruling]:
    """The straight parts of a drawn path: a grid may be a single one."""
    from pypdfium2 import raw

    matrix, x, y = item.get_matrix(), ctypes.c_float(), ctypes.c_float()
    before = start = (0.0, 0.0)
    for at in range(min(raw.FPDFPath_CountSegments(item), _SEGMENTS_MAX)):
        segment = raw.FPDFPath_GetPathSegment(item, at)
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = matrix.on_point(x.value, y.value)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            yield from _straight(before, point)
        else:
            start = point
        before = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _straight(point, start)


def _straight(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Ruling]:
    wide, high = abs(one[0] - other[0]), abs(one[1] - other[1])
    if min(wide, high) <= _STRAIGHT and max(wide, high) >= _LENGTH_MIN:
        yield Ruling(min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
