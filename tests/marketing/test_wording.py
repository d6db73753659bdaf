"""Only the documented variables expand, and a customer without a value is noticed."""

import pytest

from marketing.wording import fill_in, unknown_variables

VALUES = {"name": "林女士", "coupon": "A1", "order": ""}


def test_values_and_defaults_are_filled_in() -> None:
    filled = fill_in("{name}，券码 {coupon}，订单 { order | 暂无 }", VALUES)
    assert (filled.text, filled.missing) == ("林女士，券码 A1，订单 暂无", ())


def test_a_variable_without_value_and_default_is_missing() -> None:
    assert fill_in("订单 {order} {order}", VALUES).missing == ("order",)


def test_an_empty_default_is_a_default() -> None:
    assert fill_in("您好{order|}！", VALUES).text == "您好！"


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "{% debug %}", "{0.__class__}", "${7*7}", "{name.__class__}", "{password}"]
)
def test_nothing_else_expands(text: str) -> None:
    assert fill_in(text, VALUES).text == text


def test_a_value_is_not_filled_in_again() -> None:
    assert fill_in("{name}", {**VALUES, "name": "{coupon}"}).text == "{coupon}"


def test_unknown_variables_are_named() -> None:
    assert unknown_variables("{name} {phone|无} {Coupon}", ("name",)) == ["phone"]
