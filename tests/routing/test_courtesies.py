"""What asks nothing, and what does."""

import pytest

from routing.courtesies import courtesy


@pytest.mark.parametrize("text", ["你好", "您好！", "在吗？", "亲，在吗", "Hi", "hello!!", "哈喽~", "下午好"])
def test_a_greeting(text: str) -> None:
    assert courtesy([text]) == "greeting"


@pytest.mark.parametrize(
    "text", ["谢谢", "好的，谢谢亲", "嗯嗯", "知道了", "OK", "Thank you!", "不用了谢谢", "好的收到，辛苦了"]
)
def test_thanks(text: str) -> None:
    assert courtesy([text]) == "thanks"


@pytest.mark.parametrize(
    "text", ["你好，怎么退货", "在吗？快递到哪了", "好评返现吗", "可以退吗", "", "？？", "老板几点下班"]
)
def test_a_question_is_no_courtesy(text: str) -> None:
    assert courtesy([text]) is None


def test_a_greeting_beside_a_question_is_no_courtesy() -> None:
    assert courtesy(["你好", "怎么退货"]) is None


def test_a_greeting_and_thanks_are_thanks() -> None:
    assert courtesy(["你好", "谢谢"]) == "thanks"


def test_words_that_can_be_cut_in_two_ways_are_still_courtesies() -> None:
    assert courtesy(["可以了解，嗯嗯嗯，okay"]) == "thanks"


@pytest.mark.parametrize("polite", ["好的", "嗯", "明白了", "辛苦了"])
def test_very_much_politeness_with_a_question_costs_no_time(polite: str) -> None:
    """A regular expression took longer than the age of the universe, and held the interpreter all the while."""
    assert courtesy([polite * 20 + "怎么退"]) is None
    assert courtesy([polite * 1000 + "怎么退"]) is None
