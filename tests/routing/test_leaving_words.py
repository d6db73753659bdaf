"""A customer who only says that it wants to leave a message."""

import pytest

from routing.phrases import asks_to_leave_message


@pytest.mark.parametrize("text", ["留言", "我要留言", " 留言。", "给你们留个言吧", "Leave a message", "想留言"])
def test_it_is_understood(text: str) -> None:
    assert asks_to_leave_message(text)


@pytest.mark.parametrize("text", ["怎么看留言", "我上次的留言没人回", "message", "留言板在哪"])
def test_other_words_are_no_wish_to_leave_one(text: str) -> None:
    assert not asks_to_leave_message(text)
