"""A double of WeChat's side of an official account: its API over HTTP, and what it would post to a callback.

Faithful where it matters: one stable token until it expires or is forced; the allowance of five messages in 48 hours
after the customer's last one, of three in a minute after a follow, a scan or a tap on the menu; errors in the body of a
200; files as they are, their errors as JSON. It can be told to refuse, to be slow and to forget its tokens.
"""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape

from conversations.adapters.wxbizmsgcrypt import MessageCrypt, plain_signature
from reports.stand.serving import Asked, Reply, serving

APP_ID, SECRET, TOKEN, AES_KEY = "wx0123456789abcdef", "app-secret", "callback-token", "a" * 42 + "E"
# What a sign of the customer opens, in messages and seconds: WeChat's documentation of customer-service messages.
ALLOWANCES = {"message": (5, 48 * 3600), "subscribe": (3, 60), "SCAN": (3, 60), "CLICK": (3, 60)}


@dataclass
class WeChatDouble:
    """`refusals` are error codes for the next sends, in order; `delay` slows every answer."""

    place: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    refusals: list[int] = field(default_factory=list)
    allowance: dict[str, tuple[int, float]] = field(default_factory=dict)  # by openid: how many more, until when
    tokens: list[str] = field(default_factory=list)
    forced: int = 0
    delay: float = 0.0
    is_metered: bool = True
    _numbers: Any = field(default_factory=lambda: count(1_000_000_000_000_000_001))

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    def texts(self) -> list[str]:
        return [message["text"]["content"] for message in self.sent if message["msgtype"] == "text"]

    def forget_tokens(self) -> None:
        """As when somebody else refreshed them: the next call is answered 40001."""
        self.tokens.append("nobody has this one yet")

    # --- What a callback gets

    def message(self, sender: str = "openid-lin", text: str = "你好", **fields: str) -> dict[str, str]:
        """The fields of a customer's message; it opens the window for five replies."""
        self._open(sender, "message")
        kind = fields.pop("MsgType", "text")
        content = {"Content": text} if kind == "text" else {}
        head = {"ToUserName": "gh_shop", "FromUserName": sender, "CreateTime": str(int(time.time())), "MsgType": kind}
        return head | content | {"MsgId": str(next(self._numbers))} | fields

    def event(self, sender: str, event: str, key: str = "", at: int = 0) -> dict[str, str]:
        """The fields of something that a customer did; some of it opens the window for a minute."""
        self._open(sender, event)
        head = {"ToUserName": "gh_shop", "FromUserName": sender, "CreateTime": str(at or int(time.time()))}
        return head | {"MsgType": "event", "Event": event, "EventKey": key}

    def _open(self, sender: str, sign: str) -> None:
        messages, seconds = ALLOWANCES.get(sign, (0, 0))
        left, until = self.allowance.get(sender, (0, 0.0))
        now = time.time()
        if messages and (left < 1 or until < now + seconds):  # a minute takes nothing away from 48 hours
            self.allowance[sender] = (messages, now + seconds)

    def callback(self, fields: dict[str, str], mode: str = "safe", **changed: str) -> tuple[str, bytes]:
        """Query string and body as WeChat posts them in this mode."""
        timestamp, nonce = changed.pop("timestamp", str(int(time.time()))), secrets.token_hex(4)
        query = {"timestamp": timestamp, "nonce": nonce, "openid": fields.get("FromUserName", "")}
        query["signature"] = plain_signature(TOKEN, timestamp, nonce)
        xml = as_xml(fields)
        if mode == "plain":
            return urlencode(query | changed), xml.encode()
        crypt = MessageCrypt(TOKEN, (AES_KEY,), APP_ID)
        encrypted = crypt.seal(xml)
        query |= {"encrypt_type": "aes", "msg_signature": crypt.sign(timestamp, nonce, encrypted)}
        outer = {"ToUserName": "gh_shop", "Encrypt": encrypted} | (fields if mode == "compatible" else {})
        return urlencode(query | changed), as_xml(outer).encode()

    def greeting(self, echostr: str = "5837455678") -> str:
        timestamp, nonce = str(int(time.time())), "n"
        signature = plain_signature(TOKEN, timestamp, nonce)
        return urlencode({"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echostr})

    # --- What its API answers

    def answer(self, path: str, query: dict[str, str], body: bytes) -> tuple[str, bytes]:
        time.sleep(self.delay)
        if path == "/cgi-bin/stable_token":
            return _json(self._token(json.loads(body)))
        if query.get("access_token") != (self.tokens[-1] if self.tokens else None):
            return _json({"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"})
        if path == "/cgi-bin/media/get":
            content, content_type = self.files.get(query.get("media_id", ""), (b"", ""))
            return (content_type, content) if content else _json({"errcode": 40007, "errmsg": "invalid media_id"})
        if path == "/cgi-bin/media/upload":
            number = f"media-{len(self.files) + 1}"
            self.files[number] = (body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0], query["type"])
            return _json({"type": query["type"], "media_id": number, "created_at": int(time.time())})
        return _json(self._send(json.loads(body)))

    def _token(self, asked: dict[str, Any]) -> dict[str, Any]:
        if (asked["appid"], asked["secret"]) != (APP_ID, SECRET):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        self.forced += bool(asked["force_refresh"])
        if asked["force_refresh"] or not self.tokens:
            self.tokens.append(f"token-{len(self.tokens) + 1}")
        return {"access_token": self.tokens[-1], "expires_in": 7200}

    def _send(self, message: dict[str, Any]) -> dict[str, Any]:
        if self.refusals:
            return {"errcode": self.refusals.pop(0), "errmsg": "as the test wants"}
        left, until = self.allowance.get(message["touser"], (0, 0.0))
        if self.is_metered and (left < 1 or until < time.time()):
            return {"errcode": 45015, "errmsg": "response out of time limit or subscription is canceled"}
        self.allowance[message["touser"]] = (left - 1, until)
        self.sent.append(message)
        return {"errcode": 0, "errmsg": "ok"}


def as_xml(fields: dict[str, str]) -> str:
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>"


def _json(answer: dict[str, Any]) -> tuple[str, bytes]:
    return "application/json; encoding=utf-8", json.dumps(answer).encode()


@contextmanager
def wechat_double() -> Iterator[WeChatDouble]:
    """Serve on a free port of this machine until the block ends."""
    double = WeChatDouble()

    def reply(asked: Asked) -> Reply:
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        content_type, content = double.answer(parts.path, query, asked.body)
        return 200, {"Content-Type": content_type}, content

    with serving(reply) as double.place:
        yield double
