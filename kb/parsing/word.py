"""Word documents (.docx): paragraphs, headings, list items and tables, in order."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from kb.parsing.blocks import Block, Table
from kb.parsing.cells import NOT_IN_XML
from kb.parsing.packages import check_package
from kb.parsing.passages import find_passages
from kb.parsing.refusal import Refusal
from kb.parsing.refusal import gettext_noop as _
from kb.parsing.signatures import damaged
from kb.parsing.steps import Progress
from kb.parsing.word_lists import Lists
from kb.parsing.word_styles import Styles

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _CONTROL, _CONTENT = f"{_W}p", f"{_W}tbl", f"{_W}sdt", f"{_W}sdtContent"
_ROW, _CELL = f"{_W}tr", f"{_W}tc"
_TEXT, _TAB, _BREAKS = f"{_W}t", f"{_W}tab", (f"{_W}br", f"{_W}cr")
# What is not read: deleted text, codes of fields, text boxes (they are read out twice), hidden paragraphs' marks.
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "txbxContent", "pPr", "rPr")}
_BLOCKS_PER_STEP = 200
_DEPTH_MAX = 50


def parse(content: bytes, options: Mapping[str, Any]) -> Iterator[Any]:
    """The passages of a document. Option: `headers`, the names of columns."""
    check_package(content, "docx")
    blocks: list[Block] = []
    try:
        for done, of, block in _blocks(content):
            blocks.append(block)
            if len(blocks) % _BLOCKS_PER_STEP == 0:
                yield Progress((done, of))
    except (Refusal, MemoryError, GeneratorExit):
        raise
    except Exception as error:  # a damaged or hostile document fails in a hundred ways, and all mean the same
        raise damaged("docx") from error
    passages = find_passages(blocks, headers=options["headers"])
    if not passages:
        raise Refusal(_("The document has no text that could be an answer. Check that it is not only pictures."))
    for passage in passages:
        yield passage.as_row()


def _blocks(content: bytes) -> Iterator[tuple[int, int, Block]]:
    """Each block, with how many of how many elements of the document have been looked at."""
    from docx import Document  # a tenth of a second to import: only who reads a document pays

    document = Document(io.BytesIO(content))
    reader = _Reader(Styles(document.styles.element), Lists(document.part))
    elements = list(document.element.body.iterchildren())
    for done, element in enumerate(elements, 1):
        for block in reader.read(element):
            yield done, len(elements), block


class _Reader:
    """Numbers paragraphs as it meets them."""

    def __init__(self, styles: Styles, lists: Lists) -> None:
        self._styles, self._lists, self._place = styles, lists, 0

    def read(self, element: Any, depth: int = 0) -> Iterator[Block]:
        if depth > _DEPTH_MAX:
            raise damaged("docx")
        if element.tag == _PARAGRAPH:
            self._place += 1
            if block := self._paragraph(element):
                yield block
        elif element.tag == _TABLE:
            table = _table(element)
            if table:
                yield Block(self._place + 1, table=table, counts_rows=True)
            self._place += len(table)
        elif element.tag in (_CONTROL, _CONTENT):
            for child in element.iterchildren():
                yield from self.read(child, depth + 1)

    def _paragraph(self, element: Any) -> Block | None:
        text = text_of(element)
        style = self._styles.of(element)
        if not text or style.is_contents:
            return None
        label = "" if style.level else self._lists.label(element)
        return Block(
            self._place,
            f"{label}{text}",
            level=style.level,
            is_item=bool(label),
            is_bold=not style.level and self._styles.is_bold(element),
            is_title=style.is_title,
        )


def _table(element: Any) -> Table:
    rows: list[tuple[str, ...]] = []
    for row in element.iterchildren(_ROW):
        above = rows[-1] if rows else ()
        cells = tuple(_cell(cell, above[at : at + 1]) for at, cell in enumerate(row.iterchildren(_CELL)))
        if any(cells):
            rows.append(cells)
    return tuple(rows)


def _cell(element: Any, above: tuple[str, ...]) -> str:
    """The text of a cell; one that continues the cell above it says the same."""
    merged = element.find(f"{_W}tcPr/{_W}vMerge")
    if above and merged is not None and merged.get(f"{_W}val") != "restart":
        return above[0]
    return "\n".join(text for paragraph in element.iter(_PARAGRAPH) if (text := text_of(paragraph)))


def text_of(paragraph: Any) -> str:
    """What a paragraph says, a line for each of its lines."""
    parts: list[str] = []
    collect(paragraph, parts)
    lines = (" ".join(line.split()) for line in NOT_IN_XML.sub("", "".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line)


def collect(element: Any, parts: list[str], depth: int = 0) -> None:
    """Every piece of text below an element, blanks as they are."""
    if depth > _DEPTH_MAX:
        raise damaged("docx")
    for child in element.iterchildren():
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag == _TAB:
            parts.append(" ")
        elif child.tag in _BREAKS:
            parts.append("\n")
        elif child.tag not in _SKIPPED:
            collect(child, parts, depth + 1)
