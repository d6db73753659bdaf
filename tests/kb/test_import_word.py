"""What a Word document becomes: headings, questions, tables, policy text."""

import pytest
from docx import Document

from kb.readers import ReadError, read_file
from kb.readers.documents import IS_SUGGESTED, PLACE
from tests.kb.policies import RETURNS, Line, add_item, make_docx, saved, set_outline

pytestmark = pytest.mark.usefixtures("no_child")


def rows_of(content: bytes) -> list[dict[str, object]]:
    return read_file("政策.docx", content).dict


def questions(content: bytes) -> list[object]:
    return [row["question"] for row in rows_of(content)]


def only(*lines: Line) -> dict[str, object]:
    (row,) = rows_of(make_docx(lines))
    return row


def test_a_section_becomes_an_entry_with_a_suggested_question() -> None:
    row = rows_of(make_docx(RETURNS))[1]
    assert (row["question"], row["category"], row[IS_SUGGESTED]) == ("换货流程是怎样的？", "退换货政策", True)
    assert row["answer"] == "在“我的订单”里选择换货，客服在四小时内审核，仓库收到旧件后两天内寄出新件。"


def test_questions_and_answers_become_entries_below_their_headings() -> None:
    row = rows_of(make_docx(RETURNS))[3]
    assert (row["question"], row["category"], row[IS_SUGGESTED]) == ("赠品要一起退吗？", "常见问题", False)
    assert row["answer"] == "要的，缺少赠品会按标价扣款。"


def test_the_place_is_the_number_of_the_paragraph() -> None:
    assert [row[PLACE] for row in rows_of(make_docx(RETURNS, title="手册"))] == [4, 7, 9, 11]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Q：怎么退货？", "A：在订单里点退货。"),
        ("Q1: 怎么退货？", "A1: 在订单里点退货。"),
        ("问题一、怎么退货？", "答：在订单里点退货。"),
        ("【问】怎么退货？", "【答】在订单里点退货。"),
        ("1. 怎么退货？", "在订单里点退货。"),
        ("3、怎么退货？", "答：在订单里点退货。"),
        ("怎么退货？", "在订单里点退货。"),
    ],
)
def test_layouts_of_question_and_answer(question: str, answer: str) -> None:
    row = only((0, question), (0, answer))
    assert (row["question"], row["answer"], row[IS_SUGGESTED]) == ("怎么退货？", "在订单里点退货。", False)


@pytest.mark.parametrize("text", ["问：怎么退货？答：在订单里点退货。", "1. 怎么退货？ 在订单里点退货。"])
def test_question_and_answer_in_one_paragraph(text: str) -> None:
    row = only((0, text))
    assert (row["question"], row["answer"]) == ("怎么退货？", "在订单里点退货。")


def test_an_answer_has_all_paragraphs_up_to_the_next_question() -> None:
    first, _second = rows_of(
        make_docx(
            [(0, "问：怎么退货？"), (0, "答：点退货。"), (0, "两天内审核。"), (0, "问：运费呢？"), (0, "答：您出。")]
        )
    )
    assert first["answer"] == "点退货。\n两天内审核。"


def test_a_question_without_an_answer_is_kept_for_its_owner_to_mend() -> None:
    first, _second = rows_of(make_docx([(0, "问：怎么退货？"), (0, "问：怎么换货？"), (0, "答：点换货。")]))
    assert (first["question"], first["answer"], first[PLACE]) == ("怎么退货？", "", 1)


def test_a_heading_that_asks_is_the_question() -> None:
    row = only((1, "常见问题"), (2, "1.1 退款多久到账？"), (0, "三个工作日。"))
    assert (row["question"], row["category"], row[IS_SUGGESTED]) == ("退款多久到账？", "常见问题", False)


def test_a_table_with_the_template_s_columns_is_entries() -> None:
    table = (("序号", "客户问法", "标准答案", "分类"), ("1", "怎么开票|开发票", "订单页申请", "发票/专票"))
    row = only((1, "问答表"), table)
    assert (row["question"], row["answer"], row["category"]) == ("怎么开票|开发票", "订单页申请", "发票/专票")
    assert row["id"] is None  # a counted row has no number of its own


def test_a_table_may_have_a_question_and_further_phrasings() -> None:
    row = only((1, "问答表"), (("客户问法", "标准问题", "标准答案"), ("开发票", "怎么开票", "订单页申请")))
    assert (row["question"], row["variants"]) == ("怎么开票", "开发票")


def test_entries_of_a_table_without_categories_take_the_headings() -> None:
    row = only((1, "发票"), (2, "专票"), (("Question", "Answer"), ("怎么开票", "订单页申请")))
    assert row["category"] == "发票/专票"


def test_any_other_table_is_read_out_in_its_section() -> None:
    table = (("地区", "时效", "运费"), ("江浙沪", "一天", "免"), ("新疆", "五天", "25元"))
    row = only((1, "配送时效"), (0, "按收货地址计算。"), table)
    assert row["question"] == "配送时效是多久？"
    assert row["answer"] == "按收货地址计算。\n地区：江浙沪；时效：一天；运费：免\n地区：新疆；时效：五天；运费：25元"


def test_headings_below_the_third_level_are_no_categories() -> None:
    row = only((1, "一级"), (2, "二级"), (3, "三级"), (4, "四级"), (5, "保修范围"), (0, "整机一年，电池半年。"))
    assert (row["category"], row["question"]) == ("一级/二级/三级", "保修范围有哪些？")


def test_a_slash_in_a_heading_makes_no_level() -> None:
    row = only((1, "退货/换货"), (2, "条件"), (0, "商品完好，吊牌齐全。"))
    assert row["category"] == "退货、换货"


def test_numbered_and_bold_lines_are_headings_where_nobody_used_styles() -> None:
    document = Document()
    for text in ("售后规定", "一、适用范围", "本规定适用于本店全部商品。", "二、质保期限", "整机一年，电池半年。"):
        document.add_paragraph(text)
    document.add_paragraph().add_run("会员积分").bold = True
    document.add_paragraph("每消费一元积一分。")
    assert questions(saved(document)) == ["适用范围有哪些？", "质保期限是多久？", "会员积分是怎么规定的？"]


def test_a_list_is_no_row_of_headings() -> None:
    document = Document()
    document.add_heading("退货条件", 1)
    document.add_paragraph("须同时满足：")
    for text in ("商品完好", "吊牌齐全", "赠品一并寄回"):
        add_item(document, text)
    (row,) = rows_of(saved(document))
    assert row["answer"] == "须同时满足：\n1. 商品完好\n2. 吊牌齐全\n3. 赠品一并寄回"


def test_a_heading_by_outline_level_alone() -> None:
    document = Document()
    set_outline(document.add_paragraph("保价服务"), 1)
    set_outline(document.add_paragraph("申请方式"), 2)
    document.add_paragraph("在订单里点保价。")
    (row,) = rows_of(saved(document))
    assert (row["category"], row["question"]) == ("保价服务", "申请方式有哪些？")


def test_a_long_section_is_divided_and_its_parts_lead_to_each_other() -> None:
    paragraph = "自签收次日起七天内可以申请，运费由顾客承担，定制商品除外。" * 8
    first, second, third = rows_of(make_docx([(1, "退货条件"), *[(0, paragraph)] * 6]))
    assert (first["question"], first["related"]) == ("退货条件有哪些？", "退货条件有哪些？（2）")
    assert second["related"] == third["question"] == "退货条件有哪些？（3）"
    assert all(len(str(row["answer"])) < 1000 for row in (first, second, third))


def test_the_same_heading_in_two_chapters_is_told_apart() -> None:
    lines = [(1, "退货"), (2, "适用范围"), (0, "全部商品都适用。"), (1, "换货"), (2, "适用范围"), (0, "服饰鞋包适用。")]
    assert questions(make_docx(lines)) == ["退货的适用范围有哪些？", "换货的适用范围有哪些？"]


def test_a_heading_that_asks_is_put_behind_its_chapter_as_it_is() -> None:
    lines = [
        (1, "雨伞"),
        (2, "能用在哪里"),
        (0, "适合在小雨天用。"),
        (1, "雨衣"),
        (2, "能用在哪里"),
        (0, "骑车时也能穿。"),
    ]
    assert questions(make_docx(lines)) == ["雨伞能用在哪里？", "雨衣能用在哪里？"]


def test_a_question_numbered_like_the_headings_before_it_is_no_part_of_theirs() -> None:
    document = Document()
    for text in (
        "一、运费标准",
        "每单收取八元。",
        "二、偏远地区要加钱吗？",
        "每单多收十五元。",
        "三、包装",
        "一律使用纸箱。",
    ):
        document.add_paragraph(text)
    found = [(row["question"], row["category"], row["answer"]) for row in rows_of(saved(document))]
    assert found[1] == ("偏远地区要加钱吗？", None, "每单多收十五元。")


def test_contents_that_somebody_typed_are_not_read() -> None:
    document = Document()
    for text in ("目录", "退货\t3", "换货\t第 5 页", "退货须知", "七天之内都可以申请。"):
        document.add_paragraph(text)
    assert [row["answer"] for row in rows_of(saved(document))] == ["七天之内都可以申请。"]


def test_a_list_of_prices_is_no_contents() -> None:
    lines = ((0, "目录"), (0, "刻字 30"), (0, "礼盒 15"), (0, "贺卡 5"))
    assert "礼盒 15" in str(only(*lines)["answer"])


def test_deleted_text_and_contents_are_not_read() -> None:
    document = Document()
    document.styles.add_style("TOC 1", 1)
    document.add_paragraph("第一章 退货\t3", style="TOC 1")
    document.add_heading("退货条件", 1)
    paragraph = document.add_paragraph("商品完好，吊牌齐全。")
    paragraph._p.append(paragraph._p.makeelement(paragraph._p.tag.replace("}p", "}del"), {}))
    paragraph._p[-1].append(Document().add_paragraph("旧的规定")._p.r_lst[0])
    assert [row["answer"] for row in rows_of(saved(document))] == ["商品完好，吊牌齐全。"]


def test_a_document_without_text_says_so() -> None:
    with pytest.raises(ReadError, match="没有可以作为答案的文字"):
        rows_of(saved(Document()))
