"""What leaves for WeChat, and what WeChat may answer."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from pytest_django import Settings

from conversations.adapters.wechat import WeChat, read_xml
from conversations.models import Conversation, Message, OutboundDelivery
from conversations.services.handover import take_over
from conversations.services.ledger import Draft, append_message
from conversations.services.replies import send_agent_message
from cs_platform.models import User
from routing.kinds import ConnectionFailed, kind_of
from routing.models import Channel
from tests.conversations.pictures import picture, upload
from tests.conversations.platforms import deliver_all, take, thread_of, wechat_channel
from tests.doubles.wechat import WeChatDouble, wechat_double

pytestmark = pytest.mark.django_db


@pytest.fixture
def wechat(settings: Settings, outbound_allowed: Callable[[str], None]) -> Iterator[WeChatDouble]:
    with wechat_double() as double:
        outbound_allowed(double.place)
        settings.WECHAT_API_URL = double.url
        yield double


@pytest.fixture
def chat(wechat: WeChatDouble, agent: User) -> Conversation:
    """A WeChat user who has just written, with an agent."""
    conversation = take(wechat_channel(), wechat.message())
    take_over(conversation.pk, agent)
    return conversation


def ai_says(chat: Conversation, text: str, **fields: object) -> None:
    append_message(chat.pk, Draft(sender="ai", text=text, **fields), only_if={})  # type: ignore[arg-type]


def reply(chat: Conversation, agent: User, text: str = "好的", *files: int) -> OutboundDelivery:
    message = send_agent_message(
        chat.pk, agent, client_id=f"c{Message.objects.count()}", text=text, attachment_ids=files
    )
    deliver_all(chat.channel)
    return OutboundDelivery.objects.get(message=message)


def test_an_agents_words_arrive_as_they_are(wechat: WeChatDouble, chat: Conversation, agent: User) -> None:
    assert reply(chat, agent, "好的 <b>😀").state == "sent"
    assert wechat.sent == [{"touser": "openid-lin", "msgtype": "text", "text": {"content": "好的 <b>😀"}}]


def test_the_ais_words_are_marked_as_such(wechat: WeChatDouble, chat: Conversation) -> None:
    ai_says(chat, "两天送到。")
    deliver_all(chat.channel)
    assert wechat.texts() == ["【AI 助手】两天送到。"]


def test_options_become_a_menu_that_can_be_tapped(wechat: WeChatDouble, chat: Conversation) -> None:
    ai_says(chat, "您是想问？", options=[{"id": "entry:5", "text": "怎么退货"}])
    deliver_all(chat.channel)
    menu = wechat.sent[0]["msgmenu"]
    assert (menu["head_content"], menu["list"]) == ("【AI 助手】您是想问？", [{"id": "entry:5", "content": "怎么退货"}])


def test_a_long_answer_arrives_in_parts(wechat: WeChatDouble, chat: Conversation, agent: User) -> None:
    delivery = reply(chat, agent, "很长。" * 500)
    assert "".join(wechat.texts()) == "很长。" * 500
    assert (delivery.parts_sent, thread_of(chat).remaining) == (3, 2)


def test_after_a_failure_the_parts_that_are_through_are_not_sent_again(
    wechat: WeChatDouble, chat: Conversation, agent: User
) -> None:
    send_agent_message(chat.pk, agent, client_id="c", text="很长。" * 500)
    wechat.refusals = [0, -1]
    deliver_all(chat.channel)
    assert OutboundDelivery.objects.get().parts_sent == 1
    OutboundDelivery.objects.update(next_at="2020-01-01T00:00:00Z")
    deliver_all(chat.channel)
    assert "".join(wechat.texts()) == ("很长。" * 500)[len("很长。") * 227 :]


@pytest.mark.parametrize("shape", ["PNG", "WEBP"])
def test_a_picture_is_uploaded_and_sent(wechat: WeChatDouble, chat: Conversation, agent: User, shape: str) -> None:
    file = upload(chat, picture(shape, size=(9, 7)), by=agent)
    assert reply(chat, agent, "看", file.pk).state == "sent"
    assert [message["msgtype"] for message in wechat.sent] == ["text", "image"]
    content, kind = wechat.files[wechat.sent[1]["image"]["media_id"]]
    shown = Image.open(io.BytesIO(content))
    assert (kind, shown.size, shown.format) == ("image", (9, 7), {"PNG": "PNG", "WEBP": "JPEG"}[shape])


def test_a_file_is_a_link_where_the_platform_takes_none(
    wechat: WeChatDouble, chat: Conversation, agent: User, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://chat.example.com"
    file = upload(chat, b"%PDF-1.7", by=agent)
    reply(chat, agent, "说明书", file.pk)
    assert wechat.texts()[0].startswith("说明书\ncup.png.pdf https://chat.example.com/attachments/")


def test_a_new_follower_is_greeted_before_writing_a_word(wechat: WeChatDouble) -> None:
    channel = wechat_channel(greeting="欢迎")
    take(channel, wechat.event("openid-new", "subscribe"))
    deliver_all(channel)
    assert [message["touser"] for message in wechat.sent] == ["openid-new"]
    assert wechat.texts() == ["【AI 助手】欢迎"]


def test_the_sixth_message_waits_for_the_customer(wechat: WeChatDouble, chat: Conversation, agent: User) -> None:
    states = [reply(chat, agent, str(number)).state for number in range(6)]
    assert states == ["sent"] * 5 + ["failed"]
    assert OutboundDelivery.objects.get(state="failed").reason == "window_closed"
    assert "需等客户再次发言" in Message.objects.get(is_private=True).text
    take(chat.channel, wechat.message())
    assert reply(chat, agent, "again").state == "sent"


def test_small_news_cost_no_message(wechat: WeChatDouble, chat: Conversation) -> None:
    deliver_all(chat.channel)
    assert chat.messages.filter(sender="system").exists()
    assert wechat.sent == []


def test_what_was_not_sent_is_not_counted(wechat: WeChatDouble, chat: Conversation, agent: User) -> None:
    wechat.refusals = [45011]
    assert reply(chat, agent).state == "waiting"
    assert thread_of(chat).remaining == 5


def test_a_token_that_somebody_else_renewed_is_renewed_once(
    wechat: WeChatDouble, chat: Conversation, agent: User
) -> None:
    reply(chat, agent, "a")
    wechat.forget_tokens()
    assert reply(chat, agent, "b").state == "sent"
    assert wechat.forced == 1


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (45015, "failed", "window_closed"),
        (45047, "failed", "window_closed"),
        (43004, "failed", "recipient"),
        (87014, "failed", "content"),
        (99999, "failed", "request"),
        (-1, "waiting", "busy"),
        (45009, "waiting", "quota"),
        (40164, "waiting", "configuration"),
        (48001, "waiting", "configuration"),
    ],
)
def test_what_wechat_refuses(
    wechat: WeChatDouble, chat: Conversation, agent: User, code: int, state: str, reason: str
) -> None:
    wechat.refusals = [code]
    delivery = reply(chat, agent)
    assert (delivery.state, delivery.reason) == (state, reason)


def test_an_unreachable_wechat_is_asked_again(settings: Settings, chat: Conversation, agent: User) -> None:
    settings.WECHAT_API_URL = "http://127.0.0.1:1"
    settings.OUTBOUND_ALLOWED = ["127.0.0.1:1"]
    delivery = reply(chat, agent)
    assert (delivery.state, delivery.reason) == ("waiting", "unreachable")
    assert "app-secret" not in delivery.error


def test_the_connection_can_be_tried(wechat: WeChatDouble) -> None:
    channel = wechat_channel()
    kind = kind_of(channel)
    assert kind is not None
    assert "微信已接受" in kind.check_connection(channel)
    channel.connection = json.dumps(channel.connection_values | {"app_secret": "wrong"})
    with pytest.raises(ConnectionFailed, match="40125"):
        kind.check_connection(channel)


def test_in_safe_mode_a_plain_callback_is_not_taken() -> None:
    safe: Channel = wechat_channel("safe")
    payload = "<!DOCTYPE x [<!ENTITY a 'b'>]><xml><Encrypt>&a;</Encrypt></xml>"
    assert WeChat(safe).values["mode"] == "safe"
    with pytest.raises(Exception, match="XML"):
        read_xml(payload)
