"""Kinds of channels that need a connection: what the back office asks for, and how it is tried.

The adapters that speak with the platforms register themselves here from above; this app knows none of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from routing.models import Channel

Words = str | Promise


class ConnectionFailed(Exception):
    """The platform did not accept the connection; the message is for the manager."""


@dataclass(frozen=True, slots=True)
class ConnectionField:
    """One value that a manager copies from the platform's back office."""

    name: str
    label: Words
    help: Words = ""
    is_secret: bool = False
    is_required: bool = True
    choices: Sequence[tuple[str, Words]] = ()
    initial: Callable[[], str] | None = None
    check: Callable[[str], None] | None = None  # raises ValidationError


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A platform. `check_connection` tries it and returns a sentence, or raises `ConnectionFailed`."""

    name: str
    label: Words
    fields: Sequence[ConnectionField]
    guide: Words
    check_connection: Callable[["Channel"], str]
    check_values: Callable[[dict[str, str]], None] | None = None  # raises ValidationError
    is_tried_with_vendor: bool = False


_kinds: dict[str, ChannelKind] = {}


def register_kind(kind: ChannelKind) -> None:
    """Called when an app starts."""
    _kinds[kind.name] = kind


def kind_of(channel: Any) -> ChannelKind | None:
    """What a channel's platform needs; None for a website."""
    return _kinds.get(channel.kind)
