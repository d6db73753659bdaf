"""What the variables of an answer stand for, looked up for the customer who gets it and nobody else."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from conversations.models import Customer, Order, Shipment
from conversations.numbers import numbers_in
from kb.variables import fill, register_variables, variables_in

register_variables(
    {
        "customer.name": _("the customer's name"),
        "order.number": _("number of the customer's latest order, or of the one asked about"),
        "order.status": _("its status"),
        "order.amount": _("its amount, with ¥"),
        "order.product": _("the first product in it"),
        "order.paid_at": _("when it was paid"),
        "order.carrier": _("carrier of its newest parcel"),
        "order.tracking": _("tracking number of its newest parcel"),
        "order.latest": _("latest news of its newest parcel"),
        "order.promised": _("when that parcel is promised for"),
    }
)


def fill_variables(text: str, texts: Sequence[str], customer_id: int | None) -> str | None:
    """The text with this customer's values; None when one of them is not known, so that it must not be sent."""
    wanted = variables_in(text)
    if not wanted:
        return text
    values: dict[str, str] = {}
    if any(name.startswith("customer.") for name in wanted):
        customer = Customer.objects.filter(pk=customer_id or 0).first()
        values["customer.name"] = customer.name if customer else ""
    if any(name.startswith("order.") for name in wanted) and (order := _own_order(texts, customer_id)):
        values |= _order_values(order)
    return fill(text, values)


def _own_order(texts: Sequence[str], customer_id: int | None) -> Order | None:
    """The order whose number the customer writes, if it is the customer's; without a number the latest one."""
    own = Order.objects.filter(customer_id=customer_id or 0).newest_first().prefetch_related("shipments", "items")
    if keys := numbers_in("\n".join(texts)):
        by_parcel = Shipment.objects.filter(number_key__in=keys).values("order_id")
        named = own.filter(number_key__in=keys) | own.filter(pk__in=by_parcel)
        return named.distinct().first()
    return own.first()


def _order_values(order: Order) -> dict[str, str]:
    parcels, items = list(order.shipments.all()), list(order.items.all())
    parcel = parcels[-1] if parcels else None
    return {
        "order.number": order.number,
        "order.status": str(order.get_status_display()),
        "order.amount": f"¥{order.total:.2f}",
        "order.product": items[0].name if items else "",
        "order.paid_at": _moment(order.paid_at),
        "order.carrier": parcel.carrier if parcel else "",
        "order.tracking": parcel.tracking_number if parcel else "",
        "order.latest": str((parcel.last_event or {}).get("text", "")) if parcel else "",
        "order.promised": _moment(parcel.promised_at) if parcel else "",
    }


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), pgettext("date format", "M j, H:i")) if at else ""
