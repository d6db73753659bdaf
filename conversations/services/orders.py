"""Orders and parcels as the shop's systems report them: many at once, as often as they like, never back in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from conversations.events import OrderSaved, ShipmentChanged
from conversations.frames import iso
from conversations.models import Order, OrderItem
from conversations.numbers import number_key
from conversations.order_rows import OrderRow, Problems, ShipmentRow, parse_order
from conversations.services.order_customers import Owners
from conversations.services.parcels import save_parcels
from cs_platform.events import emit_many
from kb.models import Product
from routing.models import Channel

BATCH_MAX = 500
ATTEMPTS = 3
VALUES = ("status", "total", "currency", "phone", "note", "created_at", "paid_at")
STORED = (*VALUES, "number_key", "customer_id", "channel_id", "updated_at")

Key = tuple[str, str]
Result = Literal["created", "updated", "unchanged", "outdated", "failed"]


@dataclass(slots=True)
class Outcome:
    """What became of one row. `outdated`: something newer is known already; `failed`: `problems` says why."""

    row: int
    number: str
    result: Result = "unchanged"
    order_id: int | None = None
    problems: Problems = field(default_factory=dict)


def upsert_orders(rows: Sequence[Any], *, source: str = "", is_silent: bool = False) -> list[Outcome]:
    """Store rows of a shop's system (see `order_rows`), at most `BATCH_MAX`; one outcome for each, in their order.

    A row is known by source and number. What it does not say stays; what is older than what is known changes
    nothing. A row that cannot be understood is reported, and the others are stored all the same. Each real change
    is told once: `OrderSaved`, and `ShipmentChanged` for a parcel with another status, which customers may hear of;
    `is_silent` keeps the latter back (old orders from a file are no news).
    """
    if len(rows) > BATCH_MAX:
        raise ValueError(f"at most {BATCH_MAX} rows at a time")
    now = timezone.now()
    outcomes, parsed = [], []
    for place, row in enumerate(rows):
        said = {"source": source, **row} if source and isinstance(row, Mapping) else row
        found = parse_order(said, now)
        if isinstance(found, OrderRow):
            outcomes.append(Outcome(place, found.number))
            parsed.append((outcomes[-1], found))
        else:
            number = str(row.get("number", ""))[:64] if isinstance(row, Mapping) else ""
            outcomes.append(Outcome(place, number, "failed", problems=found))
    _store(parsed, is_silent=is_silent)
    return outcomes


def save_shipments(order: Order, rows: Sequence[ShipmentRow]) -> None:
    """Store what is new about an order's parcels; each is told once if its status changed."""
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        now = timezone.now()
        emit_many(save_parcels({locked.pk: [_dated(row, now) for row in rows]}).changes)


def _store(parsed: Sequence[tuple[Outcome, OrderRow]], *, is_silent: bool) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _Batch(parsed).store(is_silent=is_silent)
        except IntegrityError:  # another batch brought the same order or customer in this very moment
            if attempt == ATTEMPTS:
                raise
    return None


class _Batch:
    """The rows of one call, stored by a fixed number of statements."""

    def __init__(self, parsed: Sequence[tuple[Outcome, OrderRow]]) -> None:
        self.newest: dict[Key, tuple[Outcome, OrderRow]] = {}
        for outcome, row in parsed:
            outcome.result = "unchanged"
            outcome.problems = {}
            self._keep_newest(outcome, row)
        self.previous: dict[Key, str] = {}
        self.created: list[Order] = []
        self.stamped: list[Order] = []  # known ones with something new, if only a later moment

    def store(self, *, is_silent: bool) -> None:
        self.known = self._lock_known()
        self._set_aside_outdated()
        rows = [row for _outcome, row in self.newest.values()]
        self.channels = dict(Channel.objects.filter(key__in={row.channel for row in rows}).values_list("key", "pk"))
        self.owners = Owners(rows, self.channels)
        self._refuse_unknown()
        self.owners.create_missing([row.customer for _outcome, row in self.newest.values() if row.customer])
        self._apply()
        self._write()
        self._write_items()
        changes = self._write_parcels()
        emit_many([*self._events(), *([] if is_silent else changes)])

    def _keep_newest(self, outcome: Outcome, row: OrderRow) -> None:
        other = self.newest.get(row.key)
        if other is None or row.updated_at >= other[1].updated_at:
            self.newest[row.key] = (outcome, row)
            if other is not None:
                other[0].result = "outdated"
        else:
            outcome.result = "outdated"

    def _lock_known(self) -> dict[Key, Order]:
        by_source: dict[str, list[str]] = {}
        for source, number in self.newest:
            by_source.setdefault(source, []).append(number)
        rows: list[Order] = []
        for source, numbers in sorted(by_source.items()):
            found = Order.objects.select_for_update().filter(source=source, number__in=numbers)
            rows += found.order_by("pk")
        return {(order.source, order.number): order for order in rows}

    def _set_aside_outdated(self) -> None:
        for key, (outcome, row) in list(self.newest.items()):
            order = self.known.get(key)
            if order is not None:
                outcome.order_id = order.pk
            if order is not None and row.updated_at < order.updated_at:
                outcome.result = "outdated"
                del self.newest[key]

    def _refuse_unknown(self) -> None:
        for key, (outcome, row) in list(self.newest.items()):
            if row.channel and row.channel not in self.channels:
                outcome.problems["channel"] = gettext("No channel has this key.")
            if row.customer and not self.owners.is_known(row.customer):
                outcome.problems["customer"] = gettext("No customer has this id.")
            if outcome.problems:
                outcome.result = "failed"
                del self.newest[key]

    def _apply(self) -> None:
        """Bring what is known up to what is said, in memory."""
        for key, (outcome, row) in sorted(self.newest.items(), key=lambda pair: pair[0]):
            order = self.known.get(key)
            if order is None:
                order = self.known[key] = Order(source=row.source, number=row.number, number_key=number_key(row.number))
                self.created.append(order)
                outcome.result = "created"
            else:
                self.previous[key] = order.status
            before = _values(order)
            self._fill(order, row)
            if _values(order) != before and outcome.result == "unchanged":
                outcome.result = "updated"
            if order.pk is not None and (outcome.result == "updated" or order.updated_at != row.updated_at):
                self.stamped.append(order)
            order.updated_at = row.updated_at

    def _fill(self, order: Order, row: OrderRow) -> None:
        for name, value in row.values.items():
            setattr(order, name, value)
        if row.channel:
            order.channel_id = self.channels[row.channel]
        if row.customer:
            order.customer_id = self.owners.id_of(row.customer)
        paid = order.status not in (Order.Status.UNPAID, Order.Status.CLOSED)
        if paid and order.paid_at is None:
            order.paid_at = row.updated_at  # the shop said that it is paid, not when: this is when we could know

    def _write(self) -> None:
        Order.objects.bulk_create(self.created)
        # Known orders are locked, so this insert always meets its twin: an update of many rows in one statement.
        Order.objects.bulk_create(
            [_copy(order) for order in self.stamped],
            update_conflicts=True,
            unique_fields=["source", "number"],
            update_fields=[name.removesuffix("_id") for name in STORED],
        )
        for key, (outcome, _row) in self.newest.items():
            outcome.order_id = self.known[key].pk

    def _write_items(self) -> None:
        """Replace the lines of the orders whose lines differ."""
        said = {self.known[key].pk: (key, row.items) for key, (_o, row) in self.newest.items() if row.items is not None}
        present: dict[int, list[tuple[Any, ...]]] = {pk: [] for pk in said}
        lines = OrderItem.objects.filter(order_id__in=said).order_by("pk")
        for order_id, *line in lines.values_list("order_id", "sku", "name", "quantity", "price"):
            present[order_id].append(tuple(line))
        wanted = {
            pk: [(item.sku, item.name, item.quantity, item.price) for item in items]
            for pk, (_key, items) in said.items()
        }
        changed = [pk for pk in said if wanted[pk] != present[pk]]
        if not changed:
            return
        OrderItem.objects.filter(order_id__in=changed).delete()
        skus = {sku for pk in changed for sku, *_rest in wanted[pk] if sku}
        products = dict(Product.objects.filter(sku__in=skus).values_list("sku", "pk"))
        OrderItem.objects.bulk_create(
            OrderItem(order_id=pk, sku=sku, name=name, quantity=n, price=price, product_id=products.get(sku))
            for pk in changed
            for sku, name, n, price in wanted[pk]
        )
        for pk in changed:
            self._mark_updated(said[pk][0])

    def _write_parcels(self) -> Sequence[ShipmentChanged]:
        by_order = {self.known[key].pk: key for key, (_outcome, row) in self.newest.items() if row.shipments}
        said = {
            pk: [_dated(parcel, self.newest[key][1].updated_at) for parcel in self.newest[key][1].shipments]
            for pk, key in by_order.items()
        }
        saved = save_parcels(said)
        for order_id in saved.order_ids:
            self._mark_updated(by_order[order_id])
        return saved.changes

    def _mark_updated(self, key: Key) -> None:
        outcome, _row = self.newest[key]
        if outcome.result == "unchanged":
            outcome.result = "updated"

    def _events(self) -> list[OrderSaved]:
        return [
            self._event(self.known[key], self.previous.get(key, ""))
            for key, (outcome, _row) in sorted(self.newest.items(), key=lambda pair: pair[0])
            if outcome.result in ("created", "updated")
        ]

    def _event(self, order: Order, previous: str) -> OrderSaved:
        return OrderSaved(
            order_id=order.pk,
            number=order.number,
            source=order.source,
            status=order.status,
            previous=previous,
            customer_id=order.customer_id,
            paid_at=iso(order.paid_at),
        )


def _dated(parcel: ShipmentRow, at: datetime) -> ShipmentRow:
    return parcel if parcel.updated_at else replace(parcel, updated_at=at)


def _values(order: Order) -> list[object]:
    return [getattr(order, name) for name in (*VALUES, "customer_id", "channel_id")]


def _copy(order: Order) -> Order:
    """The same order as a row without id, for a statement that finds it by source and number."""
    return Order(source=order.source, number=order.number, **{name: getattr(order, name) for name in STORED})
