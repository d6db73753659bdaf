"""Parcels of many orders, stored by a fixed number of statements; the caller holds the orders' rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from conversations.events import ShipmentChanged
from conversations.models import Shipment
from conversations.numbers import number_key
from conversations.order_rows import ShipmentRow

VALUES = ("carrier", "status", "promised_at", "events")

Key = tuple[int, str]  # order, tracking number


@dataclass(slots=True)
class _Parcels:
    """The parcels of some orders as they are known, and what the rows make of them."""

    known: dict[Key, Shipment]
    created: list[Shipment] = field(default_factory=list)
    before: dict[int, str] = field(default_factory=dict)  # id of an updated one: its status until now

    def take(self, order_id: int, row: ShipmentRow) -> None:
        parcel = self.known.get((order_id, row.tracking_number)) or self._adopt(order_id, row)
        now = timezone.now()
        at = min(row.updated_at or now, now)  # as of orders: no data are from the future
        if parcel is None:
            parcel = self.known[order_id, row.tracking_number] = Shipment(order_id=order_id)
            self.created.append(parcel)
            _fill(parcel, row, at)
        elif at >= parcel.updated_at and _differs(parcel, row):
            if parcel.pk is not None:
                self.before.setdefault(parcel.pk, parcel.status)
            _fill(parcel, row, at)

    def _adopt(self, order_id: int, row: ShipmentRow) -> Shipment | None:
        """The parcel that waited without a number: it has just been given one."""
        parcel = self.known.pop((order_id, ""), None) if row.tracking_number else None
        if parcel is not None:
            self.known[order_id, row.tracking_number] = parcel
        return parcel

    def updated(self) -> list[Shipment]:
        return [parcel for parcel in self.known.values() if parcel.pk in self.before]


@dataclass(frozen=True, slots=True)
class Saved:
    """The orders with something new about their parcels, and the changes of status that are to be told."""

    order_ids: frozenset[int] = frozenset()
    changes: Sequence[ShipmentChanged] = ()


def save_parcels(said: Mapping[int, Sequence[ShipmentRow]]) -> Saved:
    """Store what is newer than what is known.

    A parcel that waited without a number becomes the first one that comes with a number.
    """
    if not said:
        return Saved()
    rows = Shipment.objects.filter(order_id__in=list(said)).order_by("pk")
    parcels = _Parcels({(parcel.order_id, parcel.tracking_number): parcel for parcel in rows})
    for order_id, parcel_rows in said.items():
        for row in parcel_rows:
            parcels.take(order_id, row)
    updated = parcels.updated()
    Shipment.objects.bulk_create(parcels.created)
    Shipment.objects.bulk_update(updated, [*VALUES, "tracking_number", "number_key", "updated_at"])
    changed = [(parcel, "") for parcel in parcels.created] + [(parcel, parcels.before[parcel.pk]) for parcel in updated]
    return Saved(
        frozenset(parcel.order_id for parcel, _previous in changed),
        [
            ShipmentChanged(order_id=parcel.order_id, shipment_id=parcel.pk, status=parcel.status, previous=previous)
            for parcel, previous in changed
            if parcel.status != previous
        ],
    )


def _differs(parcel: Shipment, row: ShipmentRow) -> bool:
    said = {**row.values, "tracking_number": row.tracking_number}
    return any(getattr(parcel, name) != value for name, value in said.items())


def _fill(parcel: Shipment, row: ShipmentRow, at: datetime) -> None:
    for name, value in row.values.items():
        setattr(parcel, name, value)
    parcel.tracking_number = row.tracking_number
    parcel.number_key = number_key(row.tracking_number)
    parcel.updated_at = at
