"""Words: what counts, what does not, and what it costs."""

import pytest

from kb.lexicon import off_topic, small_talk
from kb.lexicon.intents import bank_lines
from kb.ranking import WordIndex
from kb.vocabulary import shipped

canonical = shipped().canonical

ALL = 10**9


def best(texts: list[str], query: str) -> str:
    scores = WordIndex([canonical(text) for text in texts]).scores(canonical(query), ALL)
    return texts[int(scores.argmax())]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    assert best(["怎么退货", "怎么付款", "怎么开票"], "怎么 开票") == "怎么开票"


def test_a_typing_error_leaves_enough_to_find_it() -> None:
    assert best(["发票抬头怎么修改", "收货地址怎么修改", "怎么修改密码"], "发漂抬头修改") == "发票抬头怎么修改"


def test_synonyms_meet() -> None:
    assert best(["运费谁承担", "发什么快递", "多久发货"], "邮费哪方付") == "运费谁承担"


def test_the_longest_known_word_wins() -> None:
    assert canonical("没收到货") != canonical("收到货")


def test_a_perfect_match_scores_about_one_and_nothing_in_common_zero() -> None:
    scores = WordIndex(["退货流程说明", "发票抬头修改"]).scores("退货流程说明", ALL)
    assert scores.tolist() == pytest.approx([1, 0], abs=0.15)


def test_words_do_not_join_across_punctuation() -> None:
    assert WordIndex(["退货", "退，货"]).overlaps("退货", ALL).tolist() == pytest.approx([1, 0.8])


def test_a_newline_does_not_shift_the_rows() -> None:
    assert WordIndex(["退\n货", "发票"]).scores("发票", ALL).argmax() == 1


@pytest.mark.parametrize("query", ["", "😀", "\x00", "\n\n", "zzzz"])
def test_a_query_without_known_words_scores_zero(query: str) -> None:
    assert WordIndex(["退货", "发票"]).scores(query, ALL).tolist() == [0, 0]


def test_no_texts_no_scores() -> None:
    assert len(WordIndex([]).scores("退货", ALL)) == 0
    assert WordIndex(["", ""]).scores("退货", ALL).tolist() == [0, 0]


def test_common_words_are_left_out_when_the_limit_is_reached() -> None:
    index = WordIndex(["退货甲"] + ["退货"] * 50)
    assert index.scores("退货甲", 3).nonzero()[0].tolist() == [0]


def test_the_shipped_lists_are_long_enough_and_without_repeats() -> None:
    for lines, least in ((small_talk(), 60), (off_topic(), 250), (bank_lines(), 2_500)):
        assert len(lines) == len(set(lines)) >= least
