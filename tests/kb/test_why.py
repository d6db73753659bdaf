"""Why a question was answered as it was, and what would change it."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.index import KnowledgeIndex
from kb.prepared import IndexedEntry
from kb.scope import ANYBODY, Applicability, Scope
from kb.vectors import VectorTable
from kb.vocabulary import Dictionary, Vocabulary
from kb.why import explain
from kb.why_changes import changes_for
from kb.why_words import mark_removed
from tests.kb.conftest import build_index, entry
from tests.kb.encoders import FakeEncoder

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
RETURN = entry(1, "怎么申请退货", answer="在订单里点申请售后")
INVOICE = entry(2, "发票抬头怎么填", answer="下单时填写")
PARKING = entry(3, "门店停车位够不够", answer="有三十个车位")


def index_of(*entries: IndexedEntry) -> KnowledgeIndex:
    return KnowledgeIndex(entries, VectorTable.empty())


def kinds(index: KnowledgeIndex, question: str, scope: Scope = ANYBODY, now: datetime = NOW) -> list[str]:
    return [change.kind for change in changes_for(explain(index, question, scope, now), index)]


def test_the_parts_add_up_to_the_score(words_only: None) -> None:
    best = explain(index_of(RETURN, INVOICE), "退货退货").best
    assert best is not None and best.entry is RETURN
    assert sum(part.points for part in best.parts) == pytest.approx(best.hit.score, abs=1e-6)


def test_the_parts_add_up_with_meaning_as_well(encoder: FakeEncoder) -> None:
    index = build_index(encoder, RETURN, INVOICE)
    best = explain(index, "怎么退货").best
    assert best is not None and best.parts[0].key == "meaning"
    assert sum(part.points for part in best.parts) == pytest.approx(best.hit.score, abs=1e-6)


def test_an_exact_phrasing_needs_no_change(words_only: None) -> None:
    index = index_of(RETURN, INVOICE)
    explanation = explain(index, "怎么申请退货？")
    assert explanation.answer.reason == "exact phrasing" and changes_for(explanation, index) == []


def test_a_miss_can_be_added_to_what_came_closest_or_be_written_anew(words_only: None) -> None:
    index = index_of(RETURN, INVOICE, PARKING)
    assert explain(index, "宠物能进去吗").answer.missed
    assert kinds(index, "宠物能进去吗")[-1] == "missing"
    assert "phrasing" in kinds(index, "车位要不要预约")


def test_two_entries_that_are_too_close_are_named(words_only: None) -> None:
    index = index_of(entry(1, "怎么退货甲"), entry(2, "怎么退货乙"))
    change = next(change for change in changes_for(explain(index, "怎么退货"), index) if change.kind == "tie")
    assert {change.entry, change.other} == set(index.entries)


def test_a_phrasing_that_several_entries_have_is_told(words_only: None) -> None:
    assert "same" in kinds(index_of(entry(1, "怎么退货"), entry(2, "怎么退货")), "怎么退货")


@pytest.mark.parametrize(
    ("applies", "reason"),
    [
        (Applicability(valid_until=NOW - timedelta(days=1)), "past"),
        (Applicability(valid_from=NOW + timedelta(days=1)), "future"),
        (Applicability(channels=frozenset(["taobao"])), "channel"),
        (Applicability(products=frozenset([7])), "product"),
        (Applicability(stages=frozenset(["after_sale"])), "stage"),
    ],
)
def test_an_entry_that_is_left_out_is_told_with_the_reason(
    words_only: None, applies: Applicability, reason: str
) -> None:
    other = IndexedEntry(3, ("退货的快递费谁出",), "我们出", applies=applies)
    index = index_of(RETURN, other)
    explanation = explain(index, "退货的快递费谁承担", Scope("web", "web"), NOW)
    assert [(one.entry.id, one.excluded) for one in explanation.excluded] == [(3, (reason,))]
    assert changes_for(explanation, index)[0].kind == "excluded"


def test_a_synonym_that_would_help_is_proposed_with_what_it_adds(words_only: None) -> None:
    index = index_of(PARKING, RETURN, INVOICE)
    change = next(one for one in changes_for(explain(index, "泊车坪够不够大"), index) if one.kind == "synonym")
    assert change.entry is PARKING and "停车" in change.words[1] and change.points > 0


def test_a_piece_of_a_code_is_no_word_to_make_a_synonym_of(words_only: None) -> None:
    index = index_of(PARKING, RETURN, INVOICE)
    proposed = [one.words for one in changes_for(explain(index, "QH-ZZ99停车够不够"), index) if one.kind == "synonym"]
    assert not any("qh" in words or "zz" in words for pair in proposed for words in pair)


def test_words_of_phrasing_and_answer_are_one_part(encoder: FakeEncoder) -> None:
    best = explain(build_index(encoder, RETURN, INVOICE), "怎么退货").best
    assert best is not None
    own = dict(best.hit.parts)
    assert {part.key: part.points for part in best.parts}["words"] == pytest.approx(own["phrasing"] + own["text"])


def test_what_was_read_shows_what_was_removed_and_replaced(words_only: None) -> None:
    vocabulary = Vocabulary(Dictionary(corrections=(("青摊", "青团"),)))
    index = KnowledgeIndex([entry(1, "青团怎么保存")], VectorTable.empty(), vocabulary=vocabulary)
    explanation = explain(index, "您好，青摊怎麼保存？謝謝")
    assert explanation.reading.text == "青团怎么保存" and explanation.reading.was_traditional
    assert [(one.wrong, one.right, one.kind) for one in explanation.reading.changes] == [("青摊", "青团", "shop")]
    removed = mark_removed(explanation.reading.given, explanation.reading.cleaned)
    assert "您好" in "".join(piece.text for piece in removed if piece.is_marked)


def test_what_question_and_phrasing_have_in_common_is_marked(words_only: None) -> None:
    best = explain(index_of(entry(1, "邮费谁出"), RETURN), "运费谁付呀").best
    assert best is not None
    assert [piece.text for piece in best.phrasing if piece.is_marked] == ["邮费谁出"]


def test_nothing_is_too_strange_to_explain(words_only: None) -> None:
    for question in ("", "？？？", "\x00", "a" * 3000, "[图片]", "\ud800"):
        explain(index_of(RETURN), question)
    assert explain(KnowledgeIndex([], VectorTable.empty()), "怎么退货").best is None
