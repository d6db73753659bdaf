"""Every adapter has a case here, and with it passes the contract test."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from conversations.adapters.base import Callback
from routing.models import Channel
from tests.conversations.platforms import generic_channel, said, signed, wechat_channel
from tests.doubles.wechat import WeChatDouble


@dataclass(frozen=True)
class Case:
    """How to make a channel of a platform, and genuine callbacks of it: `(number, text, age in seconds)`."""

    make_channel: Callable[[], Channel]
    message: Callable[[str, str, int], Callback]
    unknown: Callable[[], Callback]


def _wechat(mode: str) -> Case:
    double = WeChatDouble()

    def wrap(fields: dict[str, str], age: int = 0) -> Callback:
        query, body = double.callback(fields, mode, timestamp=str(int(time.time()) - age))
        return Callback("POST", dict(parse_qsl(query)), {"content-type": "text/xml"}, body)

    return Case(
        lambda: wechat_channel(mode),
        lambda number, text, age: wrap(double.message(text=text, MsgId=number), age),
        lambda: wrap(double.event("openid-lin", "a_new_event")),
    )


CASES = {
    "generic": Case(
        generic_channel,
        lambda number, text, age: signed(said(number, text).encode(), at=int(time.time()) - age),
        lambda: signed(said(text="").encode()),
    ),
    "wechat safe": _wechat("safe"),
    "wechat compatible": _wechat("compatible"),
    "wechat plain": _wechat("plain"),
}
