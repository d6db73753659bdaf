"""The whole day holds what was promised of it, and each part has some of everything."""

from collections import Counter

import pytest

from reports.rehearsal.errand import Say
from reports.rehearsal.plan import Plan, make_plan
from reports.rehearsal.progress import Progress
from reports.rehearsal.shop import ANSWERS, KNOWN, UNKNOWN


def names(plan: Plan) -> Counter[str]:
    return Counter(errand.name for errand in (*plan.day, *plan.evening, *plan.followers))


def test_the_whole_day_has_its_figures() -> None:
    plan, named = make_plan(1.0, 1), names(make_plan(1.0, 1))
    assert (len(plan.day) + len(plan.evening), len(plan.followers), plan.audience) == (160, 40, 500)
    assert (named["person"], named["silent"], named["lead"] + plan.leads) == (40, 30, 25)
    assert named["leave"] + plan.tickets + plan.desk_tickets == 20


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_a_part_of_the_day_has_some_of_everything(share: float) -> None:
    assert set(names(make_plan(share, 1))) == set(names(make_plan(1.0, 1)))
    asked = {step.text for errand in make_plan(share, 1).day for step in errand.steps if isinstance(step, Say)}
    assert set(UNKNOWN) <= asked


def test_a_seed_repeats_the_day() -> None:
    assert make_plan(0.3, 5) == make_plan(0.3, 5)
    assert make_plan(0.3, 5) != make_plan(0.3, 6)


def test_no_question_belongs_to_two_answers() -> None:
    assert len(ANSWERS) > sum(len(one.questions) for one in KNOWN)
    assert not set(ANSWERS) & set(UNKNOWN)


def progress() -> Progress:
    """Somebody who has just asked what the shop knows."""
    begun = Progress("s1", make_plan(1.0, 1).day[0], [])
    begun.begin()
    return begun


def test_the_expected_answer_is_no_surprise() -> None:
    one = progress()
    assert isinstance(one.step, Say)
    assert not one.has_followed("answer", [])
    assert one.has_followed("answer", [("answer", ANSWERS[one.step.text])])
    assert one.surprises == []


@pytest.mark.parametrize("read", [("unknown", "?"), ("answer", "Something else"), ("queued", "…")])
def test_another_reply_is_a_surprise(read: tuple[str, str]) -> None:
    one = progress()
    assert one.has_followed("answer", [read])
    assert len(one.surprises) == 1
