"""Pages that are pictures: read where text recognition is installed, named where it is not."""

import io
from collections.abc import Sequence
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from kb.parsing import pdf
from kb.parsing.lines import Fragment, Line
from kb.parsing.pages import find_blocks
from kb.parsing.pictures import Ocr, Words, find_ocr, print_size
from kb.parsing.refusal import Refusal
from kb.parsing.steps import PicturesAhead
from kb.readers import read_file
from tests.kb.policies import RETURNS, Sheets, make_pdf

OPTIONS = {"headers": {}}
no_recogniser = pytest.mark.skipif(
    find_ocr() is None, reason="the extra “ocr” (rapidocr, onnxruntime) is not installed"
)


class FakeOcr:
    """Sees the same lines in every picture, those behind a “#” larger, and remembers the pictures.

    As with a real one no two lines are measured alike.
    """

    memory_mb = 100

    def __init__(self, *lines: str, slope: float = 0.0) -> None:
        self.lines = lines
        self.slope = slope  # of the page as it was laid
        self.sizes: list[tuple[int, int]] = []

    def read(self, picture: Image.Image) -> Sequence[Words]:
        self.sizes.append(picture.size)
        return [
            self._line(text.lstrip("#"), 100 + 60 * n, (42 if text[0] == "#" else 30) * (1 + 0.02 * (n % 3)))
            for n, text in enumerate(self.lines)
        ]

    def _line(self, text: str, top: float, size: float) -> Words:
        width = size * len(text)
        return Words(100, top, 100 + width, top + size + self.slope * width, text, size)


def scanned(*pages: bytes) -> bytes:
    """A PDF whose pages are grey pictures of the first pages of others."""
    sheets = Sheets()
    for number, page in enumerate(pages):
        if number:
            sheets.turn()
        picture = pypdfium2.PdfDocument(page)[0].render(scale=200 / 72).to_pil().convert("L")
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=60)
        sheets.picture(Image.open(out))
    return sheets.done()


def parse(content: bytes, ocr: Ocr | None) -> list[Any]:
    return list(pdf.parse(content, OPTIONS, find_ocr=lambda: ocr))


def rows_in(items: list[Any]) -> list[list[Any]]:
    return [item for item in items if isinstance(item, list)]


def test_without_recognition_the_pages_are_named() -> None:
    text = make_pdf([(1, "退货条件"), (0, "商品完好，吊牌齐全。")])
    with pytest.raises(Refusal) as refused:
        parse(scanned(text, text), None)
    assert refused.value.values["pages"] == "1–2"
    assert "rapidocr" in str(refused.value.values["install"])


@pytest.mark.parametrize(("numbers", "words"), [([3], "3"), ([1, 2, 3, 7], "1–3, 7"), ([1, 3, 5], "1, 3, 5")])
def test_ranges_of_pages(numbers: list[int], words: str) -> None:
    assert pdf.page_ranges(numbers) == words


def test_what_is_recognised_becomes_entries() -> None:
    items = parse(scanned(make_pdf(RETURNS)), FakeOcr("问：怎么退货？", "答：在订单里点退货。"))
    assert [row[1]["question"] for row in rows_in(items)] == ["怎么退货？"]
    assert PicturesAhead(1) in items


@pytest.mark.parametrize("text", ["答：常用配件三天内修好", "超过十五天的换新机。"])
def test_what_says_something_is_no_heading_however_large_it_was_taken_for(text: str) -> None:
    lines = [
        Line(1, (Fragment(72, 520, text),), bottom, size)
        for text, bottom, size in (("问：几天修好？检测要多久？" * 2, 700, 12), (text, 680, 14))
    ]
    assert not any(block.level for block in find_blocks([lines]))


def test_lines_that_lean_are_as_large_as_they_are() -> None:
    lines = (
        "#运费",
        "每单收取八元。",
        "#偏远地区的运费标准",
        "新疆和西藏每单多收十五元，满五百元的订单免收。",
        "#包装",
        "一律使用纸箱。",
    )
    items = parse(scanned(make_pdf(RETURNS)), FakeOcr(*lines, slope=0.02))
    assert [row[1]["question"] for row in rows_in(items)] == [
        "运费怎么算？",
        "偏远地区的运费标准是什么？",
        "包装是怎么规定的？",
    ]
    assert not any("category" in row[1] for row in rows_in(items))


@pytest.mark.parametrize(
    ("width", "height", "text"),
    [(108.0, 31.0, "搬运费用另议"), (96.0, 24.0, "Free delivery"), (44.0, 24.0, "样品")],
    ids=["Chinese by its width", "letters by their height", "few characters by the lesser"],
)
def test_the_size_of_print_in_a_box(width: float, height: float, text: str) -> None:
    assert print_size(width, height, text) == pytest.approx(18.0)


def test_a_picture_is_made_no_larger_than_needed() -> None:
    ocr = FakeOcr("问：怎么退货？", "答：在订单里点退货。")
    parse(scanned(make_pdf(RETURNS)), ocr)
    assert max(ocr.sizes[0]) == 1600


def test_pages_with_text_are_not_sent_to_recognition() -> None:
    ocr = FakeOcr()
    parse(make_pdf(RETURNS), ocr)
    assert ocr.sizes == []


@no_recogniser
@pytest.mark.slow
def test_a_scan_says_what_the_text_says() -> None:
    scan = read_file("a.pdf", scanned(make_pdf(RETURNS))).dict
    assert [row["question"] for row in scan] == [row["question"] for row in read_file("b.pdf", make_pdf(RETURNS)).dict]
