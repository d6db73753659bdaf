"""What the text of a PDF becomes: the same as that of a Word document."""

import pytest
from reportlab.platypus import PageBreak, SimpleDocTemplate, Table

from kb.readers import ReadError, read_file
from kb.readers.documents import IS_SUGGESTED, PLACE
from tests.kb.policies import A4, FONT, RETURNS, Sheets, make_docx, make_pdf

pytestmark = pytest.mark.usefixtures("no_child")


def rows_of(content: bytes) -> list[dict[str, object]]:
    return read_file("政策.pdf", content).dict


def test_a_pdf_says_the_same_as_the_word_document() -> None:
    word = read_file("a.docx", make_docx(RETURNS)).dict
    columns = ("question", "answer", "category", IS_SUGGESTED)
    assert [[row[name] for name in columns] for row in rows_of(make_pdf(RETURNS))] == [
        [row[name] for name in columns] for row in word
    ]


def test_headers_and_page_numbers_are_left_out() -> None:
    lines = [(1, "退货条件"), *[(0, f"第{n}项规定是商品完好，吊牌齐全，赠品一并寄回。" * 3) for n in range(60)]]
    text = "".join(str(row["answer"]) for row in rows_of(make_pdf(lines, header="青禾家居 内部资料")))
    assert "第59项" in text and "内部资料" not in text and "第 2 页" not in text


def test_a_paragraph_goes_on_on_the_next_page() -> None:
    sheets = Sheets("青禾家居")
    sheets.write("退货条件", 18)
    sheets.write("商品须保持完好" * 5, 11, 22)
    sheets.y = 70
    sheets.write(
        "顾客在签收后七天之内可以申请无理由退货并且不需要说明任何的原因，退回的商品应当完好，寄回的运费由顾客自己承担，"
        * 2,
        11,
    )
    (row,) = rows_of(sheets.done())
    assert "，退回的商品应当完好，寄回的运费由顾客自己承担，顾客在签收后" in str(row["answer"])


def test_chinese_lines_are_joined_without_a_space_and_english_ones_with_one() -> None:
    sheets = Sheets()
    sheets.write("海外订单", 18)
    sheets.write("海外订单不支持换货，" * 6, 11, 22)
    sheets.write("Orders shipped overseas cannot be exchanged, " * 4 + "sorry.", 11, 22, per_line=84)
    (row,) = rows_of(sheets.done())
    chinese, english = str(row["answer"]).split("\n")
    assert " " not in chinese and "overseas cannot be exchanged, Orders shipped" in english


def test_the_place_is_the_number_of_the_page() -> None:
    sheets = Sheets()
    sheets.write("问：怎么退货？")
    sheets.write("答：在订单里点退货。")
    sheets.turn()
    sheets.write("问：怎么换货？")
    sheets.write("答：在订单里点换货。")
    assert [row[PLACE] for row in rows_of(sheets.done())] == [1, 2]


def test_a_table_without_lines_is_found_by_its_columns() -> None:
    sheets = Sheets()
    sheets.row(("客户问法", "标准答案", "分类"))
    sheets.row(("怎么开票", "订单页申请即可", "发票"))
    sheets.row(("能开专票吗", "可以，先上传资质", "发票"))
    assert [row["question"] for row in rows_of(sheets.done())] == ["怎么开票", "能开专票吗"]


def test_cells_of_several_lines_are_read_within_their_borders() -> None:
    sheets = Sheets()
    cells = [["客户问法", "标准答案"], ["送货能不能\n送上楼", "有电梯的送到家门口，\n四楼以上每层加收十元。"]]
    style = [("FONT", (0, 0), (-1, -1), "STSong-Light", 11), ("GRID", (0, 0), (-1, -1), 0.5, "black")]
    SimpleDocTemplate(sheets.out, pagesize=A4).build([Table(cells, style=style)])
    (row,) = rows_of(sheets.out.getvalue())
    assert (row["question"], row["answer"]) == ("送货能不能送上楼", "有电梯的送到家门口，四楼以上每层加收十元。")


def bordered(*tables: list[list[str]]) -> bytes:
    """Each table on a page of its own, with lines around its cells, all as wide."""
    sheets = Sheets()
    style = [("FONT", (0, 0), (-1, -1), "STSong-Light", 11), ("GRID", (0, 0), (-1, -1), 0.5, "black")]
    drawn = [Table(cells, colWidths=[150, 300], style=style) for cells in tables]
    flow = [part for table in drawn for part in (table, PageBreak())]
    SimpleDocTemplate(sheets.out, pagesize=A4).build(flow)
    return sheets.out.getvalue()


@pytest.mark.parametrize("first", [1, 2], ids=["header alone", "last row alone"])
def test_a_row_that_the_end_of_a_page_cuts_off_belongs_to_its_table(first: int) -> None:
    rows = [["客户问法", "标准答案"], ["能送上楼吗", "有电梯的送到家门口"], ["能刻字吗", "可以，每件三十元"]]
    assert [row["question"] for row in rows_of(bordered(rows[:first], rows[first:]))] == ["能送上楼吗", "能刻字吗"]


def test_a_narrow_box_of_a_character_makes_no_gap() -> None:
    sheets = Sheets()
    sheets.write("安装说明", 18)
    sheets.canvas.setFont(FONT, 11)
    for at, character in enumerate("请您自己安装"):
        narrow = character in "自己"
        sheets.canvas.saveState()
        sheets.canvas.translate(60 + 11 * at + 2.5 * narrow, sheets.y)
        sheets.canvas.scale(0.55 if narrow else 1, 1)
        sheets.canvas.drawString(0, 0, character)
        sheets.canvas.restoreState()
    (row,) = rows_of(sheets.done())
    assert row["answer"] == "请您自己安装"


def test_the_contents_are_left_out() -> None:
    sheets = Sheets()
    sheets.write("目录", 18)
    sheets.write("第一章 退货" + "." * 20 + " 3")
    sheets.turn()
    sheets.write("退货条件", 18)
    sheets.write("商品完好，吊牌齐全。", 11, 22)
    assert [row["question"] for row in rows_of(sheets.done())] == ["退货条件有哪些？"]


def test_a_password_is_said_to_be_one() -> None:
    with pytest.raises(ReadError, match="设有密码"):
        rows_of(make_pdf(RETURNS, password="secret"))


def test_a_pdf_without_text_says_so() -> None:
    with pytest.raises(ReadError, match="没有可以作为答案的文字"):
        rows_of(Sheets().done())
