"""How customers feel, by words alone and by what is denied."""

import pytest

from routing.sentiment import feel, telling_words


@pytest.mark.parametrize(
    "text", ["你们就是骗子，还我钱", "太失望了，服务态度太差", "气死我了，什么垃圾店", "客服一直敷衍我，太过分了"]
)
def test_anger_is_negative_and_strong(text: str) -> None:
    mood = feel(text, None)
    assert mood.feeling == "negative" and mood.strength >= 0.6


@pytest.mark.parametrize(
    "text", ["怎么退货", "什么时候发货", "可以开发票吗", "你们老板是什么星座", "你好", "退款多久到账"]
)
def test_questions_are_not(text: str) -> None:
    assert feel(text, None).feeling == "neutral"


@pytest.mark.parametrize("text", ["谢谢，问题解决了", "质量很好，下次还来", "非常满意"])
def test_thanks_are_positive(text: str) -> None:
    assert feel(text, None).feeling == "positive"


def test_the_words_that_gave_it_away_are_named() -> None:
    assert telling_words("你们是骗子，我很失望") == (("骗子", "失望"), pytest.approx(0.3))


@pytest.mark.parametrize("text", ["我不是骗子", "没有失望", "不会投诉的", "不想投诉"])
def test_what_is_denied_does_not_count(text: str) -> None:
    assert telling_words(text) == ((), 0)
