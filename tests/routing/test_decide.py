"""The rules that give a customer to a person, in their order."""

from dataclasses import replace

import pytest

from routing.decide import decide
from routing.facts import Action, Facts
from routing.rules import RuleSpec


def test_the_ai_answers_when_no_rule_fires() -> None:
    decision = decide(Facts(texts=("怎么退货",)))
    assert (decision.answerer, decision.reason) == ("ai", "")


def test_a_channel_without_ai_goes_to_a_person() -> None:
    assert decide(Facts(texts=("怎么退货",), mode="person_only")).reason == "ai_disabled"


def test_asking_for_a_person_in_any_of_several_messages_is_enough() -> None:
    assert decide(Facts(texts=("怎么退货", "转人工", "快点"))).reason == "customer_request"


def test_the_third_miss_in_a_row_hands_over() -> None:
    assert decide(Facts(texts=("x",), misses=3, was_missed=True)).reason == "repeated_miss"


def test_two_misses_do_not() -> None:
    assert decide(Facts(texts=("x",), misses=2, was_missed=True)).answerer == "ai"


def test_an_answer_after_many_misses_is_still_given() -> None:
    assert decide(Facts(texts=("x",), misses=3, was_missed=False)).answerer == "ai"


def test_the_condition_of_the_entry_hands_over() -> None:
    assert decide(Facts(texts=("杯子破损了",), entry_condition="包含：破损、漏发")).reason == "entry_condition"


def test_the_trace_names_every_rule_looked_at() -> None:
    decision = decide(Facts(texts=("转人工",)))
    assert [str(step) for step in decision.trace] == ["channel without AI: no", "customer asks for a person: yes"]


def test_anger_gives_the_customer_a_person_unless_the_strategy_does_not_want_that() -> None:
    angry = Facts(texts=("x",), feeling="negative", strength=0.7)
    assert decide(angry).reason == "negative_sentiment"
    assert decide(replace(angry, strength=0.5)).answerer == "ai"
    assert decide(replace(angry, hands_over_negative=False)).answerer == "ai"


def test_waiting_for_too_long_hands_over() -> None:
    assert decide(Facts(texts=("x",), waiting_seconds=121)).reason == "wait_timeout"
    assert decide(Facts(texts=("x",), waiting_seconds=120)).answerer == "ai"


@pytest.mark.parametrize(
    ("mode", "level", "is_open", "answerer", "reason"),
    [
        ("ai_first", "vip", True, "ai", ""),
        ("person_first", "normal", True, "person", "person_first"),
        ("person_first", "normal", False, "ai", ""),
        ("vip_person_first", "vip", True, "person", "vip"),
        ("vip_person_first", "normal", True, "ai", ""),
        ("vip_person_first", "vip", False, "ai", ""),
        ("person_only", "normal", False, "person", "ai_disabled"),
    ],
)
def test_strategies(mode: str, level: str, is_open: bool, answerer: str, reason: str) -> None:
    decision = decide(Facts(texts=("x",), mode=mode, customer_level=level, is_open=is_open))
    assert (decision.answerer, decision.reason) == (answerer, reason)


def test_outside_hours_the_ai_asks_for_contact_details_where_the_strategy_says_so() -> None:
    facts = Facts(texts=("x",), mode="ai_and_card")
    assert decide(facts).actions == ()
    assert decide(replace(facts, is_open=False)).actions == (Action("card"),)


def test_a_rule_outranks_the_strategy() -> None:
    rule = RuleSpec("ai for all", answerer="ai_and_card")
    decision = decide(Facts(texts=("x",), mode="person_first"), [rule])
    assert (decision.answerer, decision.rule, decision.actions) == ("ai", "ai for all", (Action("card"),))


def test_no_rule_takes_a_person_away_from_who_asks_for_one() -> None:
    decision = decide(Facts(texts=("转人工",)), [RuleSpec("ai", answerer="ai", actions=(Action("tag", "a"),))])
    assert (decision.reason, decision.actions) == ("customer_request", (Action("tag", "a"),))


def test_the_more_telling_reason_is_noted() -> None:
    facts = Facts(texts=("x",), feeling="negative", strength=0.9)
    rule = RuleSpec("complaints", answerer="person", reason="complaint")
    assert decide(facts, [rule]).reason == "complaint"
    assert decide(replace(facts, texts=("转人工",)), [rule]).reason == "customer_request"
