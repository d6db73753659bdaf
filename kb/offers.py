"""What knowledge is scoped by and does not know itself: channels and levels of customers, offered from above."""

from collections.abc import Callable, Sequence

from kb.confidence import Stance, stance_of

Choices = Callable[[], Sequence[tuple[str, str]]]

_channels: list[Choices] = []
_levels: list[Choices] = []
_stances: list[Callable[[str], str]] = []


def offer_channels(choices: Choices) -> None:
    """Called when an app starts: the keys and kinds of channels with their names."""
    _channels.append(choices)


def offer_levels(choices: Choices) -> None:
    """Called when an app starts: the levels of customers with their names."""
    _levels.append(choices)


def offer_stances(find: Callable[[str], str]) -> None:
    """Called when an app starts: how much the AI dares on a channel, by its key; empty for no such channel."""
    _stances.append(find)


def stance_on(channel: str) -> Stance:
    """How much the AI dares there; balanced where nobody knows."""
    return stance_of(next((name for find in _stances if (name := find(channel))), "")) if channel else "balanced"


def channel_choices() -> list[tuple[str, str]]:
    return [choice for choices in _channels for choice in choices()]


def level_choices() -> list[tuple[str, str]]:
    return [choice for choices in _levels for choice in choices()]
