"""Replies are recommended for what the customer just said, and what agents make of them is counted."""

import uuid
from collections.abc import Callable

import pytest

from conversations.models import Conversation, Message, Suggestion
from conversations.services.handover import take_over
from conversations.services.replies import send_agent_message
from conversations.services.suggesting import suggest
from conversations.suggestions import condition_of, parts_of, question_of
from cs_platform.models import User
from kb.models import GapQuestion, Product
from routing.models import Channel
from tests.at_once import at_once
from tests.factories import make_conversation, make_entry, make_order, write
from tests.sockets import desk, in_thread, visitor

pytestmark = pytest.mark.django_db
ANSWER = "可以换，先拍照。\n1. 打开订单\n2. 点申请换货\n请勿自行拆开。"


@pytest.fixture(autouse=True)
def without_encoder(settings: object) -> None:
    settings.ENCODER = "off"  # type: ignore[attr-defined]


@pytest.fixture
def chat(conversation: Conversation, agent: User) -> Conversation:
    make_entry("灯泡坏了能换吗", ANSWER, handoff="先看照片")
    write(conversation, "你好", "灯泡坏了能换吗")
    take_over(conversation.pk, agent)
    return conversation


def item_of(chat: Conversation) -> dict[str, object]:
    found = suggest(chat.pk)
    assert found is not None
    [item] = found["items"]
    return item


def reply(chat: Conversation, agent: User, text: str, suggestion: object) -> Message:
    return send_agent_message(
        chat.pk,
        agent,
        client_id=str(uuid.uuid4()),
        text=text,
        suggestion_id=suggestion,  # type: ignore[arg-type]
    )


def test_the_entry_comes_with_steps_cautions_and_the_note_for_agents(chat: Conversation) -> None:
    item = item_of(chat)
    assert (item["text"], item["reason"], item["confidence"]) == (ANSWER, "exact", 1.0)
    assert item["steps"] == ["打开订单", "点申请换货"]
    assert (item["cautions"], item["note"]) == (["请勿自行拆开。"], "先看照片")


def test_looking_twice_makes_one_row(chat: Conversation) -> None:
    assert item_of(chat)["id"] == item_of(chat)["id"] == Suggestion.objects.get().pk


def test_nothing_while_the_ai_has_the_chat(conversation: Conversation) -> None:
    write(conversation, "灯泡坏了能换吗")
    assert suggest(conversation.pk) is None
    assert not Suggestion.objects.exists()


def test_the_question_before_the_call_for_a_person_counts(chat: Conversation) -> None:
    write(chat, "转人工")
    found = suggest(chat.pk)
    assert found is not None
    assert (found["question"], len(found["items"])) == ("灯泡坏了能换吗", 1)


def test_sent_as_it_is(chat: Conversation, agent: User, deliver: Callable[[], None]) -> None:
    message = reply(chat, agent, ANSWER, item_of(chat)["id"])
    deliver()
    used = Suggestion.objects.get()
    assert (used.message, used.used_by, used.is_edited, used.similarity) == (message, agent, False, 1.0)
    assert not GapQuestion.objects.filter(source="edited_suggestion").exists()


def test_rewritten_it_tells_the_knowledge_base(chat: Conversation, agent: User, deliver: Callable[[], None]) -> None:
    reply(chat, agent, "灯泡是易耗品，不能换。", item_of(chat)["id"])
    deliver()
    assert Suggestion.objects.get().is_edited
    told = GapQuestion.objects.get(source="edited_suggestion")
    assert (told.text, told.answer) == ("灯泡坏了能换吗", "灯泡是易耗品，不能换。")


def test_a_greeting_before_it_is_no_rewriting(chat: Conversation, agent: User, deliver: Callable[[], None]) -> None:
    reply(chat, agent, f"亲，{ANSWER}", item_of(chat)["id"])
    deliver()
    assert Suggestion.objects.get().is_edited
    assert not GapQuestion.objects.filter(source="edited_suggestion").exists()


def test_used_once_however_often_it_is_sent(chat: Conversation, agent: User) -> None:
    number = item_of(chat)["id"]
    first = reply(chat, agent, ANSWER, number)
    reply(chat, agent, "别的", number)
    assert Suggestion.objects.get().message == first


def test_one_of_another_chat_is_left_alone(chat: Conversation, agent: User) -> None:
    number = item_of(chat)["id"]
    other = make_conversation()
    take_over(other.pk, agent)
    assert reply(other, agent, ANSWER, number).text == ANSWER
    assert Suggestion.objects.get().used_at is None


def test_passed_over_when_the_agent_wrote_something_else(chat: Conversation, agent: User) -> None:
    item_of(chat)
    assert not Suggestion.objects.replied_to().exists()
    reply(chat, agent, "稍等", None)
    assert Suggestion.objects.replied_to().count() == 1
    assert not Suggestion.objects.used().exists()


def test_the_product_that_the_customer_names(chat: Conversation) -> None:
    Product.objects.create(sku="L1", name="台灯", price="99.00", after_sales_policy="质保一年")
    Product.objects.create(sku="L2", name="吊灯")
    write(chat, "台灯多少钱")
    found = suggest(chat.pk)
    assert found is not None
    [product] = found["products"]
    assert (product["name"], product["price"], product["after_sales_policy"]) == ("台灯", "¥99.00", "质保一年")


def test_else_the_product_that_was_bought_last(chat: Conversation) -> None:
    Product.objects.create(sku="L1", name="台灯")
    make_order(customer=chat.customer, items=[{"sku": "L1", "name": "台灯"}])
    found = suggest(chat.pk)
    assert found is not None
    assert [product["sku"] for product in found["products"]] == ["L1"]


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        (("你好", "怎么退货"), "怎么退货"),
        (("怎么退货", "人工"), "怎么退货"),
        (("杯子碎了一个，我要找人工客服处理",), "杯子碎了一个，我要找人工客服处理"),
        (("谢谢",), ""),
    ],
)
def test_what_to_look_for(texts: tuple[str, ...], question: str) -> None:
    assert question_of(texts) == question


def test_steps_in_one_line_and_none_where_there_is_one() -> None:
    assert parts_of("①拍照 ②上传 ③等审核").steps == ("拍照", "上传", "等审核")
    assert parts_of("1. 打开订单").steps == ()


@pytest.mark.parametrize(("handoff", "note"), [("always", ""), ("words: 过敏", ""), ("先问尺寸", "先问尺寸")])
def test_a_condition_for_programs_is_no_note(handoff: str, note: str) -> None:
    assert condition_of(handoff) == note


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_the_console_gets_them_when_the_customer_writes(channel: Channel, agent: User) -> None:
    await in_thread(make_entry)("灯泡坏了能换吗", ANSWER)
    async with visitor() as (socket, welcome), desk(agent) as console:
        number = welcome["conversation"]["id"]
        await socket.ask("在吗")
        await console.say("subscribe", conversation=number, after=0)
        await console.say("claim", conversation=number)
        assert (await console.hear("suggestions"))["items"] == []
        await socket.ask("灯泡坏了能换吗")
        [item] = (await console.hear("suggestions"))["items"]
        assert (item["text"], item["reason"]) == (ANSWER, "exact")


@pytest.mark.django_db(transaction=True)
def test_consoles_that_look_in_the_same_moment_share_one_row(chat: Conversation) -> None:
    found = at_once(lambda: suggest(chat.pk))
    assert {len(one["items"]) for one in found if one} == {1}
    assert Suggestion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_messages_sent_at_once_one_has_used_it(chat: Conversation, agent: User) -> None:
    number = item_of(chat)["id"]
    sent = at_once(lambda: reply(chat, agent, ANSWER, number), times=3)
    assert Suggestion.objects.get().message in sent
