"""Which agent gets a waiting customer."""

from datetime import UTC, datetime, timedelta

from routing.assignment import Seat, Wish, choose

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
REFUNDS, SIZES = 1, 2


def chosen(wish: Wish, *seats: Seat) -> int | None:
    seat = choose(wish, seats, widen_seconds=60)
    return seat.user_id if seat else None


def test_nobody_there_gets_nobody() -> None:
    assert chosen(Wish()) is None


def test_the_least_loaded_gets_the_customer() -> None:
    assert chosen(Wish(), Seat(1, load=2), Seat(2, load=1), Seat(3, load=3)) == 2


def test_load_counts_by_what_each_can_take() -> None:
    assert chosen(Wish(), Seat(1, load=2, capacity=10), Seat(2, load=1, capacity=2)) == 1


def test_of_equals_the_longest_without_a_new_customer() -> None:
    seats = [Seat(n, load=1, idle_since=NOW - timedelta(minutes=m)) for n, m in ((1, 3), (2, 9), (3, 6))]
    assert chosen(Wish(), *seats) == 2


def test_who_has_had_none_yet_comes_before_all() -> None:
    assert chosen(Wish(), Seat(1, idle_since=NOW), Seat(2)) == 2


def test_a_full_agent_gets_none() -> None:
    assert chosen(Wish(), Seat(1, load=5, capacity=5)) is None


def test_an_agent_with_no_capacity_gets_none() -> None:
    assert chosen(Wish(), Seat(1, capacity=0)) is None


def test_the_wanted_group_comes_before_the_load() -> None:
    seats = [Seat(1, groups=frozenset({SIZES})), Seat(2, load=4, groups=frozenset({REFUNDS, SIZES}))]
    assert chosen(Wish(group_id=REFUNDS), *seats) == 2


def test_another_group_waits_until_it_has_waited_long_enough() -> None:
    seat = Seat(1, groups=frozenset({SIZES}))
    assert chosen(Wish(group_id=REFUNDS, waited_seconds=59), seat) is None
    assert chosen(Wish(group_id=REFUNDS, waited_seconds=60), seat) == 1


def test_the_known_agent_comes_before_the_least_loaded() -> None:
    assert chosen(Wish(known_user_id=2), Seat(1), Seat(2, load=4)) == 2


def test_the_known_agent_who_is_full_is_passed_over() -> None:
    assert chosen(Wish(known_user_id=2), Seat(1), Seat(2, load=5)) == 1


def test_who_let_the_customer_go_does_not_get_the_customer_again() -> None:
    assert chosen(Wish(known_user_id=1, not_user_id=1), Seat(1)) is None
    assert chosen(Wish(known_user_id=1, not_user_id=1), Seat(1), Seat(2, load=4)) == 2
