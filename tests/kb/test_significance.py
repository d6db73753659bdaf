"""The figures of an experiment: intervals, tests and verdicts against known values."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.significance import Share, Verdict, fisher, interval, judge


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(5, 10, 0.2366, 0.7634), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_wilson_intervals(hits: int, total: int, low: float, high: float) -> None:
    assert interval(Share(hits, total)) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [
        (Share(1, 10), Share(11, 14), 0.002759),  # the tea of the textbooks
        (Share(3, 4), Share(1, 4), 0.485714),
        (Share(50, 100), Share(50, 100), 1.0),
        (Share(0, 30), Share(0, 30), 1.0),
        (Share(90, 100), Share(70, 100), 0.000650),
    ],
)
def test_fishers_exact_test(one: Share, other: Share, p: float) -> None:
    assert fisher(one, other) == pytest.approx(p, rel=2e-3)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_probability_does_not_depend_on_the_order(a: int, b: int, c: int, d: int) -> None:
    one, other = Share(a, a + b), Share(c, c + d)
    assert 0 <= fisher(one, other) <= 1
    assert fisher(one, other) == pytest.approx(fisher(other, one))


def test_no_verdict_before_the_whole_sample() -> None:
    assert judge([Share(100, 100), Share(0, 99)], 100) == Verdict("waiting")


def test_a_clear_winner_and_none() -> None:
    clear = judge([Share(140, 200), Share(170, 200)], 200)
    assert (clear.kind, clear.best) == ("winner", 1)
    assert judge([Share(150, 200), Share(158, 200)], 200).kind == "no_difference"


def test_the_best_of_three_must_beat_each_of_the_others() -> None:
    assert judge([Share(120, 200), Share(170, 200), Share(168, 200)], 200).kind == "no_difference"
    assert judge([Share(120, 200), Share(170, 200), Share(120, 200)], 200).best == 1


def test_three_equal_answers_seldom_make_a_winner() -> None:
    """At most one experiment in twenty finds a winner where there is none, however often one looks."""
    chance = random.Random(7)
    found = 0
    for _ in range(300):
        shares = [Share(sum(chance.random() < 0.7 for _ in range(100)), 100) for _ in range(3)]
        found += judge(shares, 100).kind == "winner"
    assert found <= 15
