"""Where a customer stands, as far as knowledge asks: on which channel, about which product, at which stage."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from conversations.models import Order, OrderItem, Shipment
from conversations.suggestions import PRODUCTS_MAX, products_named
from kb.models import Entry, Product
from kb.scope import Coverage, Scope
from kb.search import current_index
from routing.models import Channel

PRODUCTS_KNOWN_MAX = 500
_STAGES = {
    Order.Status.UNPAID: Entry.Stage.PRE_SALE,
    Order.Status.PAID: Entry.Stage.IN_SALE,
    Order.Status.SHIPPED: Entry.Stage.IN_SALE,
    Order.Status.DELIVERED: Entry.Stage.AFTER_SALE,
    Order.Status.REFUNDING: Entry.Stage.AFTER_SALE,
    Order.Status.REFUNDED: Entry.Stage.AFTER_SALE,
}


def scope_of(channel: Channel, customer_id: int | None, words: str, coverage: Coverage | None = None) -> Scope:
    """Which knowledge is for this customer now. `words` are what was said, and the page that the customer looks at.

    Orders and products are looked up only while any published entry asks about them.
    """
    coverage = coverage or current_index().coverage
    products = about_products(customer_id, words) if coverage.asks_product else []
    return Scope(
        channel=channel.key,
        channel_kind=channel.kind if channel.key else "",
        products=frozenset(product.pk for product in products),
        stage=stage_of(customer_id) if coverage.asks_stage else "",
    )


def stage_of(customer_id: int | None) -> str:
    """By the latest order that was not called off: none, or one not yet paid, is before the sale."""
    if customer_id is None:
        return Entry.Stage.PRE_SALE
    parcels = Shipment.objects.filter(order=OuterRef("pk"))
    under_way = parcels.exclude(status__in=(Shipment.Status.DELIVERED, Shipment.Status.RETURNED))
    orders = Order.objects.filter(customer=customer_id).exclude(status=Order.Status.CLOSED).newest_first()
    latest = orders.values_list("status", Exists(parcels), Exists(under_way)).first()
    if latest is None:
        return Entry.Stage.PRE_SALE
    status, has_parcels, is_under_way = latest
    if status == Order.Status.SHIPPED and has_parcels and not is_under_way:
        return Entry.Stage.AFTER_SALE
    return _STAGES[Order.Status(status)]


def about_products(customer_id: int | None, words: str) -> Sequence[Product]:
    """What the customer speaks of or looks at, else what the customer bought last."""
    known = list(Product.objects.filter(is_active=True)[:PRODUCTS_KNOWN_MAX])
    if named := products_named(known, words):
        return named
    items = OrderItem.objects.filter(order__customer=customer_id).order_by("-order__pk", "pk")
    bought = list(items.values_list("product_id", flat=True)[:PRODUCTS_MAX]) if customer_id else []
    return [product for product in known if product.pk in bought]
