"""Whoever reads the summary sees which messages WeChat did not show, and whether anybody tried to send them."""

from reports.rehearsal.unshown import Unshown, find_unshown, name_unshown
from tests.reports.rehearsal.lines import line, read

SAID = read(line(1, "ai", text="你好"), line(2, "ai", text="两天到"), line(3, "ai", text="你好"))


def test_what_was_shown_is_not_named() -> None:
    assert find_unshown("openid-1", ["两天到", "你好", "你好"], SAID) == []


def test_each_text_is_missing_as_often_as_it_was_not_shown() -> None:
    unshown = find_unshown("openid-1", ["你好"], SAID)
    assert unshown == [Unshown("openid-1", 1002, "两天到"), Unshown("openid-1", 1003, "你好")]


def test_it_says_what_became_of_the_delivery() -> None:
    states = {1: ("failed", "window_closed"), 2: ("sent", ""), 3: ("waiting", "")}
    named = name_unshown([Unshown("openid-1", number, "你好") for number in (1, 2, 3, 4)], states)
    assert [one["delivery"] for one in named] == ["failed window_closed", "sent", "waiting", "missing"]


def test_the_summary_stays_short() -> None:
    named = name_unshown([Unshown("openid-1", number, "长" * 500) for number in range(300)], {})
    assert len(named) == 20 and named[0] == {"follower": "openid-1", "text": "长" * 40, "delivery": "missing"}
