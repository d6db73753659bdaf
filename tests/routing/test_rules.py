"""Routing rules: conditions over facts, and what several fitting rules come to together."""

from datetime import time
from typing import Any

import pytest

from routing.conditions import Check, values_of
from routing.facts import Action, Facts
from routing.rules import RuleSpec, apply_rules

FACTS = Facts(
    texts=("我要退货", "BROKEN cup"),
    channel="web",
    is_open=False,
    clock=time(23, 30),
    intent="return_request",
    feeling="negative",
    strength=0.5,
    customer_level="vip",
    region="浙江杭州",
    page_url="https://shop.example/Checkout?x=1",
    waiting_seconds=60,
    misses=2,
    entry_category="售后服务/退货流程",
)


@pytest.mark.parametrize(
    ("subject", "operator", "fits", "fits_not"),
    [
        ("channel", "one_of", ("web", "wechat"), ("wechat",)),
        ("hours", "is", "outside", "inside"),
        ("clock", "between", (time(22), time(6)), (time(6), time(22))),
        ("intent", "one_of", ("return_request",), ("invoice",)),
        ("feeling", "is", "negative", "positive"),
        ("anger", "at_least", 0.5, 0.75),
        ("said", "contains_any", ("broken", "碎"), ("碎",)),
        ("said", "contains_all", ("broken", "退货"), ("broken", "碎")),
        ("customer_level", "is_not", "normal", "vip"),
        ("region", "contains_any", ("上海", "浙江"), ("上海",)),
        ("page_url", "contains", "/checkout", "/cart"),
        ("waiting_seconds", "at_least", 60, 61),
        ("misses", "at_least", 2, 3),
        ("entry_category", "below", "售后服务", "售后"),
    ],
)
def test_each_condition(subject: str, operator: str, fits: Any, fits_not: Any) -> None:
    values = values_of(FACTS)
    assert Check(subject, operator, fits).holds(values)
    assert not Check(subject, operator, fits_not).holds(values)


def test_a_time_of_day_that_is_unknown_fits_no_time_condition() -> None:
    assert not Check("clock", "between", (time(0), time(23))).holds(values_of(Facts(texts=())))


def test_all_conditions_must_hold_and_the_first_that_does_not_is_named() -> None:
    tests = (Check("hours", "is", "outside"), Check("channel", "one_of", ("wechat",)), Check("misses", "at_least", 9))
    outcome = apply_rules([RuleSpec("night", tests, "person")], FACTS)
    assert outcome.deciding is None
    assert [(step.name, step.fired, step.failed) for step in outcome.steps] == [("night", False, "channel")]


def test_the_first_fitting_rule_that_says_who_answers_decides() -> None:
    rules = [RuleSpec("tag only"), RuleSpec("ai", answerer="ai"), RuleSpec("person", answerer="person")]
    assert apply_rules(rules, FACTS).deciding == rules[1]


def test_a_final_rule_hides_those_below() -> None:
    rules = [RuleSpec("stop", is_final=True), RuleSpec("below", answerer="person")]
    outcome = apply_rules(rules, FACTS)
    assert outcome.deciding is None and len(outcome.steps) == 1


def test_actions_of_all_fitting_rules_come_together() -> None:
    rules = [
        RuleSpec("one", actions=(Action("group", 1), Action("priority", 1), Action("tag", "a"))),
        RuleSpec("two", actions=(Action("group", 2), Action("priority", 2), Action("tag", "b"), Action("tag", "a"))),
    ]
    assert set(apply_rules(rules, FACTS).actions) == {
        Action("group", 1),
        Action("priority", 2),
        Action("tag", "a"),
        Action("tag", "b"),
    }
