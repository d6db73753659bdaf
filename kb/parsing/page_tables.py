"""Tables drawn onto pages: cells are recognised by the gaps between them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.parsing.blocks import Table
from kb.parsing.lines import Line

_TOLERANCE = 0.8  # font sizes that a cell may begin left of its header
_WRAPPED_GAP = 1.55  # font sizes between two lines of one cell; rows are farther apart
_WRAPPED_SHARE = 0.85  # of the gap between two rows; what comes nearer to it is one that was measured badly


@dataclass(frozen=True, slots=True)
class FoundTable:
    rows: Table
    lines: int  # that it takes up


def take_table(all_lines: Sequence[Line], start: int, size: float) -> FoundTable | None:
    """The table that begins with the line at `start`; None where there is none."""
    header = all_lines[start]
    if len(header.fragments) < 2:
        return None
    lefts = [fragment.left for fragment in header.fragments]
    end = _end(all_lines, start, lefts, size)
    lines = all_lines[start : start + end]
    if end < 2 or not any(len(line.fragments) > 1 for line in lines[1:]):
        return None
    gaps = [above.bottom - line.bottom for above, line in pairwise(lines)]
    wrapped = min(_WRAPPED_GAP * size, _WRAPPED_SHARE * max(gaps)) if max(gaps) > _WRAPPED_GAP * size else 0.0
    rows: list[list[str]] = []
    for at, line in enumerate(lines):
        is_new = not rows or not 0 < gaps[at - 1] <= wrapped
        if is_new:
            rows.append([""] * len(lefts))
        for fragment in line.fragments:
            place = _column(fragment.left, lefts, size)
            rows[-1][place] = f"{rows[-1][place]}{fragment.text}"
    return FoundTable(tuple(tuple(row) for row in rows), end)


def _end(lines: Sequence[Line], start: int, lefts: Sequence[float], size: float) -> int:
    """How many lines belong to it: each with two cells, or with one that goes on below a header."""
    for at in range(start + 1, len(lines)):
        if not _belongs(lines[at - 1], lines[at], lefts, size):
            return at - start
    return len(lines) - start


def _belongs(above: Line, line: Line, lefts: Sequence[float], size: float) -> bool:
    is_aligned = all(any(abs(part.left - left) <= _TOLERANCE * size for left in lefts) for part in line.fragments)
    if line.table or line.page != above.page or not is_aligned:
        return False
    gap = above.bottom - line.bottom
    if gap <= 0 or gap > 5 * size:
        return False
    return len(line.fragments) > 1 or (gap <= _WRAPPED_GAP * size and line.left > lefts[0] + _TOLERANCE * size)


def _column(left: float, lefts: Sequence[float], size: float) -> int:
    return max((at for at, header in enumerate(lefts) if left >= header - _TOLERANCE * size), default=0)
