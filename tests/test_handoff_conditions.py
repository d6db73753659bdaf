"""When a knowledge entry gives the customer to a person: the language, and what conversations know for it."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from conversations.entry_facts import with_entry
from conversations.models import Conversation, Message, Order
from conversations.responding import Question, respond
from cs_platform.handoff import Known, check_handoff, explain_handoff, parse_handoff, write_handoff
from kb.models import Entry
from kb.services import save_entry
from routing.facts import Facts
from routing.models import Channel
from tests.factories import make_entry


@pytest.mark.parametrize("text", ["amount over: 500", "订单金额超过 500 元", "金额>500", "金额：500"])
def test_an_order_amount(text: str) -> None:
    condition = parse_handoff(text)
    assert condition.holds(Known(order_amount=Decimal("500.01")))
    assert not condition.holds(Known(order_amount=Decimal(500)))
    assert not condition.holds(Known())


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("level: vip", Known(customer_level="vip")),
        ("客户等级：VIP", Known(customer_level="vip")),
        ("asked: 2", Known(times_asked=2)),
        ("问过 2 次", Known(times_asked=3)),
        ("outside hours", Known(is_open=False)),
        ("非服务时间", Known(is_open=False)),
        ("情绪负面", Known(is_negative=True)),
    ],
)
def test_each_kind_of_condition(text: str, known: Known) -> None:
    assert parse_handoff(text).holds(known)
    assert not parse_handoff(text).holds(Known())


@pytest.mark.parametrize(
    "text", ["包含：破损 + 金额超过 500", "words: 破损 and amount over: 500", "包含：破损 并且 金额>500"]
)
def test_what_is_joined_must_hold_together(text: str) -> None:
    condition = parse_handoff(text)
    assert condition.holds(Known("破损了", Decimal(600)))
    assert not condition.holds(Known("破损了", Decimal(400)))
    assert not condition.holds(Known("很好", Decimal(600)))


def test_one_case_of_several_is_enough_and_the_rest_is_a_note() -> None:
    condition = parse_handoff("level: vip\nasked: 2\n先问尺寸")
    assert condition.holds(Known(customer_level="vip")) and condition.holds(Known(times_asked=2))
    assert condition.notes == ("先问尺寸",)


@pytest.mark.parametrize("text", ["amount over: abc", "words:", "包含：破损 + 很急", "asked: 0"])
def test_a_condition_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match=r"cannot be read|看不懂"):
        check_handoff(text)


@pytest.mark.parametrize("text", ["", "always", "words: size and fit, colour", "先问尺寸", "金额大时先看看"])
def test_what_was_written_before_is_still_accepted(text: str) -> None:
    check_handoff(text)


def test_it_is_written_as_it_was_read() -> None:
    text = "words: 破损, 过敏 + amount over: 500\nlevel: vip + outside hours\nupset\n备注"
    condition = parse_handoff(text)
    assert write_handoff(condition.cases, condition.notes) == text


def test_it_is_explained_in_plain_words() -> None:
    with override("en"):
        assert explain_handoff(parse_handoff("words: broken + amount over: 500\nasked: 2")) == (
            "A person answers when the customer writes “broken” and the latest order is over ¥500;"
            " or the customer has asked this 2 times already."
        )


@pytest.mark.django_db
def test_an_entry_with_an_unreadable_condition_is_not_stored() -> None:
    with pytest.raises(ValidationError) as refused:
        save_entry(Entry(question="怎么退货", answer="申请。", handoff="amount over: abc"), by=None)
    assert list(refused.value.message_dict) == ["handoff"]
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_the_latest_order_decides_about_its_amount(conversation: Conversation, channel: Channel) -> None:
    make_entry("怎么退货", handoff="amount over: 500")
    question = Question(("怎么退货",), conversation_id=conversation.pk, customer_id=conversation.customer_id)
    assert respond(question, channel).decision == "answer"
    Order.objects.create(number="1", customer=conversation.customer, status="paid", total=800)
    response = respond(question, channel)
    assert (response.decision, response.reason) == ("handoff", "entry_condition")


@pytest.mark.django_db
def test_answers_given_before_in_this_matter_are_counted(conversation: Conversation) -> None:
    entry = make_entry("怎么退货", handoff="asked: 2")
    for seq in (101, 102, 103):
        Message.objects.create(conversation=conversation, seq=seq, sender="ai", entry=entry)
    Conversation.objects.filter(pk=conversation.pk).update(episode_seq=101)
    assert with_entry(Facts(()), entry.pk, conversation.customer_id, conversation.pk).times_asked == 2
