"""`bench broadcast` judges from outside who got nothing and who got something twice."""

from reports.benchmarks.broadcast import judge

MESSAGES = [(1, "券码 A"), (2, "券码 B"), (3, "券码 C")]
CLEAN = {"lost": 0, "duplicates": 0, "errors": 0, "coupons_shared": 0}


def test_one_message_each() -> None:
    assert judge(MESSAGES, {"sent": 3}, 3) == CLEAN


def test_somebody_got_none() -> None:
    assert judge(MESSAGES[:2], {"sent": 3}, 3) == {**CLEAN, "lost": 1}


def test_somebody_got_two() -> None:
    assert judge([*MESSAGES, (3, "券码 D")], {"sent": 3}, 3) == {**CLEAN, "duplicates": 1}


def test_two_have_one_coupon() -> None:
    assert judge([*MESSAGES[:2], (3, "券码 B")], {"sent": 3}, 3) == {**CLEAN, "coupons_shared": 1}


def test_a_row_that_says_otherwise() -> None:
    assert judge(MESSAGES, {"sent": 2, "pending": 1}, 3) == {**CLEAN, "errors": 1}
