"""How much may still be said to a customer, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from conversations.windows import Allowance, Window, reopen

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MESSAGE, FOLLOW = Allowance(5, 48 * 3600), Allowance(3, 60)


@pytest.mark.parametrize(
    ("remaining", "seconds", "expected"), [(1, 1, True), (0, 1, False), (1, 0, False), (5, -1, False)]
)
def test_a_window_is_open_while_messages_and_time_are_left(remaining: int, seconds: int, expected: bool) -> None:
    assert Window(remaining, NOW + timedelta(seconds=seconds)).allows(NOW) is expected


def test_a_message_sets_the_allowance_anew_and_does_not_add_up() -> None:
    used = Window(2, NOW + timedelta(hours=40))
    assert reopen(used, MESSAGE, NOW) == Window(5, NOW + timedelta(hours=48))


def test_a_lesser_sign_takes_nothing_away() -> None:
    open_window = Window(2, NOW + timedelta(hours=40))
    assert reopen(open_window, FOLLOW, NOW) == open_window


@pytest.mark.parametrize("closed", [None, Window(0, NOW + timedelta(hours=1)), Window(3, NOW)])
def test_a_lesser_sign_opens_what_is_closed(closed: Window | None) -> None:
    assert reopen(closed, FOLLOW, NOW) == Window(3, NOW + timedelta(seconds=60))


def test_a_sign_that_opens_nothing_changes_nothing() -> None:
    assert reopen(None, None, NOW) is None
