"""The AI walks a decision tree with a customer: across turns, through digressions, and never twice."""

import pytest

from conversations.models import Conversation, Message, Ticket, Walk
from conversations.responding import respond
from conversations.response import Question
from conversations.services.handover import give_back, take_over
from conversations.services.replies import send_reply
from conversations.services.walks import walking_of
from cs_platform.models import User
from kb.flow_actions import ActionSpec, register_action
from kb.flow_tree import Step, Tree
from kb.models import Entry, Flow, FlowRun
from kb.services.pictures import add_picture
from routing.defaults import install_defaults
from tests import factories
from tests.conversations.pictures import picture
from tests.conversations.walks import Led, foreign_option
from tests.kb.trees import ask, condition, end, publish, returning, say

DELIVERY = "现货当天发出，预售看页面。"


@pytest.fixture
def flow(db: None) -> Flow:
    factories.make_entry("你们什么时候发货？", DELIVERY, variants="多久发货\n什么时候发货")
    return publish(returning(), "我要退货", "怎么申请退货")


@pytest.fixture
def led(conversation: Conversation, flow: Flow) -> Led:
    return Led(conversation)


def test_a_flow_begins_with_its_phrasing_and_is_walked_to_its_end(led: Led) -> None:
    assert led.says("我要退货").text == "好的，我来帮您退货。\n\n请把订单号发给我。"
    assert [one["text"] for one in led.says("20261127008812").options] == ["质量问题", "不喜欢"]
    ending = led.clicks("不喜欢")
    ticket = Ticket.objects.get()
    assert ending.text == f"已登记，编号 {ticket.number}，订单 20261127008812。"
    assert ticket.description == "订单号：20261127008812\n原因：不喜欢"
    assert (ticket.type, ticket.source) == (Ticket.Type.RETURN, Ticket.Source.AI)
    assert not Walk.objects.exists()
    assert FlowRun.objects.get().outcome == FlowRun.Outcome.FINISHED


def test_ask_shows_the_first_step(flow: Flow, channel: object) -> None:
    response = respond(Question(("我要退货",)), channel)  # type: ignore[arg-type]
    assert (response.decision, response.entry_id, response.confidence) == ("answer", flow.entry_id, 1.0)
    assert response.text.endswith("请把订单号发给我。")
    assert not Walk.objects.exists()


def test_a_question_in_between_is_answered_and_led_back(led: Led) -> None:
    led.says("我要退货")
    led.says("20261127008812")
    aside = led.says("多久发货")
    assert aside.text == f"{DELIVERY}\n\n回到“退货”：退货原因是什么？"
    assert [one["text"] for one in aside.options] == ["质量问题", "不喜欢"]
    assert led.clicks("质量问题").text == "请拍张照片发过来。"


def test_the_pictures_of_an_answer_in_between_go_with_it(led: Led) -> None:
    add_picture(Entry.objects.get(question="你们什么时候发货？"), picture(), "chart.png", by=None)
    add_picture(Entry.objects.get(flow__isnull=False), picture(), "of the flow itself.png", by=None)
    assert led.says("我要退货").attached == []
    led.says("20261127008812")
    assert [one["name"] for one in led.says("多久发货").attached] == ["chart.png"]


def test_a_turn_that_is_told_twice_steps_once(led: Led) -> None:
    led.says("我要退货")
    factories.write(led.conversation, "20261127008812")
    turn = factories.claim(led.conversation)
    led.conversation.refresh_from_db()
    question = Question(("20261127008812",), walking=walking_of(led.conversation))
    response = respond(question, led.conversation.channel)
    assert send_reply(turn, response) is not None
    assert send_reply(turn, response) is None
    assert Walk.objects.get().moves == 2
    assert Walk.objects.get().state["step"] == "reason"


def test_an_action_that_fails_promises_nothing_and_brings_a_person(conversation: Conversation) -> None:
    register_action(ActionSpec("promised", "what nobody can do", is_lasting=True))
    ticket = Step("ticket", "action", next="no", config={"action": "make_ticket", "value": "return"})
    undone = Step("no", "action", next="end", config={"action": "promised", "value": ""})
    publish(Tree("退货", (ask("q", "订单号？", "订单号", "ticket"), ticket, undone, end(text="已登记"))))
    led = Led(conversation)
    led.says("我要退货")
    led.says("A12345")
    assert (led.conversation.owner, led.conversation.handoff_reason) == ("queue", "flow")
    assert not Ticket.objects.exists()
    assert not Message.objects.filter(text__contains="已登记").exists()
    assert led.notes() == ["来自“退货”\n订单号：A12345"]


def test_a_person_is_called_from_any_step_and_reads_what_was_told(led: Led) -> None:
    led.says("我要退货")
    led.says("20261127008812")
    led.says("转人工")
    assert (led.conversation.owner, led.conversation.handoff_reason) == ("queue", "customer_request")
    assert led.notes() == ["来自“退货”\n订单号：20261127008812"]


def test_after_a_person_the_customer_is_asked_whether_it_goes_on(led: Led, agent: User) -> None:
    led.says("我要退货")
    led.says("20261127008812")
    take_over(led.conversation.pk, agent)
    give_back(led.conversation.pk, agent)
    assert "我们刚才在办“退货”，要继续吗？" in led.last().text
    assert led.clicks("继续").text == "退货原因是什么？"
    assert led.clicks("不喜欢").text.startswith("已登记")


def test_after_a_person_an_answer_out_of_the_blue_moves_nothing(led: Led, agent: User) -> None:
    led.says("我要退货")
    take_over(led.conversation.pk, agent)
    give_back(led.conversation.pk, agent)
    assert led.says("多久发货").text == DELIVERY
    assert Walk.objects.get().state["step"] == "order"
    assert led.says("不用了").text.startswith("好的")
    assert FlowRun.objects.get().outcome == FlowRun.Outcome.CANCELLED


def test_an_option_of_an_earlier_step_changes_that_answer(led: Led) -> None:
    led.says("我要退货")
    led.says("20261127008812")
    led.clicks("质量问题")
    assert led.clicks("不喜欢").text.startswith("已登记")
    assert Ticket.objects.get().description.endswith("原因：不喜欢")


def test_an_option_of_a_walk_that_is_over_moves_nothing(led: Led) -> None:
    led.says("我要退货")
    led.says("20261127008812")
    led.clicks("不喜欢")
    late = led.clicks("质量问题")
    assert late.text.startswith("这次办理已经结束")
    assert late.options[0]["text"] == "重新办理：退货"
    assert Ticket.objects.count() == 1
    assert led.says("质量问题", chosen_option=foreign_option("reason")).text.startswith("这次办理已经结束")


def test_the_customer_stops_and_is_answered_as_usual(led: Led) -> None:
    led.says("我要退货")
    assert led.says("算了不退了").text.startswith("好的")
    assert led.says("多久发货").text == DELIVERY
    assert FlowRun.objects.get().outcome == FlowRun.Outcome.CANCELLED


def test_what_is_not_understood_twice_goes_to_a_person(led: Led) -> None:
    led.says("我要退货")
    assert led.says("哈哈哈").text.endswith("请把订单号发给我。")
    led.says("嘿嘿")
    assert (led.conversation.owner, led.conversation.handoff_reason) == ("queue", "flow")
    assert FlowRun.objects.get().outcome == FlowRun.Outcome.HANDED_OVER


def test_a_new_version_leaves_those_alone_who_are_under_way(led: Led, flow: Flow) -> None:
    led.says("我要退货")
    Flow.objects.filter(pk=flow.pk).update(live=None, status=Flow.Status.ARCHIVED)
    assert [one["text"] for one in led.says("20261127008812").options] == ["质量问题", "不喜欢"]


@pytest.mark.parametrize(
    ("text", "owner"), [("用了两天就坏了", "ai"), ("东西坏了，我要投诉你们这群骗子", "queue"), ("我要投诉", "queue")]
)
def test_an_answer_in_own_words_is_no_new_matter_but_anger_is(led: Led, text: str, owner: str) -> None:
    install_defaults()
    led.says("我要退货")
    led.says("20261127008812")
    led.says(text)
    assert led.conversation.owner == owner


def test_an_order_that_is_not_found_is_asked_for_again_not_looked_up_for_ever(conversation: Conversation) -> None:
    look = Step("look", "action", next="way", config={"action": "find_order", "value": ""})
    way = condition("way", "order_found", (("is", "found", "end"),), "sorry")
    sorry = say("sorry", "没有这个订单。", "q")
    publish(Tree("退货", (ask("q", "订单号？", "订单号", "look", expects="order"), look, way, sorry, end())))
    led = Led(conversation)
    assert led.says("我要退货 QH2026110009").text == "没有这个订单。\n\n订单号？"


def test_a_second_order_knows_nothing_of_the_first(conversation: Conversation) -> None:
    """The order that is found second has no parcel yet: what the first one's parcel did is none of its business."""
    look = Step("look", "action", next="way", config={"action": "find_order", "value": ""})
    way = condition("way", "parcel_status", (("is", "delivered", "right"),), "end")
    right = ask("right", "是 {order_number} 吗？", "订单号", "look", expects="order")
    steps = (ask("q", "订单号？", "订单号", "look", expects="order"), look, way, right, end(text="还没发出"))
    publish(Tree("退货", steps))
    customer = conversation.customer
    factories.make_order(
        "QH2026110001", customer=customer, shipments=[{"tracking_number": "A1", "status": "delivered"}]
    )
    factories.make_order("QH2026110002", customer=customer)
    led = Led(conversation)
    assert led.says("我要退货 QH2026110001").text == "是 QH2026110001 吗？"
    assert led.says("QH2026110002").text == "还没发出"
