"""The shop speaks first: once per episode, to who is still there, and never over a person."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations.models import Conversation, Customer, Message
from conversations.responding import Response
from conversations.services.handover import take_over
from conversations.services.presence import mark_left, mark_present
from conversations.services.replies import send_reply
from conversations.services.visits import open_visit
from cs_platform.models import DueItem, User
from marketing.models import Trigger, TriggerFiring
from marketing.services.leads import Capture, capture_lead
from marketing.services.triggers import WAKE, fire, wake_up
from routing.facts import Action
from routing.models import Channel, Intent, Strategy
from tests.factories import claim, make_conversation, texts_of, write
from tests.marketing.shop import make_card, make_trigger

pytestmark = pytest.mark.django_db


def fall_silent(conversation: Conversation, seconds: int = 60) -> None:
    """Nobody has written for so long, and the visitor is still there."""
    at = timezone.now() - timedelta(seconds=seconds)
    Conversation.objects.filter(pk=conversation.pk).update(last_message_at=at)
    mark_present(conversation.pk)


def answer(conversation: Conversation, text: str = "好的", **fields: object) -> None:
    send_reply(claim(conversation), Response("answer", text, **fields))  # type: ignore[arg-type]


def test_who_opens_the_chat_is_looked_at_after_thirty_seconds(channel: Channel, deliver: Callable[[], None]) -> None:
    make_trigger()
    conversation = open_visit(channel, token=None).conversation
    deliver()
    due = DueItem.objects.get(kind=WAKE, key=conversation.pk)
    assert due.due_at == conversation.last_message_at + timedelta(seconds=30)


def test_a_visitor_who_said_nothing_and_comes_back_has_half_a_minute_again(
    channel: Channel, deliver: Callable[[], None]
) -> None:
    make_trigger()
    visit = open_visit(channel, token=None)
    DueItem.objects.all().delete()
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=1))
    open_visit(channel, token=visit.token)
    deliver()
    left = DueItem.objects.get(kind=WAKE, key=visit.conversation.pk).due_at - timezone.now()
    assert timedelta(seconds=25) < left <= timedelta(seconds=30)


def test_a_line_that_broke_is_no_return(channel: Channel, deliver: Callable[[], None]) -> None:
    make_trigger()
    visit = open_visit(channel, token=None)
    deliver()
    DueItem.objects.all().delete()
    open_visit(channel, token=visit.token)
    deliver()
    assert not DueItem.objects.filter(kind=WAKE).exists()


def test_without_triggers_nothing_is_planned(channel: Channel, deliver: Callable[[], None]) -> None:
    make_trigger(is_active=False)
    open_visit(channel, token=None)
    deliver()
    assert not DueItem.objects.filter(kind=WAKE).exists()


def test_a_silent_visitor_is_spoken_to_once(conversation: Conversation) -> None:
    make_trigger()
    for _ in range(2):
        fall_silent(conversation)
        wake_up(conversation.pk)
    assert texts_of(conversation) == [("ai", "需要帮忙吗？")]
    assert TriggerFiring.objects.get().message == Message.objects.get()


def test_who_left_is_not(conversation: Conversation) -> None:
    make_trigger()
    fall_silent(conversation)
    mark_left(conversation.pk)
    wake_up(conversation.pk)
    assert texts_of(conversation) == []


def test_nor_who_is_with_a_person(conversation: Conversation, agent: User) -> None:
    make_trigger()
    take_over(conversation.pk, agent)
    fall_silent(conversation)
    wake_up(conversation.pk)
    assert not TriggerFiring.objects.exists()


def test_too_early_it_looks_again_later(conversation: Conversation) -> None:
    make_trigger()
    fall_silent(conversation, seconds=10)
    wake_up(conversation.pk)
    due = DueItem.objects.get(kind=WAKE, key=conversation.pk).due_at
    assert timedelta(seconds=18) < due - timezone.now() < timedelta(seconds=21)


def test_who_talked_and_left_no_contact_gets_a_card(conversation: Conversation, deliver: Callable[[], None]) -> None:
    make_trigger(kind="talked_silent", seconds=60, card=make_card())
    write(conversation, "在吗")
    answer(conversation)
    deliver()
    assert DueItem.objects.filter(kind=WAKE, key=conversation.pk).exists()
    fall_silent(conversation, seconds=61)
    wake_up(conversation.pk)
    card = Message.objects.get(text="需要帮忙吗？").card
    assert card is not None
    assert [field["name"] for field in card["fields"]] == ["name", "phone"]


def test_who_left_contact_does_not(conversation: Conversation) -> None:
    make_trigger(kind="talked_silent", seconds=60)
    write(conversation, "在吗")
    answer(conversation)
    capture_lead(Capture("a", phone="13800138000", customer=conversation.customer))
    fall_silent(conversation, seconds=61)
    wake_up(conversation.pk)
    assert not TriggerFiring.objects.exists()


def test_the_limit_per_customer_holds_for_days(conversation: Conversation) -> None:
    trigger = make_trigger(limit_days=7, limit_count=1)
    other = make_conversation(customer=conversation.customer)
    TriggerFiring.objects.create(
        trigger=trigger, conversation=other, episode_seq=0, customer_id=conversation.customer_id
    )
    fall_silent(conversation)
    wake_up(conversation.pk)
    assert texts_of(conversation) == []
    TriggerFiring.objects.update(created_at=timezone.now() - timedelta(days=8))
    wake_up(conversation.pk)
    assert texts_of(conversation) == [("ai", "需要帮忙吗？")]


def test_only_on_its_channels(conversation: Conversation) -> None:
    make_trigger().channels.add(make_conversation().channel)
    fall_silent(conversation)
    wake_up(conversation.pk)
    assert texts_of(conversation) == []


def test_whoever_refused_is_not_woken(conversation: Conversation) -> None:
    make_trigger()
    Customer.objects.update(marketing_consent="refused")
    fall_silent(conversation)
    wake_up(conversation.pk)
    assert texts_of(conversation) == []


def test_a_channel_without_ai_speaks_in_the_shops_name(conversation: Conversation) -> None:
    make_trigger()
    Channel.objects.update(strategy=Strategy.objects.create(name="persons", mode="person_only"))
    fall_silent(conversation)
    wake_up(conversation.pk)
    assert Message.objects.get().author_name == "Shop"


def test_nothing_is_kept_when_the_customer_writes_in_this_moment(conversation: Conversation) -> None:
    trigger = make_trigger()
    seen = Conversation.objects.select_related("channel", "customer").get(pk=conversation.pk)
    write(conversation, "在吗")
    assert fire(trigger, seen) is None
    assert not TriggerFiring.objects.exists()


def test_a_word_brings_a_card_after_the_answer(conversation: Conversation, deliver: Callable[[], None]) -> None:
    make_trigger(kind="keyword", keywords="团购\n批发", text="", card=make_card(title="团购登记"))
    write(conversation, "你好", "可以批发吗")
    answer(conversation, "可以的")
    deliver()
    assert texts_of(conversation)[2:] == [("ai", "可以的"), ("ai", "团购登记")]


def test_an_intent_does(conversation: Conversation, deliver: Callable[[], None]) -> None:
    intent = Intent.objects.create(key="wholesale_x", name="团购咨询")
    make_trigger(kind="intent", text="", card=make_card(title="团购登记")).intents.add(intent)
    write(conversation, "想多买一些")
    answer(conversation, intent="wholesale_x")
    deliver()
    assert texts_of(conversation)[-1] == ("ai", "团购登记")


def test_other_words_do_not(conversation: Conversation, deliver: Callable[[], None]) -> None:
    make_trigger(kind="keyword", keywords="团购", card=make_card())
    write(conversation, "发货了吗")
    answer(conversation)
    deliver()
    assert not TriggerFiring.objects.exists()


def test_a_rule_that_asks_for_contact_details_brings_the_card_once(
    conversation: Conversation, deliver: Callable[[], None]
) -> None:
    make_card(title="第一张")
    make_card(title="下班了，留个联系方式", is_default=True)
    for _ in range(2):
        write(conversation, "在吗")
        answer(conversation, actions=(Action("card"),))
        deliver()
    assert [text for _, text in texts_of(conversation)].count("下班了，留个联系方式") == 1


def test_where_no_cards_are_allowed_the_text_takes_their_place(
    conversation: Conversation, deliver: Callable[[], None]
) -> None:
    Channel.objects.update(kind="xiaohongshu")
    make_card(is_default=True, plain_text="下班了，请留言，明早回复您。")
    write(conversation, "在吗")
    answer(conversation, actions=(Action("card"),))
    deliver()
    message = Message.objects.latest("pk")
    assert (message.text, message.card) == ("下班了，请留言，明早回复您。", None)


@pytest.mark.django_db(transaction=True)
def test_fired_at_once_by_several_it_speaks_once() -> None:
    trigger, conversation = make_trigger(), make_conversation()
    together = threading.Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        fired = list(pool.map(lambda _: fire_together(trigger, conversation.pk, together), range(4)))
    assert fired.count(True) == 1
    assert (TriggerFiring.objects.count(), Message.objects.count()) == (1, 1)


def fire_together(trigger: Trigger, conversation_id: int, together: threading.Barrier) -> bool:
    try:
        conversation = Conversation.objects.select_related("channel__strategy", "customer").get(pk=conversation_id)
        together.wait(timeout=10)
        return fire(trigger, conversation) is not None
    finally:
        connection.close()
