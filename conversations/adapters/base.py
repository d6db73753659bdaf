"""What every messaging platform's adapter does: verify, parse, acknowledge, send. One file per platform behind it.

Adding one: a file beside its neighbours with an `Adapter`, its `ChannelKind` and `register(…)`; its name in
`Channel.Kind` and `CustomerIdentity.Kind`; a case in `tests/conversations/adapter_cases.py`, so that it has to pass the
contract test; a double in `tests/doubles/`. Nothing outside this package may name a platform.
"""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext

from conversations.adapters.wording import split_text
from conversations.windows import Allowances
from cs_platform.http import Reply, Unreachable
from cs_platform.http import send as request
from routing.kinds import ChannelKind, register_kind
from routing.models import Channel

# One part has so long for all its calls together: access token, upload, the message itself, a second try of each.
SEND_SECONDS = 20.0
CALL_SECONDS = 15.0  # one of these calls, a file included


class NotGenuine(Exception):
    """The platform did not send this: nothing of it is kept, the answer is 403."""


class Senseless(Exception):
    """The platform sent this, but it cannot be read. At the door 400; later the payload is kept and marked."""


class NotSent(Exception):
    """The platform did not take a message. `reason` is for programs and stands beside the delivery."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail or reason


class Rejected(NotSent):
    """For good: trying again is useless. Reasons: window_closed, recipient, content, request."""


class Delayed(NotSent):
    """For now: trying again may help. Reasons: busy, quota, configuration, unreachable."""

    def __init__(self, reason: str, detail: str = "", *, wait_seconds: float = 0.0) -> None:
        super().__init__(reason, detail)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class Callback:
    """One request at the door. Header names are lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform is told."""

    body: str = ""
    status: int = 200
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the platform keeps for us: `ref` is its id or address there."""

    kind: Literal["image", "file"]
    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that happened on the platform, in our words.

    `key` is the platform's own number of it, which makes a repetition harmless. `sign` says what the customer did
    (message, follow, unfollow, scan, menu, enter): it opens the window of replies. Only what has words or media becomes
    a message.
    """

    key: str
    sender: str
    sign: str = "message"
    text: str = ""
    media: tuple[Media, ...] = ()
    option_id: str = ""
    name: str = ""

    @property
    def is_message(self) -> bool:
        return bool(self.text or self.media)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment on its way out. `url` opens it without a log-in; empty when the platform has no public address."""

    name: str
    kind: str
    content_type: str
    size: int
    url: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message of the shop on its way out. `key` is the same at every try."""

    key: str
    recipient: str
    sender: str
    name: str
    text: str
    created_at: datetime
    conversation_id: int = 0
    options: Sequence[Mapping[str, Any]] = ()
    card: Mapping[str, Any] | None = None
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One message as the platform counts them."""

    kind: Literal["text", "menu", "file", "whole"]
    text: str = ""
    options: Sequence[Mapping[str, Any]] = ()
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do. `allowances` is empty where it sets no limit on replies."""

    text_bytes: int = 0  # 0: any length
    has_images: bool = False
    has_files: bool = False
    has_menus: bool = False
    has_cards: bool = False
    shows_sender: bool = False  # else messages of the AI are marked in the text itself
    is_idempotent: bool = False  # the platform recognises a message that is sent twice by its key
    allowances: Allowances = field(default_factory=dict)


class Adapter(ABC):
    """One channel on one platform, for one job. Adapters keep nothing: what must last is rows."""

    capabilities: ClassVar[Capabilities]

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.values = channel.connection_values
        self._deadline = math.inf

    def start_clock(self, seconds: float = SEND_SECONDS) -> None:
        """From now on what this adapter asks the platform takes no longer than this, all of it together."""
        self._deadline = time.monotonic() + seconds

    def seconds_left(self, at_most: float) -> float:
        """The time limit of the next call. Raises `Delayed` when the clock has run out."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Delayed("unreachable", "the platform is too slow")
        return min(left, at_most)

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes, size_max: int) -> Reply:
        """One call to the platform, in the time that is left.

        Raises `Delayed` when no answer comes, and `Refused` for an address that may not be called: each platform knows
        what that means for it.
        """
        timeout = self.seconds_left(CALL_SECONDS)
        try:
            return request(method, url, headers=headers, body=body, timeout=timeout, size_max=size_max)
        except Unreachable as error:
            raise Delayed("unreachable", str(error)) from error

    def greet(self, callback: Callback) -> Answer:
        """Answer the platform's test of the address (GET). Raises `NotGenuine`."""
        return Answer(status=405)

    @abstractmethod
    def open(self, callback: Callback) -> str:
        """The payload, verified and decrypted. Raises `NotGenuine` or `Senseless`; never looks at its meaning."""

    @abstractmethod
    def parse(self, payload: str) -> list[Arrival]:
        """What happened, in order; empty for what is none of our business. Raises `Senseless`. Asks nobody."""

    def acknowledge(self) -> Answer:
        """What tells the platform that it need not send this again."""
        return Answer("success")

    def object_to(self, payload: str) -> Answer | None:
        """What the sender of a payload that makes no sense is told; None where it would only be sent again."""
        return None

    def fetch(self, media: Media) -> tuple[bytes, str]:
        """A file of the customer and what it is called. Raises `NotSent`."""
        raise Rejected("request", "this platform has no files")

    @abstractmethod
    def send(self, outgoing: Outgoing, part: Part) -> str:
        """Send one part; the platform's number of it, if it gives one. Raises `NotSent`.

        Each call's time limit is `seconds_left`: what a dead process was sending is sent by another soon after the
        longest time that a send can take.
        """

    def split(self, outgoing: Outgoing) -> list[Part]:
        """The message in parts that the platform takes. Pure, and the same at every try."""
        can = self.capabilities
        said = f"{self.label(outgoing)}{outgoing.text}" if outgoing.text else ""
        words = "\n".join(filter(None, (said, *_extra(outgoing, can))))
        pieces = split_text(words, can.text_bytes) if can.text_bytes else [words] if words else []
        parts = [Part("text", piece) for piece in pieces]
        if outgoing.options and can.has_menus and parts:
            parts[-1] = Part("menu", parts[-1].text, outgoing.options)
        return parts + [Part("file", file=file) for file in outgoing.files if _travels(file, can)]

    def label(self, outgoing: Outgoing) -> str:
        """Whoever reads must know when a machine writes (B11)."""
        is_marked = outgoing.sender == "ai" and not self.capabilities.shows_sender
        return f"【{gettext('AI assistant')}】" if is_marked else ""


def _travels(file: File, can: Capabilities) -> bool:
    return can.has_images if file.kind == "image" else can.has_files


def _extra(outgoing: Outgoing, can: Capabilities) -> list[str]:
    """What the platform cannot show in its own way, in words."""
    lines = []
    if outgoing.card and not can.has_cards:
        lines.append(card_text(outgoing.card))
    if outgoing.options and not can.has_menus:
        lines += [f"{number}. {option['text']}" for number, option in enumerate(outgoing.options, start=1)]
    lines += [f"{file.name} {file.url}".strip() for file in outgoing.files if not _travels(file, can)]
    return lines


def card_text(card: Mapping[str, Any]) -> str:
    """A card in words: its title, text and address, whichever it has."""
    return "\n".join(str(card[name]) for name in ("title", "text", "url") if card.get(name))


_adapters: dict[str, type[Adapter]] = {}


def register(kind: ChannelKind, adapter: type[Adapter]) -> None:
    """Make a platform known: to the back office by its kind, to the doors by its adapter."""
    register_kind(kind)
    _adapters[kind.name] = adapter


def adapter_of(channel: Channel) -> Adapter | None:
    """The adapter of a channel; None for a website, whose customers are on our own sockets."""
    found = _adapters.get(channel.kind)
    return found(channel) if found else None


def capabilities_of(channel: Channel) -> Capabilities | None:
    found = _adapters.get(channel.kind)
    return found.capabilities if found else None
