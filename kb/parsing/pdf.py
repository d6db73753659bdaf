"""PDF files: pages with a text layer are read from it, scanned ones through text recognition."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kb.parsing.confinement import raise_limits
from kb.parsing.lines import Line
from kb.parsing.pages import find_blocks
from kb.parsing.passages import find_passages
from kb.parsing.pdf_pictures import even_sizes, is_picture, recognise
from kb.parsing.pdf_rulings import find_grids
from kb.parsing.pdf_text import read_lines
from kb.parsing.pictures import PICTURES_MAX, Ocr, find_ocr
from kb.parsing.refusal import Refusal
from kb.parsing.refusal import gettext_noop as _
from kb.parsing.signatures import damaged, refuse_other_kinds
from kb.parsing.steps import PicturesAhead, Progress

PAGES_MAX = 1000
_END_MARK = b"%%EOF"
_END_WITHIN = 4096  # bytes; some programs put a few of their own behind the mark
INSTALL = '.venv/bin/python -m pip install "rapidocr>=3.10,<4" "onnxruntime>=1.32"'


def parse(content: bytes, options: Mapping[str, Any], find_ocr: Callable[[], Ocr | None] = find_ocr) -> Iterator[Any]:
    """The passages of a document. Option: `headers`, the names of columns."""
    refuse_other_kinds(content, "pdf")
    if _END_MARK not in content[-_END_WITHIN:]:
        raise damaged("pdf")  # cut off; what is left would look complete
    document = _open(content)
    pages: list[list[Line]] = []
    try:
        yield from _read(document, pages, find_ocr)
    except (Refusal, MemoryError, GeneratorExit):
        raise
    except Exception as error:  # a damaged or hostile file fails in a hundred ways, and all mean the same
        raise damaged("pdf") from error
    finally:
        document.close()
    passages = find_passages(find_blocks(pages), headers=options["headers"])
    if not passages:
        raise Refusal(_("The PDF has no text that could be an answer."))
    for passage in passages:
        yield passage.as_row()


def _open(content: bytes) -> Any:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(content)
        count = len(document)
    except PdfiumError as error:
        if "password" in str(error).lower() or b"/Encrypt" in content[-_END_WITHIN:]:
            raise Refusal(_("The file has a password. Save it without one and upload that.")) from error
        raise damaged("pdf") from error
    if count > PAGES_MAX:
        raise Refusal(_("The PDF has more than %(limit)s pages. Split it into several files."), limit=PAGES_MAX)
    return document


def _read(document: Any, pages: list[list[Line]], find_ocr: Callable[[], Ocr | None]) -> Iterator[Any]:
    """Fill `pages` with the lines of each page."""
    scanned: list[int] = []
    for at, grids in enumerate(find_grids(document)):
        page = document[at]
        lines = read_lines(page, at + 1, grids)
        if is_picture(page, lines):
            scanned.append(at)
            lines = []
        pages.append(lines)
        page.close()
        yield Progress((at + 1, len(document)))
    if scanned:
        yield from _recognise(document, pages, scanned, find_ocr())


def _recognise(document: Any, pages: list[list[Line]], scanned: Sequence[int], ocr: Ocr | None) -> Iterator[Any]:
    if ocr is None:
        raise Refusal(
            _(
                "No text layer, only pictures: page %(pages)s. Have the platform's administrator install text"
                " recognition (%(install)s), or upload a PDF with text."
            ),
            pages=page_ranges([at + 1 for at in scanned]),
            install=INSTALL,
        )
    if len(scanned) > PICTURES_MAX:
        raise Refusal(_("More than %(limit)s pages are pictures. Split the file."), limit=PICTURES_MAX)
    yield PicturesAhead(len(scanned))
    yield Progress((0, len(scanned)))
    raise_limits(memory_mb=ocr.memory_mb)
    for done, at in enumerate(scanned, 1):
        pages[at] = recognise(document[at], at + 1, ocr)
        yield Progress((done, len(scanned)))
    for at, lines in zip(scanned, even_sizes([pages[at] for at in scanned]), strict=True):
        pages[at] = lines


def page_ranges(numbers: Sequence[int]) -> str:
    """“1, 3–5, 9”."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    return ", ".join("–".join(map(str, ends)) for ends in ranges)
