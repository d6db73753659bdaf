"""The rules that give a customer to a person, in their order."""

from routing.decide import decide
from routing.facts import Facts


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
