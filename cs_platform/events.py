"""Up the order of apps: what happened, told after the commit to whoever listens.

    @event("ticket.created")
    @dataclass(frozen=True, slots=True)
    class TicketCreated:
        \"\"\"A ticket was opened.\"\"\"
        ticket_id: int

    emit(TicketCreated(ticket.pk))           # in the transaction that makes it true
    on(TicketCreated, remember_ticket)       # when the listening app starts

`emit` writes one outbox row per listener into the caller's transaction, and none where nobody listens. A thread of the
ticker calls the listener in a transaction that also removes the row: what the listener writes is written exactly
once, and what it does elsewhere may happen twice. Registered event types are the catalogue of the webhooks; whoever
publishes them gets many at once, because a chat says more than one row at a time can keep up with.
"""

import dataclasses
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from cs_platform.claims import claim, pause_after
from cs_platform.jobs import dotted_path
from cs_platform.models import OutboxItem

logger = logging.getLogger(__name__)

E = TypeVar("E")

ATTEMPTS_MAX = 12
DELIVER_LIMIT = 200
DELIVER_SECONDS = 5.0
PUBLISH_TOGETHER = 50  # SQLite has one writer: it is held for some milliseconds
ERROR_CHARACTERS_MAX = 2000


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event. `name` is its public name, `is_public` whether integrators may subscribe to it."""

    name: str
    cls: type
    is_public: bool

    @property
    def description(self) -> str:
        return (self.cls.__doc__ or "").strip()

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(item.name for item in dataclasses.fields(self.cls))


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event as a publisher gets it: with an id that stays the same however often it is delivered."""

    id: uuid.UUID
    name: str
    payload: dict[str, Any]
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class _Publisher:
    wants: Callable[[str], bool]
    publish: Callable[[Sequence[Envelope]], None]


catalogue: dict[str, EventType] = {}
_types: dict[type, EventType] = {}
_handlers: dict[str, dict[str, Callable[[Any], None]]] = {}
_publishers: dict[str, _Publisher] = {}


def event(name: str, *, is_public: bool = True) -> Callable[[type[E]], type[E]]:
    """Register a frozen dataclass as an event. Its fields are plain JSON values; times are ISO strings."""

    def register(cls: type[E]) -> type[E]:
        catalogue[name] = _types[cls] = EventType(name, cls, is_public)
        return cls

    return register


def on(cls: type[E], handler: Callable[[E], None]) -> None:
    """Have a module-level function called with every event of this type. Called when an app starts."""
    _handlers.setdefault(_types[cls].name, {})[dotted_path(handler)] = handler


def register_publisher(
    name: str, *, wants: Callable[[str], bool], publish: Callable[[Sequence[Envelope]], None]
) -> None:
    """Have every public event told that `wants(event name)`; `wants` is asked at each emit, so it must cost nothing.

    `publish` gets many events in the order in which they happened, and only writes rows: in the transaction that ends
    them all. If it fails they come one by one, so that one of them holds up no other.
    """
    _publishers[name] = _Publisher(wants, publish)


def is_wanted(cls: type) -> bool:
    """Does anybody listen? Who would have to read rows for an event asks before."""
    return bool(_listeners(_types[cls]))


def emit(happened: Any) -> None:
    """Tell after the commit that this happened."""
    emit_many([happened])


def emit_many(happened: Iterable[Any]) -> None:
    """Tell of many events with one statement."""
    now, items = timezone.now(), []
    for one in happened:
        kind = _types[type(one)]
        listeners = _listeners(kind)
        if not listeners:
            continue
        number, payload = uuid.uuid4(), dataclasses.asdict(one)
        items += [
            OutboxItem(event_id=number, name=kind.name, payload=payload, handler=name, created_at=now, due_at=now)
            for name in listeners
        ]
    if items:
        OutboxItem.objects.bulk_create(items)


def deliver_pending(*, limit: int = DELIVER_LIMIT) -> int:
    """Deliver what is due, in the order in which it happened; returns how many were tried. Safe with many at work.

    What listeners write, others wait for: so publishers come after them.
    """
    now, until = timezone.now(), time.monotonic() + DELIVER_SECONDS
    for_listeners: list[int] = []
    for_publishers: defaultdict[str, list[int]] = defaultdict(list)
    for pk, handler in OutboxItem.objects.to_deliver(now).order_by("pk").values_list("pk", "handler")[:limit]:
        (for_publishers[handler] if handler in _publishers else for_listeners).append(pk)
    tried = _deliver_each(for_listeners, until)
    for name, ids in for_publishers.items():
        for start in range(0, len(ids), PUBLISH_TOGETHER):
            some = ids[start : start + PUBLISH_TOGETHER]
            tried += len(some) if _publish_together(name, some) else _deliver_each(some, until)
    return tried


def _deliver_each(ids: Iterable[int], until: float) -> int:
    tried = 0
    for pk in ids:
        if time.monotonic() > until:
            break
        if claim(OutboxItem.objects.to_deliver(timezone.now()), pk, timezone.now()):
            _deliver(OutboxItem.objects.get(pk=pk))
            tried += 1
    return tried


def _listeners(kind: EventType) -> list[str]:
    names = list(_handlers.get(kind.name, ()))
    if kind.is_public:
        names += [name for name, publisher in _publishers.items() if publisher.wants(kind.name)]
    return names


def _publish_together(name: str, ids: Sequence[int]) -> bool:
    """Publish what is still there of these, all or nothing; False when it failed. The rows are locked, not leased."""
    rows = OutboxItem.objects.to_deliver(timezone.now()).filter(pk__in=ids).order_by("pk")
    try:
        with transaction.atomic():
            items = list(rows.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked))
            _publishers[name].publish([_envelope(item) for item in items])
            OutboxItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    except Exception:
        logger.exception("%d events could not be published together by %s", len(ids), name)
        return False
    return True


def _deliver(item: OutboxItem) -> None:
    try:
        with transaction.atomic():
            _call(item)
            # Whoever took over after a lease ran out has raised `attempts`: then this work is undone.
            removed, _ = OutboxItem.objects.filter(pk=item.pk, attempts=item.attempts).delete()
            if removed == 0:
                transaction.set_rollback(True)
    except Exception as error:
        logger.exception("event %s could not be handled by %s", item.name, item.handler)
        _put_back(item, error)


def _call(item: OutboxItem) -> None:
    if publisher := _publishers.get(item.handler):
        publisher.publish([_envelope(item)])
        return
    handler = _handlers.get(item.name, {}).get(item.handler)
    if handler is None:
        logger.warning("nobody is called %s any more; an event %s is dropped", item.handler, item.name)
        return
    handler(_restore(catalogue[item.name], item.payload))


def _envelope(item: OutboxItem) -> Envelope:
    return Envelope(item.event_id, item.name, item.payload, item.created_at)


def _restore(kind: EventType, payload: dict[str, Any]) -> Any:
    """The event of a stored payload; fields that later versions added or dropped do no harm."""
    return kind.cls(**{name: payload[name] for name in kind.fields if name in payload})


def _put_back(item: OutboxItem, error: Exception) -> None:
    if connection.in_atomic_block and connection.needs_rollback:
        raise error
    now = timezone.now()
    OutboxItem.objects.filter(pk=item.pk, attempts=item.attempts).update(
        lease_until=None,
        due_at=now + pause_after(item.attempts),
        last_error=f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS_MAX],
        failed_at=now if item.attempts >= ATTEMPTS_MAX else None,
    )
