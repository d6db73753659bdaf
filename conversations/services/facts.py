"""What an agent should see beside a chat: the customer, newest orders with parcels, tickets, other conversations.

Reads only, and as many queries for a customer of ten years as for one of today.
"""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from conversations.frames import iso
from conversations.models import Conversation, Customer, CustomerIdentity, Order, Shipment, Ticket
from conversations.models.ticket import UNFINISHED
from cs_platform.audit import record
from cs_platform.models import User
from cs_platform.text import mask_email, mask_phone

ORDERS_SHOWN = 5
TICKETS_SHOWN = 10
CONVERSATIONS_SHOWN = 10
CONTACTS = ("phone", "email", "wechat")


def facts_for(conversation: Conversation) -> dict[str, Any]:
    """Everything as plain values; needs `customer` selected."""
    customer = conversation.customer
    orders = Order.objects.filter(customer=customer).newest_first().prefetch_related("items", "shipments")
    others = customer.conversations.exclude(pk=conversation.pk).filter(customer_seq__gt=0).select_related("channel")
    return {
        "customer": _customer(customer),
        "orders": [_order(order) for order in orders[:ORDERS_SHOWN]],
        "tickets": [_ticket(ticket) for ticket in _tickets(customer)],
        "conversations": [_conversation(other) for other in others[:CONVERSATIONS_SHOWN]],
    }


@transaction.atomic
def reveal_contact(conversation: Conversation, field: str, *, by: User) -> str:
    """A contact of the customer in full; who looked at it is kept. Needs `customer` selected."""
    value = str(getattr(conversation.customer, field))
    if value:
        record("customer.contact_shown", conversation.customer, by=by, field=field, conversation=conversation.pk)
    return value


def _tickets(customer: Customer) -> list[Ticket]:
    """Unfinished ones first, then the newest."""
    newest = list(customer.tickets.select_related("owner", "order").order_by("-pk")[:TICKETS_SHOWN])
    return sorted(newest, key=lambda ticket: ticket.status not in UNFINISHED)


def _customer(customer: Customer) -> dict[str, Any]:
    kinds = list(customer.identities.values_list("kind", flat=True).distinct().order_by("kind"))
    return {
        "id": customer.pk,
        "name": customer.public_name,
        "is_named": bool(customer.name),
        "level": customer.level,
        "level_name": customer.get_level_display(),
        "phone": mask_phone(customer.phone),
        "email": mask_email(customer.email),
        "wechat": f"{customer.wechat[:2]}***" if customer.wechat else "",
        "region": customer.region,
        "tags": customer.tags,
        "note": customer.note,
        "marketing_consent": customer.marketing_consent,
        "marketing_consent_name": customer.get_marketing_consent_display(),
        "is_blocked": customer.is_blocked,
        "is_verified": CustomerIdentity.Kind.SHOP in kinds,
        "known_by": kinds,
        "created_at": iso(customer.created_at),
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.pk,
        "number": order.number,
        "source": order.source,
        "status": order.status,
        "status_name": order.get_status_display(),
        "total": str(order.total),
        "currency": order.currency,
        "created_at": iso(order.created_at),
        "paid_at": iso(order.paid_at),
        "items": [
            {"sku": item.sku, "name": item.name, "quantity": item.quantity, "price": str(item.price)}
            for item in order.items.all()
        ],
        "shipments": [_shipment(shipment) for shipment in order.shipments.all()],
    }


def _shipment(shipment: Shipment) -> dict[str, Any]:
    return {
        "id": shipment.pk,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "status": shipment.status,
        "status_name": shipment.get_status_display(),
        "promised_at": iso(shipment.promised_at),
        "last_event": shipment.last_event,
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "subject": ticket.subject,
        "type": ticket.type,
        "type_name": ticket.get_type_display(),
        "status": ticket.status,
        "status_name": ticket.get_status_display(),
        "priority": ticket.priority,
        "owner": ticket.owner.public_name if ticket.owner else "",
        "order": ticket.order.number if ticket.order else "",
        "due_at": iso(ticket.due_at),
        "is_overdue": ticket.is_overdue(timezone.now()),
        "url": reverse("console-ticket", args=[ticket.number]),
    }


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.pk,
        "channel": conversation.channel.name,
        "subject": conversation.subject,
        "last_text": conversation.last_text,
        "last_message_at": iso(conversation.last_message_at),
        "status": conversation.status,
    }
