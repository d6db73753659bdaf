"""Channels of messaging platforms for tests, and what their customers send."""

import json
import time
from typing import Any

from conversations.adapters import adapter_of
from conversations.adapters.base import Adapter, Callback
from conversations.models import Conversation, PlatformThread
from conversations.services.arrivals import take_in_next, take_payload
from conversations.services.deliveries import deliver_next
from cs_platform.webhooks.signing import signed_headers
from routing.models import Channel
from tests.doubles import wechat
from tests.doubles.wechat import as_xml
from tests.factories import make_channel

SIGNING_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def wechat_channel(mode: str = "safe", **fields: Any) -> Channel:
    values = {"app_id": wechat.APP_ID, "app_secret": wechat.SECRET, "token": wechat.TOKEN, "mode": mode}
    connection = json.dumps(values | {"encoding_aes_key": wechat.AES_KEY})
    return make_channel(**{"key": "wechat", "kind": "wechat", "name": "WeChat", "connection": connection, **fields})


def generic_channel(url: str = "https://shop.example.com/in", **fields: Any) -> Channel:
    connection = json.dumps({"send_url": url, "secret": SIGNING_SECRET})
    return make_channel(**{"key": "generic", "kind": "generic", "name": "App", "connection": connection, **fields})


def adapter_for(channel: Channel) -> Adapter:
    adapter = adapter_of(channel)
    assert adapter is not None
    return adapter


def signed(body: bytes, *, at: int = 0, key: str = "in_1") -> Callback:
    """A callback of the generic channel, genuine."""
    headers = signed_headers([SIGNING_SECRET], key, at or int(time.time()), body)
    return Callback("POST", {}, headers | {"content-type": "application/json"}, body)


def said(number: str = "m1", text: str = "hello", sender: str = "u1", **fields: Any) -> str:
    """What the generic channel's customer says, as JSON."""
    return json.dumps({"message_id": number, "customer": {"id": sender, "name": "Lin"}, "text": text, **fields})


def take(channel: Channel, payload: str | dict[str, str]) -> Conversation:
    """Take in a verified payload; the conversation of its customer."""
    take_payload(adapter_for(channel), payload if isinstance(payload, str) else as_xml(payload))
    return Conversation.objects.filter(channel=channel).latest("pk")


def deliver_all(channel: Channel) -> None:
    while deliver_next(channel.pk):
        pass


def take_in_all(channel: Channel) -> None:
    while take_in_next(channel.pk):
        pass


def thread_of(conversation: Conversation) -> PlatformThread:
    return PlatformThread.objects.get(conversation=conversation)
