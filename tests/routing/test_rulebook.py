"""Rules and hours out of their rows, effective at once."""

from datetime import date, time

import pytest

from routing.conditions import Check
from routing.facts import Action
from routing.models import Channel, Holiday, Intent, Interval, Rule, Schedule, SkillGroup
from routing.rulebook import current_rulebook, spec_of
from routing.services import announce_rules
from tests.factories import make_channel

pytestmark = pytest.mark.django_db


def make_rule(name: str = "rule", **fields: object) -> Rule:
    rule = Rule.objects.create(name=name, **fields)
    announce_rules()
    return rule


def test_an_empty_rule_fits_always_and_does_nothing() -> None:
    spec = spec_of(make_rule())
    assert (spec.checks, spec.actions, spec.answerer) == ((), (), "")


def test_conditions_of_a_row() -> None:
    rule = make_rule(
        hours="outside", starts=time(20), ends=time(8), customer_level="vip", page_contains="/Pay", regions="浙江\n上海"
    )
    rule.channels.add(make_channel("web"))
    rule.intents.add(Intent.objects.create(key="invoice", name="Invoice"))
    assert spec_of(rule).checks == (
        Check("channel", "one_of", ("web",)),
        Check("hours", "is", "outside"),
        Check("clock", "between", (time(20), time(8))),
        Check("customer_level", "is_not", "normal"),
        Check("region", "contains_any", ("浙江", "上海")),
        Check("page_url", "contains", "/pay"),
        Check("intent", "one_of", ("invoice",)),
    )


def test_more_conditions_of_a_row() -> None:
    rule = make_rule(
        feeling="strong",
        keywords="Broken\n 碎 \n",
        keyword_match="all",
        waiting_seconds=60,
        misses=2,
        entry_category="a/b/",
    )
    assert spec_of(rule).checks == (
        Check("anger", "at_least", 0.75),
        Check("said", "contains_all", ("broken", "碎")),
        Check("waiting_seconds", "at_least", 60),
        Check("misses", "at_least", 2),
        Check("entry_category", "below", "a/b"),
    )


def test_actions_of_a_row() -> None:
    group, other = SkillGroup.objects.create(name="returns"), SkillGroup.objects.create(name="lead")
    rule = make_rule(group=group, notify_group=other, notify_duty=True, priority=2, tag="urgent")
    assert spec_of(rule).actions == (
        Action("group", group.pk),
        Action("notify_group", other.pk),
        Action("notify_duty"),
        Action("priority", 2),
        Action("tag", "urgent"),
    )


def test_rules_come_in_their_order_and_only_those_that_are_on() -> None:
    make_rule("second", position=2)
    make_rule("off", position=1, is_enabled=False)
    make_rule("first", position=1)
    assert [rule.name for rule in current_rulebook().rules] == ["first", "second"]


def test_a_change_is_seen_at_once_and_nothing_is_read_twice(django_assert_num_queries: object) -> None:
    make_rule("one")
    assert len(current_rulebook().rules) == 1
    with django_assert_num_queries(1):  # type: ignore[operator]
        current_rulebook()
    make_rule("two")
    assert len(current_rulebook().rules) == 2


def make_schedule(name: str = "office") -> Schedule:
    schedule = Schedule.objects.create(name=name)
    for start in (9, 14):
        Interval.objects.create(schedule=schedule, weekday=0, starts=time(start), ends=time(start + 3))
    return schedule


def hours_of(channel: Channel) -> object:
    announce_rules()
    hours = current_rulebook().hours_of(channel)
    assert hours is not None
    return [[f"{a:%H}-{b:%H}" for a, b in hours.day(date(2026, 3, day)).spans] for day in (2, 3, 9)]


def test_hours_of_a_channel() -> None:
    assert current_rulebook().hours_of(make_channel()) is None
    assert hours_of(make_channel(schedule=make_schedule())) == [["09-12", "14-17"], [], ["09-12", "14-17"]]


def test_a_schedules_own_special_day_outranks_the_one_for_all() -> None:
    schedule, other = make_schedule(), make_schedule("other")
    Holiday.objects.create(day=date(2026, 3, 2), schedule=schedule, is_open=True, starts=time(10), ends=time(11))
    Holiday.objects.create(day=date(2026, 3, 2))
    Holiday.objects.create(day=date(2026, 3, 9))
    assert hours_of(make_channel(schedule=schedule)) == [["10-11"], [], []]
    assert hours_of(make_channel(schedule=other)) == [[], [], []]
