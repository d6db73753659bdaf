"""Who writes traditional characters is understood like everybody else."""

import pytest

from cs_platform.chinese import simplified
from cs_platform.handoff import Known
from cs_platform.text import clean_question, phrase_key
from routing.conditions import wants_person
from routing.courtesies import courtesy
from routing.facts import Facts
from routing.models import Rule
from routing.opt_out import asks_to_unsubscribe
from routing.phrases import asks_for_person, asks_to_leave_message


def test_traditional_characters_and_words_become_simplified_ones() -> None:
    assert simplified("請問退貨款多久退回？收不到簡訊") == "请问退货款多久退回？收不到短信"


def test_simplified_text_is_left_alone() -> None:
    text = "滑鼠标垫子 size 怎么选"
    assert simplified(text) is text


def test_a_question_is_cleaned_of_traditional_greetings() -> None:
    assert clean_question("您好，請問怎麼退貨？謝謝") == clean_question("您好，请问怎么退货？谢谢") == "怎么退货"


def test_phrasings_are_the_same_in_both_writings() -> None:
    assert phrase_key("運費誰出？") == phrase_key("运费谁出")


@pytest.mark.parametrize("text", ["轉人工", "我要找真人客服", "轉接客服", "請幫我轉人工客服"])
def test_a_person_is_reached_in_traditional_characters(text: str) -> None:
    assert asks_for_person(text)


def test_a_message_is_left_in_traditional_characters() -> None:
    assert asks_to_leave_message("我想給你們留言")


def test_courtesies_in_traditional_characters_are_no_questions() -> None:
    assert courtesy(["謝謝您，辛苦了"]) == "thanks"
    assert courtesy(["還有貨嗎"]) is None


def test_promotions_end_in_traditional_characters() -> None:
    assert asks_to_unsubscribe("退訂")


def test_words_of_conditions_and_rules_are_found_in_either_writing() -> None:
    assert wants_person("包含：破損、过敏", Known("衣服破损了"))
    assert wants_person("words: 破损", Known("收到就破損了"))
    assert Rule(keywords="投訴\n差評").words() == ["投诉", "差评"]
    assert Facts(texts=("我要投訴",)).said == "我要投诉"
