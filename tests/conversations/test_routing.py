"""Rules and understanding at work in a conversation."""

from datetime import time, timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from conversations.events import TurnTaken
from conversations.models import Conversation, Customer
from conversations.responding import Question, respond
from conversations.services.turn import take_turn
from cs_platform.events import on
from routing.defaults import install_defaults
from routing.facts import Action
from routing.models import Channel, Interval, Rule, Schedule, SkillGroup, Strategy
from routing.services import announce_rules
from tests.factories import make_entry, settle, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(settings: LazySettings) -> None:
    """Words alone, and what a new shop starts with."""
    settings.ENCODER = "off"
    install_defaults()


def say(conversation: Conversation, text: str) -> Conversation:
    write(conversation, text)
    settle(conversation)
    take_turn(conversation.pk)
    conversation.refresh_from_db()
    return conversation


def rule(**fields: object) -> Rule:
    made = Rule.objects.create(name="test", **fields)
    announce_rules()
    return made


@pytest.mark.parametrize(
    ("text", "reason", "tag", "priority"),
    [
        ("我要投诉你们店", "complaint", "投诉", 2),
        ("我的退款一直没到账", "refund_overdue", "退款未到账", 1),
        ("收到的杯子是坏的", "quality_problem", "质量问题", 1),
    ],
)
def test_what_is_urgent_goes_to_a_person(
    conversation: Conversation, text: str, reason: str, tag: str, priority: int
) -> None:
    say(conversation, text)
    assert (conversation.owner, conversation.handoff_reason, conversation.priority) == ("queue", reason, priority)
    assert tag in conversation.tags


def test_anger_without_a_known_matter_goes_to_a_person(conversation: Conversation) -> None:
    Rule.objects.all().delete()
    announce_rules()
    say(conversation, "气死我了，什么垃圾店，一群骗子")
    assert (conversation.owner, conversation.handoff_reason) == ("queue", "negative_sentiment")


def test_a_strategy_may_leave_angry_customers_to_the_ai(conversation: Conversation) -> None:
    Rule.objects.all().delete()
    strategy = Strategy.objects.create(name="calm", hands_over_negative=False)
    Channel.objects.update(strategy=strategy)
    announce_rules()
    assert say(conversation, "气死我了，什么垃圾店，一群骗子").owner == "ai"


def test_idle_questions_are_no_complaint(conversation: Conversation) -> None:
    assert say(conversation, "你们老板是什么星座").owner == "ai"


def test_a_vip_gets_a_person_where_the_strategy_says_so(conversation: Conversation) -> None:
    Channel.objects.update(strategy=Strategy.objects.get(mode="vip_person_first"))
    make_entry("怎么退货", "点申请售后。")
    assert say(conversation, "怎么退货").owner == "ai"
    Customer.objects.update(level="vip")
    assert say(conversation, "怎么退货").handoff_reason == "vip"


def test_a_rule_counts_from_the_next_message_on(conversation: Conversation) -> None:
    assert say(conversation, "有优惠吗").owner == "ai"
    group = SkillGroup.objects.create(name="售前")
    rule(keywords="优惠\n折扣", answerer="person", group=group, tag="售前")
    say(conversation, "有折扣吗")
    assert (conversation.owner, conversation.handoff_reason, conversation.group) == ("queue", "rule", group)


def test_a_rule_may_tag_without_saying_who_answers(conversation: Conversation) -> None:
    rule(page_contains="/checkout", tag="结算", priority=1)
    Conversation.objects.update(page_url="https://shop.example/Checkout")
    say(conversation, "你好")
    assert (conversation.owner, conversation.tags, conversation.priority) == ("ai", ["结算"], 1)


def test_the_category_of_the_answer_may_decide(conversation: Conversation) -> None:
    entry = make_entry("可以上门安装吗", "可以。")
    rule(entry_category="售后服务/安装", answerer="person")
    assert say(conversation, "可以上门安装吗").owner == "ai"
    category = entry._meta.get_field("category").related_model
    top = category.objects.create(name="售后服务")
    type(entry).objects.update(category=category.objects.create(name="安装", parent=top))
    assert say(conversation, "可以上门安装吗").owner == "queue"


def test_who_has_waited_for_too_long_gets_a_person(conversation: Conversation) -> None:
    make_entry("怎么退货", "点申请售后。")
    write(conversation, "怎么退货")
    settle(conversation)
    Conversation.objects.update(waiting_since=timezone.now() - timedelta(seconds=125))
    take_turn(conversation.pk)
    conversation.refresh_from_db()
    assert conversation.handoff_reason == "wait_timeout"


def test_why_is_kept_beside_the_message(conversation: Conversation) -> None:
    say(conversation, "我要投诉你们店")
    why = conversation.messages.get(sender="system").decision
    assert {name: why[name] for name in ("decision", "reason", "rule", "intent", "sentiment")} == {
        "decision": "handoff",
        "reason": "complaint",
        "rule": "投诉转人工",
        "intent": "complaint",
        "sentiment": "negative",
    }
    assert "退款未到账转人工: no (intent)" in why["trace"]


def test_others_hear_what_was_understood(conversation: Conversation, deliver: object) -> None:
    heard: list[TurnTaken] = []
    on(TurnTaken, heard.append)
    say(conversation, "能开发票吗")
    deliver()  # type: ignore[operator]
    assert [(event.intent, event.sentiment) for event in heard] == [("invoice", "neutral")]


def test_a_chosen_question_is_in_the_shops_words_and_no_complaint(channel: Channel) -> None:
    entry = make_entry("收到的商品是坏的怎么办", "拍照给我们。")
    response = respond(Question(("收到的商品是坏的怎么办",), chosen_entry_id=entry.pk), channel)
    assert (response.decision, response.intent) == ("answer", "")


def test_outside_hours_contact_details_are_asked_for(channel: Channel) -> None:
    schedule = Schedule.objects.create(name="never")
    channel.strategy, channel.schedule = Strategy.objects.get(mode="ai_and_card"), schedule
    announce_rules()
    assert respond(Question(("怎么退货",)), channel).actions == (Action("card"),)
    for day in range(7):
        Interval.objects.create(schedule=schedule, weekday=day, starts=time(0), ends=time(0))
    Schedule.objects.update(follows_public_holidays=False)
    announce_rules()
    assert respond(Question(("怎么退货",)), channel).actions == ()


def test_the_ai_bears_the_name_that_the_strategy_gives_it(conversation: Conversation) -> None:
    Channel.objects.update(strategy=Strategy.objects.create(name="named", ai_label="AI 小禾"))
    make_entry("怎么退货", "点申请售后。")
    say(conversation, "怎么退货")
    assert conversation.messages.get(sender="ai").author_name == "AI 小禾"


def test_customers_of_a_region_go_to_its_group(conversation: Conversation) -> None:
    group = SkillGroup.objects.create(name="华南", regions="广东\n广西")
    assert say(conversation, "转人工").group is None
    Conversation.objects.update(owner="ai", handoff_reason="")
    Customer.objects.update(region="广东深圳")
    assert say(conversation, "转人工").group == group
