"""Who wants no more promotions, and who only speaks of an order."""

import pytest

from routing.opt_out import asks_to_unsubscribe


@pytest.mark.parametrize(
    "text", ["TD", "td。", "退订", " 退 订 ", "回复TD", "取消订阅", "Unsubscribe", "STOP", "别再发广告了！"]
)
def test_wants_no_more(text: str) -> None:
    assert asks_to_unsubscribe(text)


@pytest.mark.parametrize("text", ["我要退订昨天的订单", "退款", "怎么取消订单", "TD 是什么", "stop it please", "", "t"])
def test_speaks_of_something_else(text: str) -> None:
    assert not asks_to_unsubscribe(text)
