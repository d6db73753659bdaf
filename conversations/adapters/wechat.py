"""WeChat official accounts 微信公众号: callbacks in plain, compatible and safe mode; customer-service messages out.

In plain mode WeChat signs only the address of a callback, not what it says: whoever learns one signature can forge
messages for five minutes. Safe mode has no such gap, so it is the default. A callback is answered at once with
`success`; what the shop says goes out through the customer-service API, which takes no idempotency key: a crash
between WeChat's answer and our commit sends a message twice rather than never.
"""

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from conversations.adapters.base import (
    Adapter,
    Answer,
    Arrival,
    Callback,
    Capabilities,
    Delayed,
    File,
    Media,
    NotGenuine,
    NotSent,
    Outgoing,
    Part,
    Rejected,
    Senseless,
    register,
)
from conversations.adapters.tokens import WAIT_SECONDS, FreshToken, current_token, discard_token
from conversations.adapters.wxbizmsgcrypt import MessageCrypt, is_signed, read_key
from conversations.windows import Allowance
from cs_platform.http import Refused, Reply
from cs_platform.media import as_jpeg
from routing.kinds import ChannelKind, ConnectionFailed, ConnectionField
from routing.models import Channel

CLOCK_SECONDS = 300
TOKEN_REFUSED = {40001, 40014, 42001}
WINDOW_CLOSED = {45015, 45047}
NO_RECIPIENT = {40003, 43004, 40132}
FORBIDDEN_CONTENT = {87014, 45002}
NOT_SET_UP = {40013, 40125, 40164, 48001, 48002, 50002}
TOO_FAST = {-1, 45011}
USED_UP = {45009}
EVENTS = {"subscribe": "follow", "unsubscribe": "unfollow", "SCAN": "scan", "CLICK": "menu"}
PLACEHOLDERS = {
    "video": _("[Video]"),
    "shortvideo": _("[Video]"),
    "voice": _("[Voice message]"),
    "location": _("[Location]"),
    "link": _("[Link]"),
}


class WeChat(Adapter):
    """One official account."""

    capabilities = Capabilities(
        text_bytes=2048,
        has_images=True,
        has_menus=True,
        allowances={
            "message": Allowance(messages=5, seconds=48 * 3600),
            "menu": Allowance(messages=3, seconds=60),
            "follow": Allowance(messages=3, seconds=60),
            "scan": Allowance(messages=3, seconds=60),
        },
    )

    # --- In

    def greet(self, callback: Callback) -> Answer:
        self._check_signature(callback)
        return Answer(callback.query.get("echostr", ""))

    def open(self, callback: Callback) -> str:
        self._check_clock(callback)
        mode = self.values.get("mode", "safe")
        if mode == "plain":
            self._check_signature(callback)
            return _text(callback.body)
        # In compatible mode the plain text stands beside the cipher text. Only the latter is signed, so only it counts.
        encrypted = read_xml(_text(callback.body)).get("Encrypt", "")
        query = callback.query
        signature, timestamp, nonce = (query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        return self._crypt().open(signature, timestamp, nonce, encrypted)

    def parse(self, payload: str) -> list[Arrival]:
        fields = read_xml(payload)
        sender, kind = fields.get("FromUserName", ""), fields.get("MsgType", "")
        if not (0 < len(sender) <= 128) or not kind:
            raise Senseless("FromUserName and MsgType are missing")
        if kind == "event":
            return _parse_event(fields, sender)
        if not fields.get("MsgId"):
            raise Senseless("MsgId is missing")
        key = fields["MsgId"][:150]
        if kind == "text":
            option = fields.get("bizmsgmenuid", "")[:100]
            return [Arrival(key, sender, text=fields.get("Content", "").strip(), option_id=option)]
        if kind == "image":
            return [Arrival(key, sender, media=(Media("image", fields.get("MediaId", "")),))]
        shown = str(PLACEHOLDERS.get(kind, f"[{kind[:20]}]"))
        words = fields.get("Recognition") or fields.get("Label") or fields.get("Title", "")
        return [Arrival(key, sender, text=" ".join(filter(None, (shown, words, fields.get("Url", "")))))]

    def fetch(self, media: Media) -> tuple[bytes, str]:
        reply = self._call("GET", "/cgi-bin/media/get", {"media_id": media.ref}, size_max=settings.ATTACHMENT_BYTES_MAX)
        return reply.body, "image"

    # --- Out

    def send(self, outgoing: Outgoing, part: Part) -> str:
        body = self._message(part)
        self._call("POST", "/cgi-bin/message/custom/send", body={"touser": outgoing.recipient, **body})
        return ""

    def check(self) -> str:
        """Ask for a token with the account's secret; WeChat looks at the server's address as well."""
        self._fetch_token(False)
        return gettext("WeChat accepted the AppID, the AppSecret and this server's address.")

    def _message(self, part: Part) -> dict[str, Any]:
        if part.file is not None:
            return {"msgtype": "image", "image": {"media_id": self._upload(part.file)}}
        if part.kind == "menu":
            items = [{"id": str(option["id"]), "content": str(option["text"])} for option in part.options]
            return {"msgtype": "msgmenu", "msgmenu": {"head_content": part.text, "list": items, "tail_content": ""}}
        return {"msgtype": "text", "text": {"content": part.text}}

    def _upload(self, file: File) -> str:
        content, content_type = file.read(), file.content_type
        if content_type == "image/webp":  # WeChat takes none
            content, content_type = as_jpeg(content), "image/jpeg"
        name = f"image.{content_type.rpartition('/')[2]}"
        boundary = secrets.token_hex(16)
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="{name}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        )
        reply = self._call(
            "POST",
            "/cgi-bin/media/upload",
            {"type": "image"},
            body=head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
            content_type=f"multipart/form-data; boundary={boundary}",
        )
        return str(_json(reply).get("media_id", ""))

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: bytes | Mapping[str, Any] = b"",
        content_type: str = "application/json; charset=utf-8",
        size_max: int = 1_000_000,
    ) -> Reply:
        """One call with the account's token; a token that WeChat no longer takes is renewed once. Raises `NotSent`."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        for is_second in (False, True):
            wait_seconds = self.seconds_left(WAIT_SECONDS)
            token = current_token(self.channel.pk, self._fetch_token, wait_seconds=wait_seconds)
            url = f"{settings.WECHAT_API_URL}{path}?{urlencode({'access_token': token, **(query or {})})}"
            reply = self._ask(method, url, content, content_type, size_max)
            code = _error_code(reply)
            if code in TOKEN_REFUSED and not is_second:
                discard_token(self.channel.pk, token)
                continue
            if code:
                raise _refusal(code, str(_json(reply).get("errmsg", "")))
            return reply
        raise AssertionError  # the second round returns or raises

    def _fetch_token(self, is_forced: bool) -> FreshToken:
        body = {
            "grant_type": "client_credential",
            "appid": self.values.get("app_id", ""),
            "secret": self.values.get("app_secret", ""),
            "force_refresh": is_forced,
        }
        url = f"{settings.WECHAT_API_URL}/cgi-bin/stable_token"
        reply = self._ask("POST", url, json.dumps(body).encode(), "application/json", 100_000)
        answer = _json(reply)
        if not answer.get("access_token"):
            raise _refusal(_error_code(reply) or -1, str(answer.get("errmsg", f"HTTP {reply.status}")))
        return FreshToken(str(answer["access_token"]), int(answer.get("expires_in", 7200)))

    def _ask(self, method: str, url: str, body: bytes, content_type: str, size_max: int) -> Reply:
        headers = {"Content-Type": content_type} if body else {}
        try:
            return self.call(method, url, headers, body, size_max)
        except Refused as error:
            raise Delayed("configuration", str(error), wait_seconds=60) from error

    # --- What is genuine

    def _check_signature(self, callback: Callback) -> None:
        query = callback.query
        token, timestamp, nonce = self.values.get("token", ""), query.get("timestamp", ""), query.get("nonce", "")
        if not token or not is_signed(query.get("signature", ""), token, timestamp, nonce):
            raise NotGenuine("signature")

    def _check_clock(self, callback: Callback) -> None:
        timestamp = callback.query.get("timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
            raise NotGenuine("timestamp")
        if abs(time.time() - int(timestamp)) > CLOCK_SECONDS:
            raise NotGenuine("timestamp")

    def _crypt(self) -> MessageCrypt:
        keys = (self.values.get("encoding_aes_key", ""), self.values.get("previous_encoding_aes_key", ""))
        try:
            return MessageCrypt(self.values.get("token", ""), keys, self.values.get("app_id", ""))
        except ValueError:
            raise NotGenuine("no key") from None


def read_xml(text: str) -> dict[str, str]:
    """The fields of WeChat's flat XML. No entities, no document types. Raises `Senseless`."""
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise Senseless("this is no XML of WeChat's") from error
    return {child.tag: child.text or "" for child in root}


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Senseless("the body is not UTF-8") from error


def _parse_event(fields: Mapping[str, str], sender: str) -> list[Arrival]:
    """Events carry no number: WeChat says to tell them apart by who, when and what."""
    event, event_key = fields.get("Event", ""), fields.get("EventKey", "")
    key = ":".join((sender, fields.get("CreateTime", ""), event, event_key))[:190]
    sign = EVENTS.get(event)
    if sign is None:
        return []
    # A menu's key is what its button stands for; shops name it as a customer would ask.
    return [Arrival(key, sender, sign, text=event_key.strip() if sign == "menu" else "")]


def _json(reply: Reply) -> dict[str, Any]:
    try:
        answer = reply.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _error_code(reply: Reply) -> int:
    """WeChat's error, 0 for success. Files come as they are, their errors as JSON."""
    if reply.status != 200:
        return -1
    if "json" not in reply.headers.get("content-type", "") and "text/plain" not in reply.headers.get(
        "content-type", ""
    ):
        return 0
    try:
        return int(_json(reply).get("errcode", 0))
    except (TypeError, ValueError):
        return -1


def _refusal(code: int, text: str) -> NotSent:
    detail = f"{code} {text}".strip()[:300]
    if code in WINDOW_CLOSED:
        return Rejected("window_closed", detail)
    if code in NO_RECIPIENT:
        return Rejected("recipient", detail)
    if code in FORBIDDEN_CONTENT:
        return Rejected("content", detail)
    if code in NOT_SET_UP or code in TOKEN_REFUSED:
        return Delayed("configuration", detail, wait_seconds=60)
    if code in TOO_FAST:
        return Delayed("busy", detail)
    if code in USED_UP:
        return Delayed("quota", detail, wait_seconds=1800)
    return Rejected("request", detail)


def _check_key(value: str) -> None:
    try:
        read_key(value)
    except ValueError:
        raise ValidationError(gettext("An EncodingAESKey has exactly 43 letters and digits.")) from None


def _check_values(values: dict[str, str]) -> None:
    if values.get("mode") != "plain" and not values.get("encoding_aes_key"):
        raise ValidationError({"encoding_aes_key": gettext("Safe and compatible mode need the EncodingAESKey.")})


def _check_connection(channel: Channel) -> str:
    try:
        return WeChat(channel).check()
    except NotSent as error:
        raise ConnectionFailed(error.detail) from error


register(
    ChannelKind(
        name=Channel.Kind.WECHAT,
        label=_("WeChat official account"),
        fields=(
            ConnectionField(
                "app_id", "AppID", _("WeChat back office: Settings and development › Basic configuration.")
            ),
            ConnectionField("app_secret", "AppSecret", _("In the same place; WeChat shows it once."), is_secret=True),
            ConnectionField(
                "token",
                "Token",
                _("Enter the same token there, under server configuration."),
                is_secret=True,
                initial=lambda: secrets.token_hex(16),
            ),
            ConnectionField(
                "mode",
                _("Message encryption"),
                _("As chosen there. Safe mode is best: in plain mode messages can be forged."),
                choices=(
                    ("safe", pgettext_lazy("WeChat", "Safe mode")),
                    ("compatible", pgettext_lazy("WeChat", "Compatible mode")),
                    ("plain", pgettext_lazy("WeChat", "Plain mode")),
                ),
            ),
            ConnectionField(
                "encoding_aes_key",
                "EncodingAESKey",
                _("43 characters, shown there. Not needed in plain mode."),
                is_secret=True,
                is_required=False,
                check=_check_key,
            ),
            ConnectionField(
                "previous_encoding_aes_key",
                _("Previous EncodingAESKey"),
                _("Only while you change the key: messages on their way still use the old one."),
                is_secret=True,
                is_required=False,
                check=_check_key,
            ),
        ),
        guide=_(
            "Save the channel, then enter its address, the token and the EncodingAESKey in WeChat's back office under"
            " server configuration, and put this server's public IP address on the whitelist there. The account must be"
            " verified: others may not send customer-service messages."
        ),
        check_connection=_check_connection,
        check_values=_check_values,
    ),
    WeChat,
)
