"""How an entry wants to be found: by meaning, exactly, by a phrasing within the question, or by a safe pattern."""

import time

import pytest
from django.core.exceptions import ValidationError

from kb.answering import answer_from
from kb.index import KnowledgeIndex
from kb.models import Entry
from kb.patterns import matches_pattern, parse_pattern
from kb.prepared import IndexedEntry
from kb.services import save_entry
from kb.vectors import VectorTable

pytestmark = pytest.mark.usefixtures("words_only")

MEANING = IndexedEntry(1, ("怎么查物流", "快递到哪了"), "在订单里查看。")
CONTAINS = IndexedEntry(2, ("花呗",), "支持花呗。", match_mode="contains")
PATTERN = IndexedEntry(3, ("查订单号", "(订单|单号)*#[号]"), "正在为您查询。", match_mode="pattern")
EXACT = IndexedEntry(4, ("会员日",), "每月 8 日。", match_mode="exact")


def answered(question: str, *entries: IndexedEntry) -> int | None:
    index = KnowledgeIndex(entries or (MEANING, CONTAINS, PATTERN, EXACT), VectorTable.empty())
    return answer_from(index, question).entry_id


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("请问能用花呗分期吗", 2),
        ("订单20261127001到哪了", 3),
        ("订单到哪了", None),
        ("会员日", 4),
        ("会员日有什么活动吗", None),
        ("快递到哪了", 1),
    ],
)
def test_each_mode_finds_its_own(question: str, entry: int | None) -> None:
    found = answered(question)
    assert found == entry or (entry is None and found not in (2, 3, 4))


def test_a_phrasing_to_the_letter_outranks_a_contained_one_and_that_outranks_meaning() -> None:
    letter = IndexedEntry(5, ("能用花呗吗",), "可以。")
    assert answered("能用花呗吗", CONTAINS, letter) == 5
    assert answered("能不能用花呗", CONTAINS, IndexedEntry(6, ("能不能用花呗支付",), "能。")) == 2


def test_the_longest_contained_phrasing_wins() -> None:
    longer = IndexedEntry(7, ("花呗分期",), "三期免息。", match_mode="contains")
    assert answered("花呗分期怎么弄", CONTAINS, longer) == 7


@pytest.mark.parametrize(
    ("pattern", "question", "fits"),
    [
        ("退*运费", "我想退货，运费谁出", True),
        ("退*运费", "运费退吗", False),
        ("#天(无理由|退货)", "支持7天无理由吗", True),
        ("#天(无理由|退货)", "支持几天无理由吗", False),
        ("[可以]开发票", "能开发票不", True),
        ("（退｜换）货", "怎么換貨", True),
        ("SKU#", "sku 1024 有货吗", True),
    ],
)
def test_patterns(pattern: str, question: str, fits: bool) -> None:
    assert matches_pattern(pattern, question) is fits


@pytest.mark.parametrize("pattern", ["*", "#*", "(退|换", "退)", "(退|)货", "退(货|(款))", "好", "长" * 300])
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        parse_pattern(pattern)


def test_no_pattern_takes_long() -> None:
    hostile = "(退退|退)*" * 15 + "货款"
    started = time.perf_counter()
    assert not matches_pattern(hostile, "退" * 2_000)
    assert time.perf_counter() - started < 0.2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "variants", "field"),
    [
        ("pattern", "(退|换", "variants"),
        ("pattern", "", "match_mode"),
        ("contains", "好", "variants"),
        ("odd", "", "match_mode"),
    ],
)
def test_an_entry_that_could_not_be_found_is_not_stored(mode: str, variants: str, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        save_entry(Entry(question="怎么退货", answer="申请。", match_mode=mode, variants=variants), by=None)
    assert list(refused.value.message_dict) == [field]
    assert not Entry.objects.exists()
