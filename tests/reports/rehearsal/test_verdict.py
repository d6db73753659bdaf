"""The judge must see every way in which the board, WeChat or a notice can be wrong."""

from dataclasses import replace

from reports.rehearsal.verdict import (
    Verdict,
    count_broken_broadcasts,
    count_broken_notices,
    count_unexcused,
    count_wrong_deliveries,
)
from tests.reports.rehearsal.lines import line, read

CARD = {"kind": "order", "tracking": "ZT1", "status": "shipped"}
NOTICE = replace(read(line(1, "system", "notice"))[0], card=CARD)
BROADCAST = read(line(1, "system", "broadcast"))[0]


def test_figures_that_agree_are_no_difference() -> None:
    verdict = Verdict()
    verdict.compare_all("web", {"engaged": 3, "lead_rate": 1 / 3}, {"engaged": 3, "lead_rate": 0.3333})
    assert (verdict.compared, verdict.differences) == (2, {})


def test_a_difference_has_the_name_of_its_figure_and_both_values() -> None:
    verdict = Verdict()
    verdict.compare_all("web", {"engaged": 3, "rated": 1}, {"engaged": 4})
    assert verdict.differences == {"web.engaged": (3, 4), "web.rated": (1, None)}


def test_a_response_time_may_differ_by_what_frames_cannot_tell() -> None:
    verdict = Verdict()
    verdict.compare("web.response_seconds", 1.5, 1.506)
    verdict.compare("web.lead_rate", 0.5, 0.506)
    assert list(verdict.differences) == ["web.lead_rate"]


def test_a_question_that_the_report_does_not_name_is_a_difference() -> None:
    verdict = Verdict()
    verdict.compare_gaps("gaps", {"a": 2, "b": 1, "c": 1}, {"a": 3, "c": 1})
    assert verdict.differences == {"gaps.b": (1, 0)}


def test_a_notice_is_told_once_in_its_chat() -> None:
    wanted = {(7, "ZT1", "shipped"): 1}
    assert count_broken_notices(wanted, {7: [NOTICE]}) == (0, 0)
    assert count_broken_notices(wanted, {7: [NOTICE, NOTICE]}) == (0, 1)
    assert count_broken_notices(wanted, {7: [], 8: [NOTICE]}) == (1, 1)


def test_a_broadcast_reaches_each_recipient_once_and_nobody_else() -> None:
    assert count_broken_broadcasts({7}, {7: [BROADCAST], 8: []}) == (0, 0)
    assert count_broken_broadcasts({7, 8}, {7: [BROADCAST, BROADCAST], 8: []}) == (1, 1)
    assert count_broken_broadcasts({7}, {7: [BROADCAST], 8: [BROADCAST]}) == (0, 1)


def test_a_platform_shows_what_was_said_and_nothing_twice() -> None:
    assert count_wrong_deliveries(["a", "b"], ["b", "a"]) == (0, 0)
    assert count_wrong_deliveries(["a", "a"], ["a", "b"]) == (1, 1)


def test_only_what_killed_senders_had_in_hand_may_be_shown_twice() -> None:
    assert [count_unexcused(1, 0), count_unexcused(4, 1), count_unexcused(5, 1)] == [1, 0, 1]
