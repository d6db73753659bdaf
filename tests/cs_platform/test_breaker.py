"""Who fails again and again is left alone for a while, then tried by one."""

import pytest

from cs_platform.ai.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_at_the_third_failure_in_a_row(breaker: Breaker) -> None:
    fail(breaker, 2)
    assert breaker.allows() and not breaker.is_open
    fail(breaker, 1)
    assert not breaker.allows() and breaker.is_open


def test_a_success_forgets_the_failures(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.allows()


def test_after_the_pause_one_tries(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 21
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.succeeded()
    assert breaker.allows() and not breaker.is_open


def test_a_failed_try_doubles_the_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 21
    breaker.allows()
    fail(breaker, 1)
    clock.now = 21 + 39
    assert not breaker.allows()
    clock.now = 21 + 41
    assert breaker.allows()
