"""Any platform that speaks HTTP: signed JSON both ways, by the Standard Webhooks specification.

In: `POST /callbacks/generic/CHANNEL_KEY/` with `{"message_id", "customer": {"id", "name"}, "text", "option_id",
"attachments": [URL…]}` and the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` made with the
channel's secret; answered 200 once it is stored, and a `message_id` that comes again is stored once; 400 with a
`detail` when it makes no sense, 403 when the signature does not hold. Out: `POST` to the channel's address with
`{"type": "message", "message_id", "conversation_id", "customer": {"id"}, "sender":
"ai"|"agent"|"system", "name", "label", "text", "options": [{"id", "text"}…], "card", "attachments": [{"name", "type",
"size", "url"}…], "created_at"}`, signed the same way; `webhook-id` is the same at every try, so the receiver can tell.
2xx is success and may answer `{"id"}`; 400, 410, 413 and 422 are final; anything else is tried again.
"""

import json
import time
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from standardwebhooks.webhooks import Webhook

from conversations.adapters.base import (
    Adapter,
    Answer,
    Arrival,
    Callback,
    Capabilities,
    Delayed,
    Media,
    NotGenuine,
    NotSent,
    Outgoing,
    Part,
    Rejected,
    Senseless,
    register,
)
from conversations.frames import iso
from cs_platform.http import Refused, Reply, Unreachable, check_address
from cs_platform.text import storable
from cs_platform.webhooks.signing import new_secret, signed_headers
from routing.kinds import ChannelKind, ConnectionFailed, ConnectionField
from routing.models import Channel

FINAL = {400, 410, 413, 422}


class Generic(Adapter):
    """One system at the other end."""

    capabilities = Capabilities(
        has_images=True, has_files=True, has_menus=True, has_cards=True, shows_sender=True, is_idempotent=True
    )

    def open(self, callback: Callback) -> str:
        secrets = [self.values.get("secret", ""), self.values.get("previous_secret", "")]
        if not any(_is_signed(secret, callback) for secret in secrets if secret):
            raise NotGenuine("signature")
        try:
            return callback.body.decode()
        except UnicodeDecodeError as error:
            raise Senseless("the body is not UTF-8") from error

    def parse(self, payload: str) -> list[Arrival]:
        body = _object(payload)
        customer = body.get("customer")
        customer = customer if isinstance(customer, dict) else {}
        key, sender = _word(body, "message_id", 150), _word(customer, "id", 128, within="customer.")
        if not key or not sender:
            raise Senseless("message_id and customer.id must be texts")
        urls = body.get("attachments") or []
        if not isinstance(urls, list) or len(urls) > settings.ATTACHMENTS_PER_MESSAGE_MAX:
            raise Senseless("attachments must be a list of a few addresses")
        media = tuple(Media("file", url, _name(url)) for url in urls if isinstance(url, str))
        text, name = (
            _word(body, "text", settings.MESSAGE_CHARACTERS_MAX),
            _word(customer, "name", 100, within="customer."),
        )
        arrival = Arrival(key, sender, text=text, media=media, option_id=_word(body, "option_id", 100), name=name)
        return [arrival] if arrival.is_message else []

    def acknowledge(self) -> Answer:
        return Answer('{"ok":true}', content_type="application/json")

    def object_to(self, payload: str) -> Answer | None:
        """A program's author reads why; told that all is well, the customer's words would be missed by nobody."""
        try:
            self.parse(payload)
        except Senseless as senseless:
            body = json.dumps({"ok": False, "detail": str(senseless)})
            return Answer(body, status=400, content_type="application/json")
        return None

    def fetch(self, media: Media) -> tuple[bytes, str]:
        reply = self._call("GET", media.ref, {}, b"", settings.ATTACHMENT_BYTES_MAX)
        if not reply.is_success:
            raise _refusal(reply)
        return reply.body, media.name

    def split(self, outgoing: Outgoing) -> list[Part]:
        return [Part("whole")]

    def send(self, outgoing: Outgoing, part: Part) -> str:
        reply = self._post(outgoing.key, self._payload(outgoing))
        if not reply.is_success:
            raise _refusal(reply)
        try:
            return str(reply.json()["id"])[:200]
        except (ValueError, TypeError, KeyError):
            return ""

    def check(self) -> str:
        now = timezone.now()
        reply = self._post(f"test_{int(now.timestamp())}", {"type": "test", "created_at": iso(now)})
        if not reply.is_success:
            raise _refusal(reply)
        return gettext("The address answered with %(status)d.") % {"status": reply.status}

    def _post(self, key: str, payload: dict[str, Any]) -> Reply:
        body = json.dumps(payload, ensure_ascii=False).encode()
        keys = [key for key in (self.values.get("secret", ""), self.values.get("previous_secret", "")) if key]
        headers = signed_headers(keys, key, int(time.time()), body)
        return self._call("POST", self.values.get("send_url", ""), headers, body, 100_000)

    def _call(self, method: str, url: str, headers: dict[str, str], body: bytes, size_max: int) -> Reply:
        if body:
            headers = {**headers, "content-type": "application/json"}
        try:
            return self.call(method, url, headers, body, size_max)
        except Refused as error:
            raise Rejected("request", str(error)) from error

    def _payload(self, outgoing: Outgoing) -> dict[str, Any]:
        return {
            "type": "message",
            "message_id": outgoing.key,
            "conversation_id": outgoing.conversation_id,
            "customer": {"id": outgoing.recipient},
            "sender": outgoing.sender,
            "name": outgoing.name,
            "label": gettext("AI assistant") if outgoing.sender == "ai" else "",
            "text": outgoing.text,
            "options": [dict(option) for option in outgoing.options],
            "card": outgoing.card,
            "attachments": [
                {"name": file.name, "type": file.content_type, "size": file.size, "url": file.url}
                for file in outgoing.files
            ],
            "created_at": iso(outgoing.created_at),
        }


def _is_signed(secret: str, callback: Callback) -> bool:
    try:
        Webhook(secret).verify(callback.body, dict(callback.headers), json_parse=False)
    except Exception:  # the library raises whatever a malformed header leads to; none of it is genuine
        return False
    return True


def _object(payload: str) -> dict[str, Any]:
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Senseless("the body is not JSON") from error
    if not isinstance(body, dict):
        raise Senseless("the body is no JSON object")
    return body


def _word(values: dict[str, Any], name: str, limit: int, *, within: str = "") -> str:
    value = values.get(name, "")
    if not isinstance(value, str) or len(value) > limit:
        raise Senseless(f"{within}{name} must be a text of at most {limit} characters")
    return storable(value).strip()


def _name(url: str) -> str:
    try:
        return unquote(urlsplit(url).path.rpartition("/")[2])[:100]
    except ValueError:
        return ""


def _refusal(reply: Reply) -> NotSent:
    detail = f"HTTP {reply.status} {reply.text[:200]}".strip()
    if reply.status in FINAL:
        return Rejected("request", detail)
    wait = reply.headers.get("retry-after", "")
    return Delayed("busy", detail, wait_seconds=float(wait) if wait.isdecimal() and len(wait) < 6 else 0.0)


def _check_url(value: str) -> None:
    try:
        check_address(value)
    except Refused as refused:
        raise ValidationError(gettext("Not allowed: %(reason)s") % {"reason": refused}) from refused
    except Unreachable:
        return


def _check_secret(value: str) -> None:
    try:
        Webhook(value)
    except Exception as error:
        raise ValidationError(gettext("A secret is whsec_ and base64.")) from error


def _check_connection(channel: Channel) -> str:
    try:
        return Generic(channel).check()
    except NotSent as error:
        raise ConnectionFailed(error.detail) from error


register(
    ChannelKind(
        name=Channel.Kind.GENERIC,
        label=_("Any platform over HTTP"),
        fields=(
            ConnectionField(
                "send_url",
                _("Address for our messages"),
                _("Messages to customers are posted there as JSON, signed."),
                check=_check_url,
            ),
            ConnectionField(
                "platform",
                _("What is behind it"),
                _("Cards, contact details in texts and messages that nobody asked for follow its rules."),
                is_required=False,
                choices=(
                    ("strict", _("Not known: the strictest rules")),
                    ("own", _("A site or app of our own")),
                    ("douyin", _("Douyin")),
                    ("xiaohongshu", _("Xiaohongshu")),
                    ("video_account", _("WeChat Video Accounts")),
                    ("wecom", _("WeCom customer service")),
                ),
            ),
            ConnectionField(
                "secret",
                _("Signing secret"),
                _("Both sides sign with it, as Standard Webhooks describes."),
                is_secret=True,
                initial=new_secret,
                check=_check_secret,
            ),
            ConnectionField(
                "previous_secret",
                _("Previous secret"),
                _("Only while you change the secret: both are taken, and both sign."),
                is_secret=True,
                is_required=False,
                check=_check_secret,
            ),
        ),
        guide=_(
            "Save the channel, then have your system post customers' messages to its address, signed with the secret."
            " The format stands in the README and at the top of conversations/adapters/generic.py."
        ),
        check_connection=_check_connection,
        is_tried_with_vendor=True,
    ),
    Generic,
)
