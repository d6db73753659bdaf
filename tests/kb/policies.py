"""A shop's policies as Word, PDF and scanned files, written for these tests."""

import io
import textwrap
from collections.abc import Iterable, Sequence

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
SIZES = {0: 11.0, 1: 20.0, 2: 15.0, 3: 13.0}
A4 = (595, 842)

# A line is its level (0 text, 1 to 3 headings) and its text; a tuple of tuples is a table.
Line = tuple[int, str] | tuple[tuple[str, ...], ...]

RETURNS: tuple[Line, ...] = (
    (1, "第一章 退换货政策"),
    (2, "一、七天无理由退货"),
    (0, "自签收次日零点起满一百六十八小时之前，商品完好的，可以申请无理由退货，来回运费由顾客承担。"),
    (0, "定制商品、鲜活易腐商品、拆封后的贴身用品不支持无理由退货。"),
    (2, "二、换货流程"),
    (0, "在“我的订单”里选择换货，客服在四小时内审核，仓库收到旧件后两天内寄出新件。"),
    (1, "第二章 常见问题"),
    (0, "问：退款多久到账？"),
    (0, "答：仓库验收后一到三个工作日原路退回，信用卡可能要等到下一个账单日。"),
    (0, "问：赠品要一起退吗？"),
    (0, "答：要的，缺少赠品会按标价扣款。"),
)


def make_docx(lines: Iterable[Line], *, title: str = "") -> bytes:
    document = Document()
    if title:
        document.add_heading(title, 0)
    for line in lines:
        if isinstance(line[0], tuple):
            add_table(document, line)
        else:
            level, text = line
            document.add_heading(text, level) if level else document.add_paragraph(text)
    return saved(document)


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def add_table(document: Document, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def add_item(document: Document, text: str, style: str = "List Number") -> None:
    document.add_paragraph(text, style=style)


def set_outline(paragraph: object, level: int) -> None:
    """A heading by its outline level alone, as WPS writes it."""
    element = OxmlElement("w:outlineLvl")
    element.set(qn("w:val"), str(level - 1))
    paragraph._p.get_or_add_pPr().append(element)


class Sheets:
    """Draws lines onto pages, with a header and a page number on each."""

    def __init__(self, header: str = "", *, password: str = "") -> None:
        if FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4, encrypt=password or None)
        self.header, self.page = header, 0
        self.begin_page()

    def begin_page(self) -> None:
        self.page += 1
        self.y = 770.0
        if self.header:
            self.canvas.setFont(FONT, 9)
            self.canvas.drawString(60, 810, self.header)
            self.canvas.drawString(270, 25, f"第 {self.page} 页")

    def write(self, text: str, size: float = 11.0, indent: float = 0.0, per_line: int = 0) -> None:
        """A paragraph, broken into lines as wide as the page: Chinese ones, unless told how many characters fit."""
        for number, line in enumerate(textwrap.wrap(text, per_line or int((470 - indent) / size))):
            if self.y < 60:
                self.turn()
            self.canvas.setFont(FONT, size)
            self.canvas.drawString(60 + (indent if number == 0 else 0), self.y, line)
            self.y -= size * 1.5
        self.y -= size * 0.8

    def row(self, cells: Sequence[str], at: Sequence[float] = (60, 230, 460)) -> None:
        self.canvas.setFont(FONT, 11)
        for x, text in zip(at, cells, strict=False):
            self.canvas.drawString(x, self.y, text)
        self.y -= 24

    def picture(self, image: object) -> None:
        self.canvas.drawImage(ImageReader(image), 0, 0, *A4)

    def turn(self) -> None:
        self.canvas.showPage()
        self.begin_page()

    def done(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()


def make_pdf(lines: Iterable[Line], *, header: str = "", password: str = "") -> bytes:
    sheets = Sheets(header, password=password)
    for level, text in lines:
        sheets.write(text, SIZES[level], 22 if level == 0 else 0)
    return sheets.done()
