"""From a platform's payload to the customer's message: who it is, what was said, once and in order."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from conversations.models import Conversation, CustomerIdentity, InboundPayload, Message, OutboundDelivery
from conversations.services.arrivals import ATTEMPTS_MAX, forget_old_payloads, take_payload
from tests.conversations.pictures import picture
from tests.conversations.platforms import (
    adapter_for,
    generic_channel,
    said,
    take,
    take_in_all,
    thread_of,
    wechat_channel,
)
from tests.doubles.wechat import WeChatDouble, as_xml, wechat_double
from tests.factories import make_entry, texts_of
from tests.web_double import WebDouble, web_double

pytestmark = pytest.mark.django_db

PNG = {"Content-Type": "image/png"}


@pytest.fixture
def files(outbound_allowed: object) -> object:
    with web_double() as double:
        outbound_allowed(double.place)  # type: ignore[operator]
        yield double


def test_the_first_message_makes_the_customer_and_the_conversation() -> None:
    channel = generic_channel()
    conversation = take(channel, said(text="有货吗"))
    identity = CustomerIdentity.objects.get()
    assert (identity.kind, identity.external_id, identity.customer.name) == ("generic", "u1", "Lin")
    assert (conversation.customer, conversation.subject, conversation.owner) == (identity.customer, "有货吗", "ai")
    assert texts_of(conversation) == [("customer", "有货吗")]


def test_the_next_message_finds_them_again() -> None:
    channel = generic_channel()
    assert take(channel, said("m1", "a")) == take(channel, said("m2", "b"))
    assert Message.objects.get(text="b").seq == 2


def test_the_same_customer_on_two_channels_is_two_conversations() -> None:
    assert take(generic_channel(), said("m1")) != take(generic_channel(key="other"), said("m1"))


def test_a_message_opens_a_closed_conversation() -> None:
    channel = generic_channel()
    conversation = take(channel, said("m1"))
    Conversation.objects.update(status="closed", owner="none")
    take(channel, said("m2"))
    conversation.refresh_from_db()
    assert (conversation.status, conversation.owner) == ("open", "ai")


def test_a_chosen_option_that_was_offered_is_known_by_its_entry() -> None:
    entry = make_entry()
    channel = generic_channel()
    conversation = take(channel, said("m1"))
    Message.objects.create(
        conversation=conversation, seq=2, sender="ai", options=[{"id": f"entry:{entry.pk}", "text": "?"}]
    )
    Conversation.objects.update(last_seq=2)
    take(channel, said("m2", "?", option_id=f"entry:{entry.pk}"))
    take(channel, said("m3", "?", option_id="entry:999"))
    assert list(Message.objects.filter(sender="customer").values_list("chosen_entry_id", flat=True)) == [
        None,
        entry.pk,
        None,
    ]


def test_a_file_is_fetched_and_becomes_an_attachment(files: WebDouble) -> None:
    files.answer((200, PNG, picture()))
    channel = generic_channel()
    take_payload(adapter_for(channel), said("m1", "看图", attachments=[f"{files.url}/cup.png"]))
    assert not Message.objects.exists()
    take_in_all(channel)
    message = Message.objects.get()
    assert (message.text, [one["name"] for one in message.attached]) == ("看图", ["cup.png"])
    assert InboundPayload.objects.get().state == "done"


def test_what_comes_after_a_file_waits_behind_it(files: WebDouble) -> None:
    files.answer((200, PNG, picture()))
    channel = generic_channel()
    for payload in (said("m1", "look", attachments=[f"{files.url}/cup.png"]), said("m2", "broken")):
        take_payload(adapter_for(channel), payload)
    take_payload(adapter_for(channel), said("m3", "hi", sender="u2"))
    assert [message.text for message in Message.objects.all()] == ["hi"]
    take_in_all(channel)
    assert [message.text for message in Message.objects.order_by("pk")] == ["hi", "look", "broken"]


def test_a_file_that_cannot_be_fetched_costs_no_words(files: WebDouble) -> None:
    files.answer((500, {}, b""))
    channel = generic_channel()
    take_payload(adapter_for(channel), said("m1", "看图", attachments=[f"{files.url}/cup.png"]))
    for attempts in (1, 2, 3):
        take_in_all(channel)
        assert InboundPayload.objects.get().attempts == attempts
        InboundPayload.objects.update(next_at=timezone.now())
    assert Message.objects.get().text == "看图\n[文件获取失败：cup.png]"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://169.254.169.254/meta", "file:///etc/passwd", "x"])
def test_files_are_never_fetched_from_inside_the_house(url: str) -> None:
    channel = generic_channel()
    take_payload(adapter_for(channel), said("m1", "", attachments=[url]))
    take_in_all(channel)
    assert "文件获取失败" in Message.objects.get().text


def test_a_crash_after_the_message_stores_it_once(files: WebDouble) -> None:
    files.answer((200, PNG, picture()))
    channel = generic_channel()
    take_payload(adapter_for(channel), said("m1", "look", attachments=[f"{files.url}/cup.png"]))
    take_in_all(channel)
    InboundPayload.objects.update(state="waiting")
    take_in_all(channel)
    assert (Message.objects.count(), InboundPayload.objects.get().state) == (1, "done")


def test_payloads_are_forgotten_after_a_week() -> None:
    channel = generic_channel()
    take(channel, said("m1"))
    take(channel, said("m2"))
    InboundPayload.objects.filter(key="m1").update(received_at=timezone.now() - timedelta(days=8))
    forget_old_payloads()
    assert [row.key for row in InboundPayload.objects.all()] == ["m2"]


def test_a_follower_is_greeted_once_and_may_be_answered_for_a_minute() -> None:
    channel, double = wechat_channel(greeting="欢迎"), WeChatDouble()
    for at in (100, 200):
        conversation = take(channel, double.event("openid-lin", "subscribe", at=at))
    assert texts_of(conversation) == [("ai", "欢迎")]
    assert OutboundDelivery.objects.count() == 1
    assert thread_of(conversation).remaining == 3


def test_a_message_opens_five_replies_in_two_days() -> None:
    conversation = take(wechat_channel(), WeChatDouble().message())
    thread = thread_of(conversation)
    assert thread.window is not None and thread.window.remaining == 5
    assert timedelta(hours=47) < thread.window.expires_at - timezone.now() <= timedelta(hours=48)


def test_who_left_is_not_reachable_until_writing_again() -> None:
    channel, double = wechat_channel(), WeChatDouble()
    signs = (double.message(), double.event("openid-lin", "unsubscribe"), double.message())
    reachable = [thread_of(take(channel, fields)).is_reachable for fields in signs]
    assert reachable == [True, False, True]


def test_a_menu_button_asks_what_it_stands_for() -> None:
    conversation = take(wechat_channel(), WeChatDouble().event("openid-lin", "CLICK", "怎么退货"))
    assert texts_of(conversation) == [("customer", "怎么退货")]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"MsgType": "voice", "MediaId": "v", "Recognition": "怎么退货"}, "[语音] 怎么退货"),
        ({"MsgType": "location", "Label": "杭州"}, "[位置] 杭州"),
        ({"MsgType": "link", "Title": "杯子", "Url": "https://a.test"}, "[链接] 杯子 https://a.test"),
        ({"MsgType": "hologram"}, "[hologram]"),
    ],
)
def test_what_is_neither_words_nor_picture_is_named(fields: dict[str, str], text: str) -> None:
    assert texts_of(take(wechat_channel(), WeChatDouble().message(**fields))) == [("customer", text)]


def test_a_picture_from_wechat_is_fetched_with_the_accounts_token(settings: Settings, outbound_allowed: object) -> None:
    with wechat_double() as double:
        outbound_allowed(double.place)  # type: ignore[operator]
        settings.WECHAT_API_URL = double.url
        double.files["m-1"] = (picture("JPEG"), "image/jpeg")
        channel = wechat_channel()
        for number in ("m-1", "gone"):
            take_payload(adapter_for(channel), as_xml(double.message(MsgType="image", MediaId=number)))
        take_in_all(channel)
    assert [(m.text, len(m.attached)) for m in Message.objects.order_by("seq")] == [("", 1), ("[图片获取失败]", 0)]


def test_what_stumbles_each_time_is_given_up_and_the_next_message_is_heard(
    files: WebDouble, settings: Settings
) -> None:
    files.answer((200, PNG, picture()))
    channel = generic_channel()
    take_payload(adapter_for(channel), said("m1", "look", attachments=[f"{files.url}/cup.png"]))
    take_payload(adapter_for(channel), said("m2", "hello?"))
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "tests.doubles.full_disk.FullDisk"}}
    for _attempt in range(ATTEMPTS_MAX):
        take_in_all(channel)
        InboundPayload.objects.update(next_at=timezone.now())
    take_in_all(channel)
    assert [(row.key, row.state, row.error) for row in InboundPayload.objects.order_by("pk")] == [
        ("m1", "failed", "OSError"),
        ("m2", "done", ""),
    ]
    assert [message.text for message in Message.objects.all()] == ["hello?"]


def test_a_name_that_no_database_takes_costs_no_message() -> None:
    conversation = take(generic_channel(), said(customer={"id": "u1", "name": "Lin\x00\ud83d"}))
    assert (conversation.customer.name, texts_of(conversation)) == ("Lin", [("customer", "hello")])
