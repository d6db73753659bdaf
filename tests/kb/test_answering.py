"""Three bands: answer, ask back, unknown."""

import pytest

from kb.answering import Answer, answer_from, decide
from kb.confidence import confidences
from kb.index import KnowledgeIndex
from kb.prepared import IndexedEntry
from kb.scoring import Hit
from kb.vectors import VectorTable
from tests.kb.conftest import build_index, entry
from tests.kb.encoders import BrokenEncoder, FakeEncoder

RETURN = entry(1, "怎么退货", answer="在订单页申请退货。", related=("运费谁承担", "没有这一条"))
FREIGHT = entry(2, "运费谁承担", answer="由我们承担。")
INVOICE = entry(3, "发票怎么开", answer="下单时填写抬头。")
ENTRIES = (RETURN, FREIGHT, INVOICE)


def found(number: int, *, score: float, text: str = "") -> Hit:
    one = entry(number, f"问题{number}", answer=text)
    return Hit(one, score, lift=score, phrasing_match=0.0, text_match=0.0, by_words=False)


def decided(*hits: Hit) -> Answer:
    return decide(KnowledgeIndex([hit.entry for hit in hits], VectorTable.empty()), hits)


def test_the_stored_answer_is_sent_word_for_word(words_only: None) -> None:
    reply = answer_from(KnowledgeIndex(ENTRIES, VectorTable.empty()), "你好，怎么退货？")
    assert (reply.band, reply.text, reply.entry_id) == ("answer", "在订单页申请退货。", 1)
    assert (reply.confidence, reply.reason, reply.missed) == (1.0, "exact phrasing", False)


def test_related_questions_that_are_published_are_offered(words_only: None) -> None:
    reply = answer_from(KnowledgeIndex(ENTRIES, VectorTable.empty()), "怎么退货")
    assert [(option.entry_id, option.text) for option in reply.options] == [(2, "运费谁承担")]


def test_a_clear_match_is_answered() -> None:
    reply = decided(found(1, score=0.15), found(2, score=0.08))
    assert (reply.band, reply.entry_id, reply.reason) == ("answer", 1, "meaning")
    assert reply.confidence > 0.9


def test_two_meanings_nearly_tied_are_asked_back() -> None:
    reply = decided(found(1, score=0.15), found(2, score=0.15))
    assert (reply.band, reply.text, reply.entry_id) == ("clarify", "", None)
    assert [option.entry_id for option in reply.options] == [1, 2]
    assert reply.reason == "two entries nearly tied"


def test_an_entry_is_not_tied_with_itself_even_without_an_answer() -> None:
    bare = IndexedEntry(1, ("怎么退货",), "")
    hit = Hit(bare, 0.15, lift=0.15, phrasing_match=0.0, text_match=0.0, by_words=False)
    assert decide(KnowledgeIndex([bare], VectorTable.empty()), [hit]).band == "answer"


def test_two_entries_with_one_answer_are_no_tie() -> None:
    reply = decided(found(1, score=0.15, text="可以。"), found(2, score=0.149, text="可以"))
    assert (reply.band, reply.entry_id) == ("answer", 1)


def test_a_middling_match_is_asked_back_with_three_questions_at_most() -> None:
    reply = decided(*(found(number, score=0.08 - number / 100) for number in range(1, 6)))
    assert (reply.band, [option.text for option in reply.options]) == ("clarify", ["问题1", "问题2", "问题3"])


def test_one_meaning_is_offered_once() -> None:
    hits = [found(number, score=0.07, text="同一个答案") for number in (1, 2)]
    assert len(decided(*hits).options) == 1


def test_a_distant_match_is_a_miss() -> None:
    reply = decided(found(1, score=0.01), found(2, score=0.0))
    assert (reply.band, reply.options, reply.missed) == ("unknown", (), True)


def test_how_much_the_shop_dares_decides_what_is_sent_without_asking_back() -> None:
    hits = [found(1, score=0.089), found(2, score=0.05)]
    index = KnowledgeIndex([hit.entry for hit in hits], VectorTable.empty())
    bands = [decide(index, hits, stance=stance).band for stance in ("careful", "balanced", "bold")]
    assert bands == ["clarify", "answer", "answer"]


def test_nothing_published_is_a_miss() -> None:
    assert decided().reason == "nothing published"


def test_confidence_rises_with_the_score_and_falls_with_what_stands_beside_it() -> None:
    weak, strong, other = (found(number, score=score) for number, score in ((1, 0.06), (1, 0.12), (2, 0.11)))
    steps = [confidences(hits)[0] for hits in ([weak, other], [weak], [strong, other], [strong])]
    assert steps == sorted(steps)
    assert 0 < steps[0] < steps[-1] < 1


def test_one_phrasing_in_two_entries_is_asked_back(words_only: None) -> None:
    twin = entry(4, "怎么退货", answer="另一个答案。")
    reply = answer_from(KnowledgeIndex([RETURN, twin], VectorTable.empty()), "怎么退货")
    assert (reply.band, [option.entry_id for option in reply.options]) == ("clarify", [1, 4])


def test_words_alone_answer_what_is_nearly_the_same(words_only: None) -> None:
    reply = answer_from(KnowledgeIndex(ENTRIES, VectorTable.empty()), "邮费谁付")
    assert (reply.band, reply.entry_id, reply.reason) == ("answer", 2, "words")


def test_words_alone_ask_back_when_little_is_shared(words_only: None) -> None:
    reply = answer_from(KnowledgeIndex(ENTRIES, VectorTable.empty()), "发票抬头怎么填")
    assert (reply.band, reply.options[0].entry_id) == ("clarify", 3)


def test_words_alone_refuse_small_talk(words_only: None) -> None:
    assert answer_from(KnowledgeIndex(ENTRIES, VectorTable.empty()), "昨晚的球赛谁赢了").missed


def test_an_encoder_that_fails_leaves_words(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = BrokenEncoder()
    index = build_index(broken, *ENTRIES)
    monkeypatch.setattr("kb.search.get_encoder", lambda: broken)
    assert answer_from(index, "邮费谁付").entry_id == 2


@pytest.mark.parametrize("question", ["", "  ", "😀😀", "？！", "\x00\x01\x02", "退" * 10_000, "\ud800", "{{7*7}}"])
def test_hostile_input_is_never_an_error(question: str, encoder: FakeEncoder) -> None:
    assert answer_from(build_index(encoder, *ENTRIES), question).band in {"unknown", "clarify"}
