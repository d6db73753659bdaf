"""Article and order numbers are found however they are written."""

import pytest

from kb.codes import Article, Catalogue, codes_in
from kb.index import KnowledgeIndex
from kb.vectors import VectorTable
from tests.kb.conftest import entry

WARM = entry(1, "传感器-温度-TH01怎么校准", answer="按住三秒")
DAMP = entry(2, "传感器-湿度-TH01怎么校准", answer="转到底再松开")
SHIRT = entry(3, "ABC-123/xl什么时候补货", answer="下周一")
OTHER = entry(4, "ABC-124什么时候补货", answer="不再生产")
RETURN = entry(5, "怎么退货", answer="在订单里申请")


@pytest.fixture
def index(words_only: None) -> KnowledgeIndex:
    catalogue = Catalogue([Article("ABC-124", "青山冲锋衣")])
    return KnowledgeIndex([WARM, DAMP, SHIRT, OTHER, RETURN], VectorTable.empty(), catalogue=catalogue)


@pytest.mark.parametrize("text", ["ABC-123/xl", "ａｂｃ－123 有货吗", "abc_123", "SKU：ABC.123"])
def test_a_code_is_the_same_in_every_spelling(text: str) -> None:
    assert "abc123" in codes_in(text)


@pytest.mark.parametrize("text", ["128GB够用吗", "7天无理由", "13812345678", "2026年", "www.a.com/x12345", "4.33元"])
def test_quantities_phones_and_links_are_no_codes(text: str) -> None:
    assert codes_in(text) == ()


@pytest.mark.parametrize(
    ("question", "wanted"),
    [("我的传感器-湿度-th01要校准", 2), ("温度TH01 校准", 1), ("abc123 补货吗", 3), ("abc－124 补货吗", 4)],
)
def test_the_entry_with_the_code_is_found_first(index: KnowledgeIndex, question: str, wanted: int) -> None:
    assert index.search(question)[0].entry.id == wanted


def test_a_product_named_in_words_finds_the_entry_with_its_number(index: KnowledgeIndex) -> None:
    assert index.search("青山冲锋衣还有货吗")[0].entry is OTHER


def test_an_order_number_changes_nothing(index: KnowledgeIndex) -> None:
    plain, numbered = index.search("怎么退货呀请问"), index.search("怎么退货呀请问 202611270001234")
    assert [hit.score for hit in plain] == [hit.score for hit in numbered]


def test_an_order_number_in_an_answer_is_found(words_only: None) -> None:
    notice = entry(6, "延误的包裹有哪些", answer="订单 DD-2026-0042 因暴雨延误")
    index = KnowledgeIndex([RETURN, notice], VectorTable.empty())
    assert index.search("dd20260042 怎么还没到")[0].entry is notice


def test_a_pasted_chain_of_codes_costs_no_time() -> None:
    assert len(codes_in("a1-" * 600)) <= 16
