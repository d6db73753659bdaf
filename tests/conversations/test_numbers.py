"""Numbers as customers write them."""

import pytest

from conversations.numbers import ends_with, number_key, numbers_in, phone_endings_in


@pytest.mark.parametrize(
    "written", ["SF-1002 0033", "sf10020033", "ＳＦ１００２００３３", "SF·1002.0033", "SF 1002_0033"]
)
def test_a_number_has_one_spelling(written: str) -> None:
    assert number_key(written) == "SF10020033"


@pytest.mark.parametrize(
    "text",
    ["订单2026-1127-0001到哪了", "2026 1127 0001 查一下", "单号：202611270001，谢谢", "我的是２０２６１１２７０００１"],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert "202611270001" in numbers_in(text)


def test_neighbours_are_not_glued_for_good() -> None:
    assert numbers_in("20261127-0001 8812") == ["2026112700018812", "202611270001", "8812", "20261127", "0001"]


@pytest.mark.parametrize("text", ["怎么退货", "买了3件", "vip", ""])
def test_a_text_without_number_has_none(text: str) -> None:
    assert numbers_in(text) == []


@pytest.mark.parametrize(
    ("text", "endings"),
    [
        ("尾号8812", ["8812"]),
        ("13800008812", ["8812"]),
        ("138 0000 8812", ["0000", "8812"]),
        ("88123", []),
        ("a8812", []),
    ],
)
def test_the_ending_of_a_phone(text: str, endings: list[str]) -> None:
    assert phone_endings_in(text) == endings


def test_an_ending_has_four_digits_of_a_whole_phone() -> None:
    assert ends_with("138-0000-8812", "8812")
    assert not ends_with("13800008812", "12") and not ends_with("", "8812") and not ends_with("8812", "8812")
