"""Rows made ready before the transaction are the rows that the ORM would have stored."""

import pytest

from cs_platform.bulk_rows import delete_of, insert_of, take_numbers, update_of
from cs_platform.models import User

pytestmark = pytest.mark.django_db


def test_inserted_rows_are_read_back_as_they_were() -> None:
    rows = [User(username=name, is_staff=name == "mei", display_name="梅") for name in ("mei", "jun")]
    insert_of(rows).run()
    assert list(User.objects.order_by("pk").values_list("username", "is_staff", "display_name")) == [
        ("mei", True, "梅"),
        ("jun", False, "梅"),
    ]


def test_rows_with_numbers_keep_them_and_the_next_one_is_another() -> None:
    numbers = take_numbers(User, 2)
    insert_of([User(pk=number, username=str(number)) for number in numbers]).run()
    later = User.objects.create(username="later")
    assert set(numbers) | {later.pk} == set(User.objects.values_list("pk", flat=True))
    assert User.objects.count() == 3


def test_numbers_are_given_out_once() -> None:
    User.objects.create(username="before")
    one, other = take_numbers(User, 3), take_numbers(User, 3)
    assert len({*one, *other}) == 6
    assert not set(User.objects.values_list("pk", flat=True)) & {*one, *other}


def test_updates_and_deletions_reach_their_rows_only() -> None:
    mei, _jun, _lin = (User.objects.create(username=name) for name in ("mei", "jun", "lin"))
    mei.display_name = "梅"
    update_of([mei], ["display_name"]).run()
    delete_of(User, "username", ["jun"]).run()
    assert list(User.objects.order_by("pk").values_list("username", "display_name")) == [("mei", "梅"), ("lin", "")]


def test_nothing_to_store_is_no_statement() -> None:
    for statement in (insert_of([]), update_of([], ["username"]), delete_of(User, "username", [])):
        statement.run()
    assert not User.objects.exists()
