"""Scope, validity and care in files: read in both languages, exported, and one question per scope."""

from datetime import datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from cs_platform.models import User
from kb.imports import import_file
from kb.models import Entry, Product
from kb.readers import EXPORT_FORMATS
from kb.readers.columns import COLUMNS, columns_of
from kb.resources import EntryExport
from kb.rows import title_of
from kb.services import save_entry
from routing.models import Channel
from tests.factories import make_entry
from tests.kb.files import make_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_child")]
HEADER = (
    "客户问法",
    "标准答案",
    "渠道",
    "售卖阶段",
    "失效时间",
    "适用商品",
    "匹配方式",
    "仅限原文",
    "负责人",
    "复核期限",
)


def run(*rows: tuple[object, ...], header: tuple[str, ...] = HEADER) -> list[str]:
    return [str(problem) for problem in import_file("a.xlsx", make_xlsx(*rows, header=header), by=None).problems]


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))  # noqa: DTZ001  made aware right here


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_header_that_is_written_is_read(language: str) -> None:
    with override(language):
        assert columns_of([title_of(column) for column in COLUMNS]) == list(COLUMNS)


def test_every_column_is_understood(channel: Channel, manager: User) -> None:
    scarf = Product.objects.create(sku="S-1", name="围巾")
    row = ("怎么洗", "手洗", channel.name, "售前、售后", "2026-11-11 20:00", "S-1", "包含", "是", manager.username)
    assert run((*row, "2026-12-31")) == []
    entry = Entry.objects.get()
    assert (entry.channels, entry.stage_list) == (channel.key, ["pre_sale", "after_sale"])
    assert (entry.valid_until, list(entry.products.all())) == (local(2026, 11, 11, 20), [scarf])
    assert (entry.match_mode, entry.is_verbatim, entry.owner) == ("contains", True, manager)
    assert str(entry.review_by) == "2026-12-31"


@pytest.mark.parametrize("text", ["2026-11-11", "2026/11/11", "2026年11月11日", datetime(2026, 11, 11)])  # noqa: DTZ001
def test_a_day_alone_counts_until_its_end(text: object) -> None:
    assert run(("活动", "满减", text), header=("客户问法", "标准答案", "失效时间")) == []
    assert Entry.objects.get().valid_until == local(2026, 11, 12)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("失效时间", "下周"),
        ("失效时间", "2026-02-30"),
        ("适用商品", "NO-SUCH"),
        ("渠道", "没有"),
        ("售卖阶段", "售后后"),
        ("负责人", "nobody"),
        ("匹配方式", "随便"),
        ("仅限原文", "大概"),
        ("复核期限", "明年"),
    ],
)
def test_what_nobody_knows_is_named_and_nothing_is_stored(column: str, text: str) -> None:
    (problem,) = run(("怎么洗", "手洗", text), header=("客户问法", "标准答案", column))
    assert text[:5] in problem
    assert not Entry.objects.exists()


def test_one_question_with_an_answer_per_stage() -> None:
    rows = (("能退吗", "拍下前请看尺码", "售前"), ("能退吗", "七天内可退", "售后"))
    assert run(*rows, header=("客户问法", "标准答案", "售卖阶段")) == []
    assert run(*rows, header=("客户问法", "标准答案", "售卖阶段")) == []
    assert dict(Entry.objects.values_list("stages", "answer")) == {"pre_sale": rows[0][1], "after_sale": rows[1][1]}


def test_the_same_question_for_the_same_customers_twice_is_refused() -> None:
    assert (
        len(run(("能退吗", "能", "售前"), ("能退吗", "不能", "售前"), header=("客户问法", "标准答案", "售卖阶段"))) == 1
    )


def test_a_file_without_these_columns_leaves_them_alone() -> None:
    make_entry("能退吗", "旧", stages="after_sale", is_verbatim=True)
    run(("能退吗", "新"), header=("客户问法", "标准答案"))
    entry = Entry.objects.get()
    assert (entry.answer, entry.stages, entry.is_verbatim) == ("新", "after_sale", True)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_comes_back_as_it_was(kind: str, channel: Channel, manager: User) -> None:
    scarf = Product.objects.create(sku="S-1", name="围巾")
    entry = Entry(question="怎么洗", answer="手洗", channels=channel.key, stages="pre_sale,in_sale", owner=manager)
    entry.valid_from, entry.valid_until = local(2026, 11, 1), local(2026, 11, 12)
    save_entry(entry, by=None, products=[scarf])
    content = EXPORT_FORMATS[kind]().export_data(EntryExport().export())
    assert import_file(f"a.{kind}", content, by=None).counts == {"created": 0, "updated": 0, "skipped": 1}
    assert (Entry.objects.count(), entry.versions.count()) == (1, 1)
