"""News of parcels: told once for each parcel and status, with what might go with the order."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations.models import Conversation, Order, Shipment
from conversations.services.notices import Notice, post_notice
from cs_platform.due import set_due
from kb.models import Product
from marketing.models import OrderNotice, OrderNoticeSent
from marketing.platform_rules import is_window_open, platform_of, rule_of
from marketing.quiet import quiet_until
from marketing.services.cards import product_json
from marketing.wording import fill_in
from marketing.zones import zone_of

NOTICE = "marketing.order_notice"
BUSY_MINUTES = 5
PATIENCE_HOURS = 48
EVENTS_SHOWN = 3

Event = OrderNotice.Event
State = OrderNoticeSent.State
_OVER = {Shipment.Status.DELIVERED, Shipment.Status.RETURNED}


@transaction.atomic
def tell_of_parcel(shipment_id: int, status: str) -> bool:
    """Plan the notice for this status of a parcel; False when there is none, or it was planned before."""
    if status not in Event.values or not OrderNotice.objects.filter(event=status, is_active=True).exists():
        return False
    if not Shipment.objects.filter(pk=shipment_id, order__customer__isnull=False).exists():
        return False
    row, is_new = OrderNoticeSent.objects.get_or_create(shipment_id=shipment_id, event=status)
    if is_new:
        set_due(NOTICE, row.pk, timezone.now())
    return is_new


@transaction.atomic
def send_notice(number: int) -> None:
    """Write a planned notice into the customer's latest conversation, now or once it may be written."""
    row = OrderNoticeSent.objects.select_for_update().filter(pk=number, state=State.PENDING).first()
    template = OrderNotice.objects.filter(event=row.event, is_active=True).first() if row else None
    if row is None:
        return
    shipment = Shipment.objects.select_related("order__customer").get(pk=row.shipment_id)
    conversation = _latest(shipment.order)
    now = timezone.now()
    reason = _why_not(row, template, shipment, conversation, now)
    if reason or template is None or conversation is None:
        _finish(row, State.SKIPPED, reason=reason)
        return
    quiet = quiet_until(now, template.quiet_from, template.quiet_until, zone_of(conversation.channel))
    if quiet and not template.is_urgent:
        set_due(NOTICE, row.pk, quiet)
        return
    row.message = post_notice(conversation.pk, _compose(template, shipment, conversation))
    if row.message is None:
        set_due(NOTICE, row.pk, now + timedelta(minutes=BUSY_MINUTES))
        return
    _finish(row, State.SENT)


def related_products(order: Order, count: int) -> list[Product]:
    """Products on sale of the same topics as those that were bought, without these."""
    bought = list(order.items.filter(product__isnull=False).values_list("product_id", "product__category_id"))
    others = Product.objects.filter(is_active=True).exclude(pk__in=[product for product, _ in bought]).order_by("pk")
    if not count or not bought:
        return []
    return list(others.filter(category__in=[category for _, category in bought if category])[:count])


def _why_not(
    row: OrderNoticeSent,
    template: OrderNotice | None,
    shipment: Shipment,
    conversation: Conversation | None,
    now: datetime,
) -> str:
    if template is None:
        return "off"
    if conversation is None:
        return "no_conversation"
    if shipment.status in _OVER and shipment.status != row.event:
        return "outdated"
    if row.event == Event.DELAYED and shipment.status != Shipment.Status.DELAYED:
        return "outdated"
    if now - row.created_at > timedelta(hours=PATIENCE_HOURS):
        return "busy"
    said = conversation.messages.from_customer().order_by("-seq").values_list("created_at", flat=True).first()
    return "" if is_window_open(platform_of(conversation.channel), said, now) else "window"


def _compose(template: OrderNotice, shipment: Shipment, conversation: Conversation) -> Notice:
    order = shipment.order
    latest = (shipment.last_event or {}).get("text", "")
    values = {
        "name": order.customer.name if order.customer else "",
        "order": order.number,
        "carrier": shipment.carrier,
        "tracking": shipment.tracking_number,
        "latest": latest,
    }
    why = {"decision": "order_notice", "event": template.event, "shipment": shipment.pk}
    card = _card(template, shipment) if "order" in rule_of(platform_of(conversation.channel)).cards else None
    name = conversation.channel.display_title
    return Notice(fill_in(template.text, values).text.strip(), why, card=card, name=name)


def _card(template: OrderNotice, shipment: Shipment) -> dict[str, Any]:
    products = related_products(shipment.order, template.related_products)
    return {
        "kind": "order",
        "id": shipment.order_id,
        "number": shipment.order.number,
        "status": template.event,
        "carrier": shipment.carrier,
        "tracking": shipment.tracking_number,
        "events": list(reversed(shipment.events))[:EVENTS_SHOWN],
        "products": [product_json(product) for product in products],
    }


def _latest(order: Order) -> Conversation | None:
    rows = Conversation.objects.filter(customer=order.customer).select_related("channel__schedule")
    return rows.order_by("-last_message_at", "-pk").first()


def _finish(row: OrderNoticeSent, state: str, *, reason: str = "") -> None:
    row.state, row.reason = state, reason
    row.sent_at = timezone.now() if state == State.SENT else None
    row.save(update_fields=["state", "reason", "sent_at", "message"])
