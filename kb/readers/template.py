"""The workbook that managers fill in: header, examples, an explanation of each column, a choice of statuses."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from kb.readers.cells import write_cell
from kb.readers.columns import (
    ANSWER,
    CATEGORY,
    CHANNELS,
    COLUMNS,
    EXTERNAL_ID,
    HANDOFF,
    MATCH_MODE,
    OWNER,
    PRODUCTS,
    QUESTION,
    RELATED,
    REVIEW_BY,
    STAGES,
    STATUS,
    VALID_FROM,
    VALID_UNTIL,
    VARIANTS,
    VERBATIM,
)
from kb.rows import title_of

LANGUAGE = "zh-hans"  # the header's; the import reads both
_ROWS_WITH_CHOICES = 2000
_WIDTHS = {QUESTION: 34, ANSWER: 60, CATEGORY: 24, RELATED: 28, HANDOFF: 24}
_STATUSES = ("草稿", "发布")
EXAMPLES: Sequence[Mapping[str, str]] = (
    {
        QUESTION: "怎么申请退货？\n我想退货\n退货流程是什么",
        ANSWER: "在“我的订单”里点“申请售后”，选择退货，填写原因后提交。审核一般在四小时内完成。",
        CATEGORY: "售后服务/退货流程",
        RELATED: "退款多久到账？",
        STATUS: "草稿",
    },
    {
        QUESTION: "退款多久到账？|钱什么时候退给我",
        ANSWER: "仓库验收后一到三个工作日原路退回。",
        CATEGORY: "售后服务/退款进度",
        HANDOFF: "包含：投诉、一直没到",
        STATUS: "发布",
    },
    {
        QUESTION: "收到的商品坏了怎么办？",
        ANSWER: "非常抱歉，请拍下破损处的照片发给我们，我请同事来为您处理。",
        CATEGORY: "售后服务",
        HANDOFF: "总是",
        STATUS: "草稿",
    },
)


def make_template() -> bytes:
    """An .xlsx file that can be imported as it is."""
    from openpyxl import Workbook  # half a second to import: only who writes a workbook pays

    with override(LANGUAGE):
        book = Workbook()
        _fill(book.active, [column for column in COLUMNS if column != VARIANTS])
        _explain(book.create_sheet(_("How to fill it in")))
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def explanations() -> dict[str, str]:
    """What to write into each column."""
    return {
        EXTERNAL_ID: _("Optional. The number in your own system; an entry with the same number is updated."),
        QUESTION: _(
            "Required. Several phrasings in one cell, separated by line breaks or |. The first one is the standard"
            " question."
        ),
        ANSWER: _("Required. Sent to the customer word for word."),
        CATEGORY: _("Up to three levels, as 售后服务/退货流程. Missing ones are created."),
        RELATED: _("Standard questions of other rows, separated by line breaks or |."),
        HANDOFF: _(
            "One case per line: always · words: a, b · amount over: 500 · level: vip · asked: 2 · outside hours ·"
            " inside hours · upset. Join with “ + ” what must hold together. Other lines are notes for agents."
        ),
        STATUS: _("草稿 or 发布; empty means draft, or published if you tick the box."),
        VERBATIM: _("是: a language model never rephrases the answer."),
        MATCH_MODE: _("意思相近, 完全一致, 包含 or 句式; empty means 意思相近."),
        VALID_FROM: _("As 2026-11-01 or 2026-11-01 09:30. Before that it answers nobody."),
        VALID_UNTIL: _("As 2026-11-11 (the whole day still counts) or 2026-11-11 23:59."),
        CHANNELS: _("Names or keys of channels; empty means all of them."),
        STAGES: _("售前, 售中 or 售后; empty means all of them."),
        PRODUCTS: _("SKUs of products; empty means all of them."),
        OWNER: _("The log-in name of who keeps it right."),
        REVIEW_BY: _("As 2026-12-31: by then somebody looks whether it is still right."),
    }


def _fill(sheet: Any, columns: Sequence[str]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.title = _("Knowledge")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        head = sheet.cell(1, place, title_of(column))
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F5")
        if text := explanations().get(column):
            head.comment = Comment(text, "", width=320, height=110)
        for row, example in enumerate(EXAMPLES, 2):
            cell = sheet.cell(row, place, write_cell(example.get(column, "")))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column, 14)
        if column == STATUS:
            _offer_statuses(sheet, letter)


def _offer_statuses(sheet: Any, letter: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    choice = DataValidation(type="list", formula1=f'"{",".join(_STATUSES)}"', allow_blank=True)
    choice.error = _("草稿 or 发布; empty means draft, or published if you tick the box.")
    sheet.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}{_ROWS_WITH_CHOICES}")


def _explain(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.append([_("Column"), _("What to write")])
    for column, text in explanations().items():
        sheet.append([title_of(column), text])
    sheet.append([])
    sheet.append(["", _("The three rows of the first sheet are examples. Overwrite or delete them.")])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 90
    for row in sheet.iter_rows():
        row[-1].alignment = Alignment(wrap_text=True, vertical="top")
