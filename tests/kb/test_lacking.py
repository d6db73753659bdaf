"""What of a question an entry does not say."""

import numpy as np
import pytest

from kb.lacking import Commonness, Lacking, lacking
from kb.ranking import WordIndex

FRIDGE, COOLER, RETURNS = "冰箱一天几度电", "空调怎么安装", "怎么退货"
ASKED_ANYWHERE = ["怎么退货", "怎么换货", "一天能到吗", "几天到货", "怎么付款", "怎么开票"]


def look(question: str, common: list[str] = ASKED_ANYWHERE) -> Lacking:
    index = WordIndex([FRIDGE, COOLER, RETURNS])
    return lacking(index.holdings(question, np.arange(3)), Commonness.of(common))


def test_an_entry_lacks_the_word_that_another_one_has() -> None:
    found = look("空调一天几度电")
    assert found.share[0] > 0.05 and found.heaviest[0] > 0.3


def test_an_entry_that_says_it_all_lacks_nothing() -> None:
    found = look(FRIDGE)
    assert found.share[0] == 0 and found.heaviest[0] == 0 and found.unknown == 0


def test_words_that_nobody_here_has_count_apart() -> None:
    found = look("烤箱")
    assert found.unknown == 1 and found.share.max() == 0


def test_what_everybody_says_weighs_little() -> None:
    assert look("怎么", ASKED_ANYWHERE * 50).heaviest[0] < look("怎么", []).heaviest[0]


def test_a_single_character_is_no_word() -> None:
    assert look("电").heaviest.max() == 0


@pytest.mark.parametrize("question", ["", "？！", "\ue000"])
def test_a_question_without_words_lacks_nothing(question: str) -> None:
    assert look(question).share.tolist() == [0, 0, 0]


def test_only_the_texts_that_were_asked_for_are_looked_at() -> None:
    holdings = WordIndex([FRIDGE, COOLER, RETURNS]).holdings("空调", np.array([1]))
    assert holdings.held.shape[1] == 1 and holdings.held.any()


def test_an_index_without_texts_knows_no_word() -> None:
    holdings = WordIndex([]).holdings("空调", np.zeros(0, dtype=np.int64))
    assert not holdings.is_known.any()
