"""How much the AI dares is the channel's strategy: the same question is answered by one and asked back by another."""

import pytest
from django.conf import LazySettings

from conversations.responding import Question, respond
from kb.confidence import ANSWER_FROM, STANCES, stance_of
from routing.models import Strategy
from tests.factories import make_channel, make_entry

pytestmark = pytest.mark.django_db


def decided(stance: str) -> str:
    strategy = Strategy.objects.create(name=stance, stance=stance)
    return respond(Question(("发票抬头能填什么呢",)), make_channel(strategy=strategy)).decision


def test_the_strategy_decides_how_sure_the_ai_has_to_be(settings: LazySettings) -> None:
    settings.ENCODER = "off"
    make_entry("发票抬头怎么填", "下单时填写。")
    make_entry("怎么退货", "在订单页申请。")
    assert [decided(stance) for stance in STANCES] == ["clarify", "answer", "answer"]


def test_every_choice_of_a_strategy_is_known_to_the_knowledge() -> None:
    assert [stance_of(value) for value in Strategy.Stance.values] == Strategy.Stance.values == list(ANSWER_FROM)


def test_an_unknown_name_is_balanced() -> None:
    assert stance_of("reckless") == "balanced"
