"""Lines of pages → blocks: without headers and page numbers, with headings by size, paragraphs put together. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from kb.parsing.blocks import Block, Table
from kb.parsing.lines import CHINESE, Line, join
from kb.parsing.numbering import is_numbered
from kb.parsing.page_tables import take_table
from kb.parsing.questions import answered, asked

_OUTER_LINES = 2  # of a page that may be its header or footer
_PAGE_NUMBER = re.compile(
    r"^[\s\-–—·~]*(?:(?:第\s*)?\d{1,4}\s*页?|page\s+\d{1,4})(?:\s*[/／,，]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?[\s\-–—·~]*$",
    re.IGNORECASE,
)
_MARGIN = 0.1  # of the page's height
_CONTENTS_LINE = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|-{6,}|_{6,})\s*\d{1,4}$")
_HEADING_RATIO = 1.12  # of the size of running text
_SAME_SIZE = 1.04
_HEADING_CHARACTERS_MAX = 60
_LEVELS_MAX = 6
_SENTENCE_END = re.compile(r"[。！？!?；;.:：][”』」）)]?$")
_NO_HEADING = re.compile(r"[。；;]$")  # so no heading ends, whatever size it was taken for
_BULLET = re.compile(r"^[•·●○■□◆◇▪➢*\-–—]\s*")


def find_blocks(pages: Sequence[Sequence[Line]]) -> list[Block]:
    """What stands on the pages, block by block; the place of each is the number of its page."""
    body = without_running_heads(pages)
    lines = [line for page in body for line in page if not _CONTENTS_LINE.search(line.text)]
    if not lines:
        return []
    return _Builder(lines).blocks()


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without what is repeated at their edges, and without page numbers."""
    edges = [_edge(page) for page in pages]
    counts = Counter(key for edge in edges for key in {_key(line) for line in edge})
    often = max(2, (len([page for page in pages if page]) + 1) // 2)
    return [
        [line for line in page if not (line in edge and (counts[_key(line)] >= often or _is_page_number(line)))]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edge(page: Sequence[Line]) -> list[Line]:
    """The uppermost and lowermost lines."""
    by_height = sorted(page, key=lambda line: line.bottom)
    return [*by_height[:_OUTER_LINES], *by_height[-_OUTER_LINES:]]


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.bottom / 6)


def _is_page_number(line: Line) -> bool:
    is_at_the_edge = not _MARGIN <= line.bottom / line.page_height <= 1 - _MARGIN
    return is_at_the_edge and bool(_PAGE_NUMBER.match(line.text))


class _Builder:
    """Goes through all lines once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        texts = [line for line in lines if not line.table] or lines
        sizes = Counter[float]()
        for line in texts:
            sizes[round(line.size * 2) / 2] += len(line.text)
        self._size = sizes.most_common(1)[0][0] or 1.0
        running = [line for line in texts if line.size < self._size * _HEADING_RATIO]
        self._left = min((line.left for line in running), default=0.0)
        self._right = max((line.right for line in running), default=0.0)
        self._leading = _leading(running, self._size)
        self._levels = self._heading_levels()

    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            if line.table:
                block, at = Block(line.page, table=line.table), at + 1
            elif table := take_table(self._lines, at, max(self._size, line.size)):
                block, at = Block(line.page, table=table.rows), at + table.lines
            elif self._level(line):
                block, at = self._heading(at)
            else:
                block, at = self._paragraph(at)
            if block.table and blocks and _continues(blocks[-1].table, block.table):
                blocks[-1] = replace(blocks[-1], table=blocks[-1].table + block.table[_repeated(blocks[-1], block) :])
            else:
                blocks.append(block)
        return self._with_title(blocks)

    def _heading_levels(self) -> list[float]:
        """The sizes of headings, the largest first."""
        sizes = {round(line.size, 1) for line in self._lines if self._is_large(line)}
        levels: list[float] = []
        for size in sorted(sizes, reverse=True):
            if not levels or levels[-1] / size > _SAME_SIZE:
                levels.append(size)
        return levels

    def _is_large(self, line: Line) -> bool:
        is_larger = not line.table and line.size >= self._size * _HEADING_RATIO
        is_sentence = _NO_HEADING.search(line.text) or answered(line.text) is not None
        return is_larger and not is_sentence and len(line.text) <= _HEADING_CHARACTERS_MAX

    def _level(self, line: Line) -> int:
        if not self._is_large(line):
            return 0
        level = next((at for at, size in enumerate(self._levels, 1) if line.size * _SAME_SIZE >= size), _LEVELS_MAX)
        return min(level, _LEVELS_MAX)

    def _heading(self, at: int) -> tuple[Block, int]:
        """A heading, with its second line if it has one."""
        first = self._lines[at]
        level, text, end = self._level(first), first.text, at + 1
        while end < len(self._lines) and self._goes_on_as_heading(self._lines[end - 1], self._lines[end], level):
            text = join(text, self._lines[end].text)
            end += 1
        return Block(first.page, text, level=level), end

    def _goes_on_as_heading(self, above: Line, line: Line, level: int) -> bool:
        is_near = above.page == line.page and 0 < above.bottom - line.bottom <= above.size * 1.7
        is_full = above.right >= self._right - 2 * above.size
        return is_near and is_full and self._level(line) == level and not is_numbered(line.text)

    def _paragraph(self, at: int) -> tuple[Block, int]:
        first = self._lines[at]
        text, end = first.text, at + 1
        while end < len(self._lines) and self._goes_on(first, self._lines[end - 1], self._lines[end]):
            text = join(text, self._lines[end].text)
            end += 1
        is_bold = all(line.is_bold for line in self._lines[at:end])
        return Block(first.page, text, is_item=_is_item(first.text), is_bold=is_bold), end

    def _goes_on(self, first: Line, above: Line, line: Line) -> bool:
        """Whether a line belongs to the paragraph of the line above it."""
        if line.table or self._level(line) or self._begins_something(line.text) or len(line.fragments) > 1:
            return False
        is_in_sentence = re.search(r"[a-z,]$", above.text) and re.match(r"[a-z]", line.text)
        if line.is_bold != above.is_bold or not (self._is_full(above) or is_in_sentence):
            return False
        if above.page != line.page:
            return not _SENTENCE_END.search(above.text) and not self._is_indented(line)
        gap = above.bottom - line.bottom
        if gap <= 0 or gap > self._leading * 1.45:
            return False
        return _is_item(first.text) or not (self._is_indented(line) and line.left > above.left + 0.5 * self._size)

    def _begins_something(self, text: str) -> bool:
        return _is_item(text) or asked(text) is not None or answered(text) is not None

    def _is_full(self, line: Line) -> bool:
        """It reaches the right edge, give or take a Chinese character or an English word."""
        room = 2.2 * line.size if CHINESE.search(line.text[-2:]) else 0.22 * (self._right - self._left)
        return line.right >= self._right - room

    def _is_indented(self, line: Line) -> bool:
        return line.left >= self._left + 0.9 * self._size

    def _with_title(self, blocks: list[Block]) -> list[Block]:
        """The only line of the largest size, at the very beginning, is the title of the document."""
        if not blocks or blocks[0].level != 1 or sum(block.level == 1 for block in blocks) > 1:
            return blocks
        rest = [block for block in blocks[1:] if block.level]
        if not rest:
            return blocks
        return [Block(blocks[0].place, blocks[0].text, is_title=True), *blocks[1:]]


def _continues(above: Table, below: Table) -> bool:
    """A table that was divided by the end of a page goes on with as many columns."""
    return bool(above) and len(above[-1]) == len(below[0])


def _repeated(above: Block, below: Block) -> int:
    """1 when the header of the table is repeated on the next page."""
    return int(above.table[0] == below.table[0])


def _is_item(text: str) -> bool:
    return is_numbered(text) or bool(_BULLET.match(text))


def _leading(lines: Sequence[Line], size: float) -> float:
    """The usual distance of two lines of a paragraph."""
    gaps = list(_gaps(lines, size))
    return median(gaps) if gaps else 1.5 * size


def _gaps(lines: Sequence[Line], size: float) -> Iterator[float]:
    for above, line in pairwise(lines):
        if above.page == line.page and 0 < above.bottom - line.bottom <= 2.2 * size:
            yield above.bottom - line.bottom
