"""What was told, without handling it: a listener that leaves every event in the outbox to be read."""

from collections.abc import Callable, Iterator

import pytest

from cs_platform import events
from cs_platform.jobs import dotted_path
from cs_platform.models import OutboxItem


def ignore(happened: object) -> None:
    """Somebody listens, so the event is kept."""


@pytest.fixture
def listen() -> Iterator[Callable[..., None]]:
    """`listen(OrderSaved)`: from now on such events are kept, and `told(OrderSaved)` reads them."""
    names: list[str] = []

    def start(*types: type) -> None:
        for cls in types:
            events.on(cls, ignore)
            names.append(events._types[cls].name)

    yield start
    for name in names:
        events._handlers[name].pop(dotted_path(ignore), None)


def told(cls: type) -> list[dict[str, object]]:
    """The payloads of the events of this type, in the order in which they happened."""
    mine = OutboxItem.objects.filter(name=events._types[cls].name, handler=dotted_path(ignore))
    return [item.payload for item in mine.order_by("pk")]
