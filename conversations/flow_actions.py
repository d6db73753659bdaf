"""What decision trees can know and do here: look an order up, make a ticket, leave a tag or a note.

A new one: its spec for managers, and a function that gives facts (a look-up) or values for texts (a lasting action,
which runs in the transaction of the reply).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Order, Shipment, Ticket
from conversations.models.ticket import TicketType
from conversations.services.marks import TAGS_MAX
from conversations.services.tickets import create_ticket
from conversations.tools import find_own_order
from kb.flow_actions import ActionSpec, FactSpec, register_action
from kb.flow_tree import Tree
from kb.flows import Effect, Scalar, State, answers_by_kind, summarise

SUMMARY_CHARACTERS_MAX = 2_000


class ActionFailed(Exception):
    """An action of a tree could not be done: a person goes on."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and what was told so far."""

    tree: Tree
    state: State
    conversation_id: int | None
    customer_id: int | None


def look_up(effect: Effect, asking: Asking) -> Mapping[str, Scalar]:
    """The facts of a look-up. Raises `ActionFailed`."""
    try:
        return _LOOK_UPS[effect.action](asking)
    except (KeyError, DatabaseError) as error:
        raise ActionFailed(effect.action) from error


@dataclass(frozen=True, slots=True)
class Work:
    """A lasting action to be done; `key` makes doing it twice harmless."""

    tree: Tree
    state: State
    effect: Effect
    key: str

    @property
    def value(self) -> str:
        return self.effect.value


def carry_out(work: Work, conversation: Conversation) -> Mapping[str, Scalar]:
    """Do a lasting action in the caller's transaction; returns values for the texts. Raises `ActionFailed`."""
    try:
        return _LASTING[work.effect.action](conversation, work)
    except Exception as error:  # whatever it fails with, the reply that promises it must not be sent
        raise ActionFailed(work.effect.action) from error


def summary_of(tree: Tree, state: State) -> str:
    """What the customer told and what was looked up, a line each, for the colleague who goes on."""
    missing = gettext("not given")
    sent = pgettext("photo", "sent")
    lines = [f"{name}：{sent if value == '✓' else value or missing}" for name, value in summarise(tree, state)]
    if order := state.facts.get("order"):
        lines.append(str(order))
    return "\n".join(lines)[:SUMMARY_CHARACTERS_MAX]


# --- Looking up -----------------------------------------------------------------------------------


def _find_order(asking: Asking) -> Mapping[str, Scalar]:
    told = answers_by_kind(asking.tree, asking.state)
    found = find_own_order(
        told.get("order", ""),
        told.get("phone_ending", ""),
        conversation_id=asking.conversation_id,
        customer_id=asking.customer_id,
    )
    if found.order is None:
        return {**_NOTHING_KNOWN, "order_found": found.kind}
    known: dict[str, Scalar] = {"order_found": "found", "order": found.text, "order_id": found.order.pk}
    return {**_NOTHING_KNOWN, **known, **_order_facts(found.order)}


def _order_facts(order: Order) -> dict[str, Scalar]:
    now = timezone.now()
    facts: dict[str, Scalar] = {"order_number": order.number, "order_status": order.status}
    facts["days_since_change"] = (now - order.updated_at).days
    parcels = list(order.shipments.all())
    if not parcels:
        return facts
    parcel = parcels[-1]
    moved_at = _moved_at(parcel)
    facts |= {"parcel_status": parcel.status, "hours_since_move": int((now - moved_at).total_seconds() // 3600)}
    if parcel.status == Shipment.Status.DELIVERED:
        facts["days_since_signed"] = (timezone.localdate(now) - timezone.localdate(moved_at)).days
    return facts


def _moved_at(parcel: Shipment) -> datetime:
    """When the carrier last reported anything, else when the shop's system last did."""
    at = parse_datetime(str((parcel.last_event or {}).get("at", "")))
    return at if at is not None and timezone.is_aware(at) else parcel.updated_at


# --- Lasting --------------------------------------------------------------------------------------


def _make_ticket(conversation: Conversation, work: Work) -> Mapping[str, Scalar]:
    order = Order.objects.filter(pk=int(work.state.facts.get("order_id") or 0)).first()
    told = [value for _name, value in summarise(work.tree, work.state) if value and value != "✓"]
    ticket = create_ticket(
        subject="：".join((work.tree.name, "，".join(told)[:120])) if told else work.tree.name,
        description=summary_of(work.tree, work.state),
        type=work.value,
        source=Ticket.Source.AI,
        conversation=conversation,
        order=order,
        contact=conversation.customer.phone or conversation.customer.email,
        idempotency_key=work.key,
        is_customer_told=False,
    )
    return {"ticket": ticket.number}


def _tag(conversation: Conversation, work: Work) -> Mapping[str, Scalar]:
    if work.value not in conversation.tags and len(conversation.tags) < TAGS_MAX:
        conversation.tags = [*conversation.tags, work.value[:40]]
        conversation.save(update_fields=["tags"])
    return {}


_LOOK_UPS: dict[str, Callable[[Asking], Mapping[str, Scalar]]] = {"find_order": _find_order}
_LASTING: dict[str, Callable[[Conversation, Work], Mapping[str, Scalar]]] = {"make_ticket": _make_ticket, "tag": _tag}

FIND_ORDER = ActionSpec(
    "find_order",
    _("Look the order up"),
    help=_("By the order number asked before, else the customer's latest order. {order} then tells its state."),
    facts=(
        FactSpec(
            "order_found",
            _("order was found"),
            "choice",
            (
                ("found", pgettext_lazy("order look-up", "found")),
                ("unproven", pgettext_lazy("order look-up", "not proven to be the customer's")),
                ("none", pgettext_lazy("order look-up", "none")),
            ),
        ),
        FactSpec("order_status", _("state of the order"), "choice", tuple(Order.Status.choices)),
        FactSpec("parcel_status", _("state of the parcel"), "choice", tuple(Shipment.Status.choices)),
        FactSpec("days_since_signed", _("days since it was signed for"), "number"),
        FactSpec("hours_since_move", _("hours since the parcel moved"), "number"),
        FactSpec("days_since_change", _("days since the order last changed"), "number"),
    ),
    gives=("order", "order_number"),
)
MAKE_TICKET = ActionSpec(
    "make_ticket",
    _("Make a ticket"),
    help=_("With all that the customer told. {ticket} is its number in the texts that follow."),
    is_lasting=True,
    takes=_("kind of ticket"),
    choices=tuple(TicketType.choices),
    gives=("ticket",),
)
TAG = ActionSpec("tag", _("Tag the conversation"), is_lasting=True, takes=_("tag"))

for _spec in (FIND_ORDER, MAKE_TICKET, TAG):
    register_action(_spec)

# What an earlier look-up in the same walk found must not be taken for this one's.
_NOTHING_KNOWN: Mapping[str, Scalar] = dict.fromkeys(
    (*(fact.name for fact in FIND_ORDER.facts), *FIND_ORDER.gives, "order_id"), ""
)
