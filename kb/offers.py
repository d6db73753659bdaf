"""What knowledge is scoped by and does not know itself: channels and levels of customers, offered from above."""

from collections.abc import Callable, Sequence

Choices = Callable[[], Sequence[tuple[str, str]]]

_channels: list[Choices] = []
_levels: list[Choices] = []


def offer_channels(choices: Choices) -> None:
    """Called when an app starts: the keys and kinds of channels with their names."""
    _channels.append(choices)


def offer_levels(choices: Choices) -> None:
    """Called when an app starts: the levels of customers with their names."""
    _levels.append(choices)


def channel_choices() -> list[tuple[str, str]]:
    return [choice for choices in _channels for choice in choices()]


def level_choices() -> list[tuple[str, str]]:
    return [choice for choices in _levels for choice in choices()]
