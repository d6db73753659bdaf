"""Meaning and words together, over entries in memory."""

import numpy as np
import pytest

from kb.index import KnowledgeIndex, Limits
from kb.prepared import IndexedEntry, without_samples
from kb.vectors import VectorTable
from reports.benchmarks.search_brute_force import BruteForce
from reports.benchmarks.search_shop import make_shop
from tests.kb.conftest import build_index, entry
from tests.kb.encoders import FakeEncoder

RETURN = entry(1, "怎么退货", "想把东西退回去", answer="七天内可以退。请联系客服登记信息")
INVOICE = entry(2, "可以开发票吗", answer="可以开电子发票")
COLLAR = entry(3, "领型有圆的吗", answer="有圆领和方领")


def test_a_paraphrase_without_common_words_is_found_by_meaning() -> None:
    encoder = FakeEncoder({"可以开发票吗": "invoice", "公司要报账": "invoice"})
    index = build_index(encoder, RETURN, INVOICE, COLLAR)
    hits = index.search("公司要报账", vector=encoder.encode_question("公司要报账"))
    assert hits[0].entry is INVOICE
    assert not hits[0].by_words


def test_a_clause_of_the_answer_finds_its_entry_in_the_context_of_the_question() -> None:
    encoder = FakeEncoder({"怎么退货，请联系客服登记信息": "register", "在谁那里备案": "register"})
    index = build_index(encoder, RETURN, INVOICE, COLLAR)
    assert index.search("在谁那里备案", vector=encoder.encode_question("在谁那里备案"))[0].entry is RETURN


def test_unrelated_talk_has_no_lift() -> None:
    encoder = FakeEncoder()
    index = build_index(encoder, RETURN, INVOICE, COLLAR)
    assert index.search("昨晚谁赢了", vector=encoder.encode_question("昨晚谁赢了"))[0].lift < 0.02


def test_an_entry_without_vectors_is_found_among_those_that_have_them() -> None:
    encoder = FakeEncoder()
    table = build_index(encoder, RETURN, INVOICE).table
    index = KnowledgeIndex([RETURN, INVOICE, COLLAR], table)
    hit = index.search("有圆的领型吗", vector=encoder.encode_question("有圆的领型吗"))[0]
    assert (hit.entry, hit.by_words) == (COLLAR, True)
    assert hit.lift > 0.06


def test_without_a_vector_words_decide() -> None:
    index = build_index(FakeEncoder(), RETURN, INVOICE, COLLAR)
    assert [hit.by_words for hit in index.search("发票怎么开")] == [True] * 3
    assert index.search("发票怎么开")[0].entry is INVOICE


def test_an_exact_phrasing_is_recognised_in_its_wrapping() -> None:
    index = KnowledgeIndex([RETURN, INVOICE], VectorTable.empty())
    assert index.exact("您好，请问可以开发票吗？谢谢") == [INVOICE]
    assert index.exact("发票") == []


def test_nothing_published_finds_nothing() -> None:
    assert KnowledgeIndex([], VectorTable.empty()).search("怎么退货") == []


@pytest.mark.parametrize("question", ["", "😀", "\x00\x01", "退" * 10_000, "\ud800", "' OR 1=1 --", "<b>"])
def test_hostile_questions_are_searched_without_error(question: str) -> None:
    index = build_index(FakeEncoder(), RETURN, INVOICE)
    assert len(index.search(question, vector=np.ones(FakeEncoder.dimensions, dtype=np.float32))) == 2


def test_samples_step_aside_for_the_shops_own_entries() -> None:
    sample = IndexedEntry(9, ("样例",), "样例", is_sample=True)
    assert without_samples([sample]) == [sample]
    assert without_samples([sample, RETURN]) == [RETURN]


def test_a_sample_that_a_person_changed_stays() -> None:
    shipped = IndexedEntry(9, ("样例",), "样例", is_sample=True)
    changed = IndexedEntry(8, ("改过的样例",), "样例", is_sample=True, is_touched=True)
    assert without_samples([shipped, changed]) == [shipped, changed]
    assert without_samples([shipped, changed, RETURN]) == [changed, RETURN]


def test_the_short_cuts_for_large_shops_find_what_brute_force_finds() -> None:
    shop = make_shop(6_000, 5)
    index = KnowledgeIndex(shop.entries, shop.table, Limits(candidates=50, postings=20_000))
    brute = BruteForce(shop.entries, shop.table, index)
    for question, vector in zip(shop.questions, shop.vectors, strict=True):
        assert index.search(question, 1, vector=vector)[0].entry.id == brute.best(question, vector)
