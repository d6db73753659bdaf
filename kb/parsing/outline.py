"""Word documents (.docx) as outlines: each paragraph with how far it is indented, however Word says so."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kb.parsing.cells import NOT_IN_XML
from kb.parsing.packages import check_package
from kb.parsing.refusal import Refusal
from kb.parsing.refusal import gettext_noop as _
from kb.parsing.signatures import damaged
from kb.parsing.word import collect, text_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH = f"{_W}p"
_PER_LEVEL = 4  # blanks that a level of a list counts for
_TWIPS_PER_BLANK = 105  # half a Chinese character of usual size
_INDENT_MAX = 200
_LIST_STYLE = re.compile(r"(?:list|列表)[^\d]*?(\d?)$", re.IGNORECASE)


def parse(content: bytes, options: Mapping[str, Any]) -> Iterator[Any]:
    """Rows of place, indent in blanks, text. Tables are passed over."""
    check_package(content, "docx")
    try:
        rows = list(_rows(content))
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # a damaged or hostile document fails in a hundred ways, and all mean the same
        raise damaged("docx") from error
    if not rows:
        raise Refusal(_("The document has no text that could be an answer. Check that it is not only pictures."))
    yield from rows


def _rows(content: bytes) -> Iterator[list[Any]]:
    from docx import Document  # a tenth of a second to import: only who reads a document pays

    document = Document(io.BytesIO(content))
    styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iterchildren(f"{_W}style")}
    for place, paragraph in enumerate(document.element.body.iter(_PARAGRAPH), 1):
        if text := text_of(paragraph):
            yield [place, min(_indent(paragraph, styles), _INDENT_MAX), text.replace("\n", "\\n")]


def _indent(paragraph: Any, styles: Mapping[Any, Any]) -> int:
    """Blanks before the text: typed ones, the level of a list, or the paragraph's own margin."""
    return _typed(paragraph) + _set(paragraph, styles)


def _typed(paragraph: Any) -> int:
    parts: list[str] = []
    collect(paragraph, parts)
    text = NOT_IN_XML.sub("", "".join(parts))
    lead = text[: len(text) - len(text.lstrip())]
    return sum(2 if mark == "\u3000" else 1 for mark in lead)


def _set(paragraph: Any, styles: Mapping[Any, Any]) -> int:
    own = paragraph.find(f"{_W}pPr")
    if own is None:
        return 0
    name = own.find(f"{_W}pStyle")
    style = styles.get(name.get(f"{_W}val")) if name is not None else None
    level = own.find(f"{_W}numPr/{_W}ilvl")
    if level is not None:
        return _PER_LEVEL * int(level.get(f"{_W}val") or 0)
    if own.find(f"{_W}numPr") is not None:
        return 0
    margin = own.find(f"{_W}ind")
    if margin is None and style is not None:
        if (listed := _level_of_style(style)) is not None:
            return _PER_LEVEL * listed
        margin = style.find(f"{_W}pPr/{_W}ind")
    left = (margin.get(f"{_W}left") or margin.get(f"{_W}start") or "0") if margin is not None else "0"
    return max(0, int(float(left))) // _TWIPS_PER_BLANK


def _level_of_style(style: Any) -> int | None:
    """Of “List Number 2” it is 1: the margins of these styles stand in the definitions of their lists."""
    name = style.find(f"{_W}name")
    match = _LIST_STYLE.match(name.get(f"{_W}val") or "") if name is not None else None
    return int(match[1] or 1) - 1 if match else None
