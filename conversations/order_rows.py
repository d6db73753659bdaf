"""Rows of a shop's system as orders: what is said is checked field by field, what is not said stays as it is. Pure.

One row, as the API takes it and as an imported file becomes it::

    {"number": "2026112700001", "source": "shop", "status": "paid", "total": "199.00", "currency": "CNY",
     "created_at": ISO, "paid_at": ISO, "updated_at": ISO, "phone": "13800138000", "note": "",
     "channel": KEY, "customer": {"id": ID} | {"account": SHOP_ACCOUNT, "name": …, "phone": …, "email": …},
     "items": [{"sku", "name", "quantity", "price"}], "shipments": [{"carrier", "tracking_number", "status",
     "promised_at", "updated_at", "events": [{"at", "text"}]}]}

Only `number` is required. `updated_at` says from when the sender's data are; without it they are from now.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from conversations.models import Order, Shipment
from cs_platform.moments import is_plausible
from cs_platform.text import storable

ITEMS_MAX = 200
SHIPMENTS_MAX = 50
EVENTS_MAX = 200
QUANTITY_MAX = 1_000_000
MONEY_MAX = Decimal("9999999999.99")


Problems = dict[str, str]


class BadValue(ValueError):
    """A value that cannot be what the field wants: why, by the path of what is wrong within it (`items/0/price`)."""

    def __init__(self, problems: str | Problems) -> None:
        self.problems = {"": problems} if isinstance(problems, str) else problems
        super().__init__(" ".join(f"{path}: {text}" if path else text for path, text in self.problems.items()))

    def below(self, name: str) -> Problems:
        """The same, seen from outside the value `name`."""
        return {f"{name}/{path}" if path else name: text for path, text in self.problems.items()}


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """Whom an order belongs to: our number, or the shop's account (on the row's channel, when it names one)."""

    id: int | None = None
    account: str = ""
    channel: str = ""
    profile: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of an order."""

    sku: str
    name: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """One parcel; `values` holds what the sender said of it."""

    tracking_number: str
    values: Mapping[str, Any]
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order; `values` holds what the sender said of it, None for items and shipments means: not said."""

    number: str
    source: str
    updated_at: datetime
    values: Mapping[str, Any]
    channel: str = ""
    customer: CustomerRef | None = None
    items: tuple[ItemRow, ...] | None = None
    shipments: tuple[ShipmentRow, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.number


Reader = Callable[[Any], Any]


def parse_order(row: Any, now: datetime) -> OrderRow | Problems:
    """The order that a row means, or what is wrong with it by field."""
    if not isinstance(row, Mapping):
        return {"": _("An object is expected.")}
    reader = _Fields(row)
    number = reader.read("number", text(64, is_required=True)) or ""
    source = reader.read("source", text(40)) or "shop"
    updated_at = reader.read("updated_at", moment)
    values = {name: value for name, read in _ORDER.items() if (value := reader.read(name, read)) is not None}
    channel = reader.read("channel", text(40)) or ""
    customer = reader.read("customer", lambda value: _customer(value, channel))
    items = reader.read("items", lambda value: _list(value, _item, ITEMS_MAX))
    shipments = reader.read("shipments", lambda value: _list(value, parse_shipment, SHIPMENTS_MAX))
    if reader.problems:
        return reader.problems
    # Data from the future are from a clock that is wrong: kept so, they would make all that follows outdated.
    as_of = min(updated_at or now, now)
    return OrderRow(number, source, as_of, values, channel, customer, items, shipments or ())


def parse_shipment(row: Any) -> ShipmentRow:
    """The parcel that a row means. Raises `BadValue`."""
    reader = _Fields(row)
    number = reader.read("tracking_number", text(64)) or ""
    updated_at = reader.read("updated_at", moment)
    values = {name: value for name, read in _SHIPMENT.items() if (value := reader.read(name, read)) is not None}
    reader.raise_problems()
    return ShipmentRow(number, values, updated_at)


def text(limit: int, *, is_required: bool = False) -> Reader:
    def read(value: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # order numbers come as numbers from many a spreadsheet
        if not isinstance(value, str):
            raise BadValue(_("A text is expected."))
        cleaned = storable(value).strip()
        if is_required and not cleaned:
            raise BadValue(_("This is required."))
        if len(cleaned) > limit:
            raise BadValue(_("At most %(count)d characters.") % {"count": limit})
        return cleaned

    return read


def moment(value: Any) -> datetime:
    """A moment; without a time zone it is the shop's time."""
    try:
        found = value if isinstance(value, datetime) else parse_datetime(value.strip().replace("/", "-"))
    except (AttributeError, ValueError, TypeError):
        found = None
    if found is None or not is_plausible(found):
        raise BadValue(_("A time is expected, such as 2026-11-27T09:30:00+08:00."))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def money(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value).replace(",", "").lstrip("¥￥").strip()).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise BadValue(_("An amount such as 199.00 is expected.")) from None
    if isinstance(value, bool) or not amount.is_finite() or not 0 <= amount <= MONEY_MAX:
        raise BadValue(_("An amount such as 199.00 is expected."))
    return amount


def choice(choices: Sequence[tuple[str, str | Promise]]) -> Reader:
    """A value of ours, or its name in the language of the page: files of shops are written for people."""

    def read(value: Any) -> str:
        given = str(value).strip().lower()
        for name, label in choices:
            if given in (name, str(label).lower()):
                return name
        raise BadValue(_("One of: %(values)s.") % {"values": ", ".join(name for name, _label in choices)})

    return read


class _Fields:
    """Reads a row's fields and collects what is wrong with them; a missing or null one is None."""

    def __init__(self, row: Any) -> None:
        if not isinstance(row, Mapping):
            raise BadValue(_("An object is expected."))
        self.row = row
        self.problems: Problems = {}

    def read(self, name: str, reader: Reader) -> Any:
        value = self.row.get(name)
        if value is None and name != "number":
            return None
        try:
            return reader("" if value is None else value)
        except BadValue as error:
            self.problems |= error.below(name)
            return None

    def raise_problems(self) -> None:
        if self.problems:
            raise BadValue(self.problems)


def _customer(value: Any, channel: str) -> CustomerRef:
    reader = _Fields(value)
    profile = {name: reader.read(name, text(limit)) for name, limit in (("name", 100), ("phone", 30), ("email", 254))}
    account = reader.read("account", text(128)) or ""
    number = reader.read("id", _whole(2**63 - 1))
    if not account and number is None:
        reader.problems.setdefault("account", _("Either an id or an account is expected."))
    reader.raise_problems()
    return CustomerRef(number, account, channel, {name: said for name, said in profile.items() if said})


def _item(value: Any) -> ItemRow:
    reader = _Fields(value)
    sku = reader.read("sku", text(64)) or ""
    name = reader.read("name", text(200)) or sku
    quantity = reader.read("quantity", _whole(QUANTITY_MAX))
    price = reader.read("price", money)
    if not name:
        reader.problems.setdefault("name", _("This is required."))
    reader.raise_problems()
    return ItemRow(sku, name, 1 if quantity is None else quantity, price or Decimal(0))


def _events(value: Any) -> list[dict[str, str]]:
    """What the carrier reported, oldest first, whatever the order it came in."""
    found = _list(value, _event, EVENTS_MAX)
    return [{"at": at.isoformat(), "text": words} for at, words in sorted(found, key=lambda pair: pair[0])]


def _event(value: Any) -> tuple[datetime, str]:
    reader = _Fields(value)
    at = reader.read("at", moment)
    words = reader.read("text", text(300)) or ""
    if at is None:
        reader.problems.setdefault("at", _("This is required."))
    reader.raise_problems()
    return at, words


def _list(value: Any, reader: Reader, limit: int) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise BadValue(_("A list is expected."))
    if len(value) > limit:
        raise BadValue(_("At most %(count)d rows.") % {"count": limit})
    return tuple(_numbered(place, reader, one) for place, one in enumerate(value))


def _numbered(place: int, reader: Reader, value: Any) -> Any:
    try:
        return reader(value)
    except BadValue as error:
        raise BadValue(error.below(str(place))) from error


def _whole(limit: int) -> Reader:
    def read(value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            raise BadValue(_("A whole number is expected.")) from None
        if isinstance(value, bool) or not 1 <= number <= limit:
            raise BadValue(_("A whole number is expected."))
        return number

    return read


_ORDER: Mapping[str, Reader] = {
    "status": choice(Order.Status.choices),
    "total": money,
    "currency": text(3),
    "phone": text(30),
    "note": text(300),
    "created_at": moment,
    "paid_at": moment,
}
_SHIPMENT: Mapping[str, Reader] = {
    "carrier": text(60),
    "status": choice(Shipment.Status.choices),
    "promised_at": moment,
    "events": _events,
}
