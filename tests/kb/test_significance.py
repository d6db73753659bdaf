"""The figures of an experiment: intervals, tests and verdicts against known values."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.significance import Share, Verdict, difference, fisher, interval, is_harmful, judge, look_sizes


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


def outcomes(hits: int, total: int) -> list[bool]:
    """So many of so many, spread evenly over the time."""
    return [(place + 1) * hits // total > place * hits // total for place in range(total)]


def test_no_verdict_before_the_first_look() -> None:
    assert judge([[True] * 100, [False] * 24], 100) == Verdict("waiting")


def test_looks_are_taken_at_quarters_of_the_sample_whatever_came_since() -> None:
    assert look_sizes(200) == (50, 100, 150, 200)
    at_the_look = judge([outcomes(30, 50), outcomes(40, 50)], 200)
    assert judge([[*outcomes(30, 50), *[True] * 40], [*outcomes(40, 50), *[False] * 40]], 200) == at_the_look


def test_a_great_difference_is_found_early_and_stays_found() -> None:
    early = judge([outcomes(10, 50), outcomes(45, 50)], 200)
    assert (early.kind, early.best, early.look) == ("winner", 1, 1)
    assert judge([[*outcomes(10, 50), *[True] * 150], [*outcomes(45, 50), *[False] * 150]], 200) == early


def test_a_small_look_is_skipped() -> None:
    assert judge([[False] * 10, [True] * 10], 40) == Verdict("waiting")


def test_a_clear_winner_and_none_at_the_end() -> None:
    clear = judge([outcomes(140, 200), outcomes(170, 200)], 200)
    assert (clear.kind, clear.best) == ("winner", 1)
    none = judge([outcomes(150, 200), outcomes(158, 200)], 200)
    assert (none.kind, none.look) == ("no_difference", 4)


def test_the_best_of_three_must_beat_each_of_the_others() -> None:
    close = judge([outcomes(120, 200), outcomes(170, 200), outcomes(168, 200)], 200)
    assert close.kind == "no_difference"
    assert judge([outcomes(120, 200), outcomes(170, 200), outcomes(120, 200)], 200).best == 1


@pytest.mark.parametrize("answers", [2, 3])
def test_equal_answers_seldom_make_a_winner(answers: int) -> None:
    """At most one experiment in twenty finds a winner where there is none, all four looks together."""
    chance = random.Random(1)
    drawn = ([[chance.random() < 0.7 for _ in range(100)] for _ in range(answers)] for _ in range(500))
    assert sum(judge(one, 100).kind == "winner" for one in drawn) <= 25


def test_the_interval_of_a_difference_is_newcombes() -> None:
    found = difference(Share(56, 70), Share(48, 80))
    assert found == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert difference(Share(0, 0), Share(1, 2)) is None


def test_harm_is_a_clear_loss_and_no_gain() -> None:
    assert is_harmful(outcomes(48, 50), outcomes(30, 50), 200)
    assert not is_harmful(outcomes(30, 50), outcomes(48, 50), 200)
    assert not is_harmful(outcomes(45, 50), outcomes(42, 50), 200)
    assert not is_harmful([True] * 49, [False] * 49, 200)
