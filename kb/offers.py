"""What knowledge is scoped by and does not know itself: channels and levels of customers, offered from above."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kb.confidence import Stance

Choices = Callable[[], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """The kind of a channel, and how much the AI dares there."""

    kind: str = ""
    stance: Stance = "balanced"


_channels: list[Choices] = []
_names: list[Callable[[], Iterable[str]]] = []
_levels: list[Choices] = []
_facts: list[Callable[[str], ChannelFacts | None]] = []


def offer_channels(choices: Choices) -> None:
    """Called when an app starts: the keys and kinds of channels with their names."""
    _channels.append(choices)


def offer_levels(choices: Choices) -> None:
    """Called when an app starts: the levels of customers with their names."""
    _levels.append(choices)


def offer_channel_facts(find: Callable[[str], ChannelFacts | None]) -> None:
    """Called when an app starts: what is known of a channel, by its key; None for no such channel."""
    _facts.append(find)


def facts_of_channel(channel: str) -> ChannelFacts:
    """What is known of a channel. A name that is no channel's may be a kind; without any name, nothing is known."""
    known = (facts for find in _facts if channel and (facts := find(channel)))
    return next(known, ChannelFacts(kind=channel))


def offer_channel_names(names: Callable[[], Iterable[str]]) -> None:
    """Called when an app starts: every key of a channel and every kind, also those that forms do not offer."""
    _names.append(names)


def channel_names() -> set[str]:
    """What an entry's list of channels may hold."""
    return {name for names in _names for name in names()}


def channel_choices() -> list[tuple[str, str]]:
    return [choice for choices in _channels for choice in choices()]


def level_choices() -> list[tuple[str, str]]:
    return [choice for choices in _levels for choice in choices()]
