"""Answers do not begin with a stock phrase."""

import pytest

from kb.openers import without_opener

SAID = "签收后 7 天内可以退。"


@pytest.mark.parametrize(
    "opener",
    [
        "您好，请问有什么可以帮您？",
        "亲，很高兴为您服务！",
        "感谢您的咨询。您好，请问有什么可以帮到您？",
        "根据知识库：",
    ],
)
def test_stock_phrases_go(opener: str) -> None:
    assert without_opener(opener + SAID) == SAID


def test_only_the_phrase_goes() -> None:
    assert without_opener("感谢您的咨询，签收后 7 天内可以退。运费自理。") == "签收后 7 天内可以退。运费自理。"


def test_the_shops_own_ones_go_too() -> None:
    assert without_opener("尊贵的会员您好！" + SAID, ["尊贵的会员"]) == SAID


@pytest.mark.parametrize(
    "text",
    [SAID, "您好，7 天内可以退。", "欢迎光临我们的实体店，地址在杭州。", "感谢您的咨询。", "请问有什么可以帮您？"],
)
def test_what_says_something_stays(text: str) -> None:
    assert without_opener(text) == text
