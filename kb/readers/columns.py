"""The columns of a knowledge file: Chinese or English headers, in any order, become one fixed set."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from tablib import Dataset

from cs_platform.text import normalise
from kb.parsing.tables import PHRASINGS, settled
from kb.readers.limits import ReadError, check_row_count

ROW = "row"  # the number of the row in the file, for messages
QUESTION = "question"
VARIANTS = "variants"
ANSWER = "answer"
CATEGORY = "category"
RELATED = "related"
HANDOFF = "handoff"
STATUS = "status"
EXTERNAL_ID = "id"
VERBATIM = "is_verbatim"
MATCH_MODE = "match_mode"
VALID_FROM = "valid_from"
VALID_UNTIL = "valid_until"
CHANNELS = "channels"
STAGES = "stages"
PRODUCTS = "products"
OWNER = "owner"
REVIEW_BY = "review_by"
SCOPE_COLUMNS = (VERBATIM, MATCH_MODE, VALID_FROM, VALID_UNTIL, CHANNELS, STAGES, PRODUCTS, OWNER, REVIEW_BY)
COLUMNS = (EXTERNAL_ID, QUESTION, VARIANTS, ANSWER, CATEGORY, RELATED, HANDOFF, STATUS, *SCOPE_COLUMNS)
REQUIRED = (QUESTION, ANSWER)
_HEADER_WITHIN = 10  # rows; some put a title above the header

TITLES = {
    EXTERNAL_ID: pgettext_lazy("column of an import file", "Number"),
    QUESTION: pgettext_lazy("column of an import file", "Customer phrasings"),
    VARIANTS: pgettext_lazy("column of an import file", "Other phrasings"),
    ANSWER: pgettext_lazy("column of an import file", "Standard answer"),
    CATEGORY: pgettext_lazy("column of an import file", "Category"),
    RELATED: pgettext_lazy("column of an import file", "Related questions"),
    HANDOFF: pgettext_lazy("column of an import file", "Hand-to-human condition"),
    STATUS: pgettext_lazy("column of an import file", "Status"),
    VERBATIM: pgettext_lazy("column of an import file", "Word for word only"),
    MATCH_MODE: pgettext_lazy("column of an import file", "Match mode"),
    VALID_FROM: pgettext_lazy("column of an import file", "Valid from"),
    VALID_UNTIL: pgettext_lazy("column of an import file", "Valid until"),
    CHANNELS: pgettext_lazy("column of an import file", "Channels"),
    STAGES: pgettext_lazy("column of an import file", "Stages"),
    PRODUCTS: pgettext_lazy("column of an import file", "Products (SKU)"),
    OWNER: pgettext_lazy("column of an import file", "Owner"),
    REVIEW_BY: pgettext_lazy("column of an import file", "Review by"),
}

# Every header we understand, whatever the language of the page, so that a file works for everybody.
_NAMES: dict[str, tuple[str, ...]] = {
    EXTERNAL_ID: ("id", "编号", "序号", "知识编号", "number", "external_id", "external id"),
    QUESTION: ("question", "问题", "标准问题", "标准问", "问", "q"),
    PHRASINGS: ("客户问法", "问法", "customer phrasings", "questions"),
    VARIANTS: ("variants", "其他问法", "相似问法", "相似问", "相似问题", "other phrasings"),
    ANSWER: ("answer", "标准答案", "答案", "回答", "回复", "standard answer", "答", "a"),
    CATEGORY: ("category", "分类", "类别", "类目", "知识分类"),
    RELATED: ("related", "关联问题", "相关问题", "related questions"),
    HANDOFF: ("handoff", "转人工条件", "转人工", "hand-to-human condition"),
    STATUS: ("status", "状态"),
    VERBATIM: ("is_verbatim", "仅限原文", "一字不改", "word for word only", "verbatim"),
    MATCH_MODE: ("match_mode", "匹配方式", "match mode"),
    VALID_FROM: ("valid_from", "生效时间", "开始时间", "valid from"),
    VALID_UNTIL: ("valid_until", "失效时间", "结束时间", "有效期至", "valid until"),
    CHANNELS: ("channels", "渠道", "适用渠道", "channel"),
    STAGES: ("stages", "售卖阶段", "阶段", "适用阶段", "stage"),
    PRODUCTS: ("products", "适用商品", "适用商品(sku)", "商品(sku)", "商品sku", "sku", "products (sku)"),
    OWNER: ("owner", "负责人"),
    REVIEW_BY: ("review_by", "复核期限", "复核日期", "review by"),
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names}
_DECORATION = re.compile(r"[*:\s]+$|^[*\s]+|\((?:必填|选填|required|optional)\)")


def columns_of(headers: Iterable[str | None]) -> list[str | None]:
    """The column that each header of a table means, or None for one that we do not know."""
    return settled([_COLUMN_OF.get(_DECORATION.sub("", normalise(header or "")).strip()) for header in headers])


def known_headers() -> dict[str, str]:
    """What a header in a document's table means. “序号” only counts the rows there: each table begins at 1."""
    return {name: column for name, column in _COLUMN_OF.items() if name != "序号"}


def arrange(records: Iterable[tuple[int, Sequence[str | None]]]) -> Dataset:
    """Numbered rows, the header among the first of them, as a dataset with the row number and our columns."""
    rows = iter(records)
    head = list(islice(rows, _HEADER_WITHIN))
    at = _find_header(head)
    headers = [cell or "" for cell in head[at][1]]
    places = _find_columns(headers)
    dataset = Dataset(headers=[ROW, *COLUMNS])
    for number, cells in chain(head[at + 1 :], rows):
        if any(cells):
            check_row_count(len(dataset) + 1)
            dataset.append([number, *(_cell(cells, places.get(column)) for column in COLUMNS)])
    if not len(dataset):
        raise ReadError(_("The file has a header but no rows below it."))
    return dataset


def _find_header(head: Sequence[tuple[int, Sequence[str | None]]]) -> int:
    """The place of the header: below a title perhaps; without a complete one, the first row that is not empty."""
    for place, (_number, cells) in enumerate(head):
        if set(REQUIRED) <= set(columns_of(cells)):
            return place
    for place, (_number, cells) in enumerate(head):
        if any(cells):
            return place
    raise ReadError(_("The file is empty. Fill in the template and upload that."))


def _find_columns(headers: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, (header, column) in enumerate(zip(headers, columns_of(headers), strict=True)):
        if column in places:
            raise ReadError(
                _("Two columns mean the same: “%(first)s” and “%(second)s”. Keep one of them.")
                % {"first": headers[places[column]], "second": header}
            )
        if column:
            places[column] = place
    if not places:
        raise ReadError(
            _("The first row is not a header. It must name the columns, at least “客户问法” and “标准答案”.")
        )
    if missing := [str(TITLES[column]) for column in REQUIRED if column not in places]:
        found = ", ".join(header for header in headers if header)
        raise ReadError(
            _("Column missing: %(missing)s. The header row has: %(found)s.")
            % {"missing": ", ".join(missing), "found": found[:200]}
        )
    return places


def _cell(cells: Sequence[str | None], place: int | None) -> str | None:
    """The cell; None where the file has no such column, empty where the row is shorter than the header."""
    if place is None:
        return None
    return cells[place] if place < len(cells) else ""
