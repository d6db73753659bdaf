"""Variables in answers: filled in or not sent, and never stored with a name that nobody knows."""

import pytest
from django.core.exceptions import ValidationError

from kb.models import Entry
from kb.variables import fill, unknown_variables
from tests.factories import make_entry

STATUS = "您的订单{order.status}，单号 {order.tracking|见订单页}。"


def test_values_and_words_for_the_case_without() -> None:
    assert fill(STATUS, {"order.status": "已发货"}) == "您的订单已发货，单号 见订单页。"
    assert fill(STATUS, {"order.status": "已发货", "order.tracking": "SF1"}) == "您的订单已发货，单号 SF1。"


@pytest.mark.parametrize("values", [{}, {"order.status": ""}, {"order.tracking": "SF1"}])
def test_a_missing_value_leaves_no_text(values: dict[str, str]) -> None:
    assert fill(STATUS, values) is None


def test_a_value_is_never_read_as_a_variable() -> None:
    assert fill("{customer.name}您好", {"customer.name": "{order.status}"}) == "{order.status}您好"


def test_other_braces_are_text() -> None:
    assert unknown_variables("尺寸 {大}，{ } 和 {Order}") == []


@pytest.mark.django_db
def test_an_unknown_name_is_not_stored() -> None:
    with pytest.raises(ValidationError) as refused:
        make_entry("到哪了", "您的订单{order.colour}。")
    assert list(refused.value.message_dict) == ["answer"]
    assert not Entry.objects.exists()
