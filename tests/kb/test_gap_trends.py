"""Groups of pending knowledge over the weeks, and the answers that agents gave to them."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.gap_trends import weekly_counts
from kb.services.gaps import draft_entry, right_answers_of
from tests.kb.gaps import miss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # a Wednesday


def test_questions_are_counted_by_week_the_newest_last() -> None:
    for days in (0, 1, 9, 16, 16, 400):
        gap = miss("灯泡能换吗", asked_at=NOW - timedelta(days=days))
    assert weekly_counts([gap.pk], NOW, weeks=3) == {gap.pk: [2, 1, 2]}


def test_sunday_night_is_the_week_before() -> None:
    gap = miss("灯泡能换吗", asked_at=datetime(2026, 11, 22, 15, 59, tzinfo=UTC))
    miss("灯泡能换吗", asked_at=datetime(2026, 11, 22, 16, 1, tzinfo=UTC))
    assert weekly_counts([gap.pk], NOW, weeks=2) == {gap.pk: [1, 1]}


def test_answers_of_agents_are_counted_and_one_is_chosen_for_the_draft() -> None:
    for answer in ("可以换，规格是 E27。", "能换，买 E27 的。", "可以换，规格是 E27。"):
        gap = miss("灯泡能换吗", answer=answer)
    assert right_answers_of(gap) == [("可以换，规格是 E27。", 2), ("能换，买 E27 的。", 1)]
    assert draft_entry(gap, by=None, answer="能换，买 E27 的。").answer == "能换，买 E27 的。"
