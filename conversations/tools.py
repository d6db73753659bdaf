"""What the AI may look up for a customer: the state of an order, for the one it belongs to and nobody else.

An order is the customer's when the shop's own system says so (a signed log-in, or the API's own link). Who is unknown
names the recipient's phone ending too; wrong guesses are counted, and then only a person helps.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.core.cache import cache
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from conversations.models import Message, Order, Shipment
from conversations.numbers import ends_with, numbers_in, phone_endings_in

logger = logging.getLogger(__name__)

PROOF_ASKED = "order_proof"
GUESSES_MAX = 5
GUESS_SECONDS = 3600
LOOKED_BACK = 4  # messages of the customer before this turn, when only the phone's ending comes now
PROVABLE_KEY_MIN = 6  # a shorter number could be guessed along with the phone's ending
UNKNOWN_DIGITS_MIN = 10  # with fewer digits it may be a date, a model or a price

_STATE = re.compile(
    r"到哪|到了|哪里|哪儿|物流|快递|包裹|发货|发出|寄出|收到|签收|派送|查|进度|状态|什么时候|啥时候|多久|几天|没动"
    r"|track|where|status|ship|arriv|deliver|parcel",
    re.IGNORECASE,
)
_OTHER_WISH = re.compile(r"退|换|投诉|发票|地址|取消|改|赔|坏|破|质量|refund|return|cancel|invoice", re.IGNORECASE)
_FILLER = re.compile(
    r"[a-z0-9\s\W_]|我的?|订单号?|运单号?|快递单?号?|单号|尾号|后四位|手机号?|是|的|号|您?你?好|order|number",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """What to say about an order: known, or not to be told (yet)."""

    kind: Literal["known", "unproven", "locked"]
    text: str


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """What a decision tree may know of an order: found, not proven to be the customer's (yet), or none at all."""

    kind: Literal["found", "unproven", "none"]
    order: Order | None = None
    text: str = ""


def find_own_order(number: str, ending: str, *, conversation_id: int | None, customer_id: int | None) -> OwnOrder:
    """The customer's order of this number, or without a number the latest one; by the same proof as `order_status`."""
    if not number:
        latest = Order.objects.filter(customer_id=customer_id or 0).newest_first().prefetch_related("shipments").first()
        return OwnOrder("found", latest, _describe(latest)) if latest else OwnOrder("none")
    orders = list(_find(numbers_in(number)))
    found = next((order for order in orders if customer_id is not None and order.customer_id == customer_id), None)
    if found is None and ending and conversation_id is not None and _may_guess(conversation_id, orders):
        found = next((order for order in orders if _is_proven(order, ending)), None)
    return OwnOrder("found", found, _describe(found)) if found else OwnOrder("unproven")


def order_status(texts: Sequence[str], *, conversation_id: int, customer_id: int) -> OrderAnswer | None:
    """The state of the order that a customer asks about; None when this is no such question."""
    said = "\n".join(texts)
    earlier = _earlier_texts(conversation_id) if _is_only_proof(said) else ""
    whole = f"{earlier}\n{said}" if earlier else said
    if not _asks_for_state(whole):
        return None
    keys = numbers_in(whole)
    orders = list(_find(keys)) if keys else []
    own = [order for order in orders if order.customer_id == customer_id]
    if own:
        return OrderAnswer("known", "\n\n".join(_describe(order) for order in own[:3]))
    if not orders and not any(_may_be_order(key) for key in keys):
        return None
    return _prove(orders, phone_endings_in(said), conversation_id)


def _find(keys: Sequence[str]) -> Iterable[Order]:
    by_parcel = Shipment.objects.filter(number_key__in=keys).values("order_id")
    found = Order.objects.filter(number_key__in=keys) | Order.objects.filter(pk__in=by_parcel)
    return found.distinct().newest_first().prefetch_related("shipments")[:10]


def _prove(orders: Sequence[Order], endings: Sequence[str], conversation_id: int) -> OrderAnswer:
    """The same words whether the order is somebody else's or nobody's: they tell a stranger nothing."""
    if not endings:
        return OrderAnswer("unproven", _ask_for_proof())
    if not _may_guess(conversation_id, orders):
        text = gettext("I could not confirm that this order is yours. A person can look it up with you.")
        return OrderAnswer("locked", text)
    for order in orders:
        if any(_is_proven(order, ending) for ending in endings):
            return OrderAnswer("known", _describe(order))
    return OrderAnswer("unproven", _ask_for_proof())


def _is_proven(order: Order, ending: str) -> bool:
    return len(order.number_key) >= PROVABLE_KEY_MIN and ends_with(order.phone, ending)


def _may_guess(conversation_id: int, orders: Sequence[Order]) -> bool:
    """Every try with an ending counts, for the conversation and for the order. Without the counter nobody may."""
    names = [f"order-proof:c{conversation_id}", *(f"order-proof:o{order.pk}" for order in orders)]
    try:
        for name in names:
            cache.add(name, 0, timeout=GUESS_SECONDS)
        return max([cache.incr(name) for name in names]) <= GUESSES_MAX
    except Exception:  # whatever the cache's client raises
        logger.warning("guesses cannot be counted, so no order is shown by a phone's ending", exc_info=True)
        return False


def _asks_for_state(text: str) -> bool:
    if _OTHER_WISH.search(text):
        return False
    return bool(_STATE.search(text)) or _is_bare(text)


def _is_bare(text: str) -> bool:
    """Nothing but a number, and words that say what number it is."""
    return any(character.isdigit() for character in text) and not _FILLER.sub("", text)


def _is_only_proof(text: str) -> bool:
    return bool(phone_endings_in(text)) and _is_bare(text) and not any(_may_be_order(key) for key in numbers_in(text))


def _may_be_order(key: str) -> bool:
    digits = sum(character.isdigit() for character in key)
    return digits >= UNKNOWN_DIGITS_MIN and not _MOBILE.fullmatch(key)


def _earlier_texts(conversation_id: int) -> str:
    """What the customer wrote before the AI asked for the phone's ending; "" when it did not just ask."""
    messages = Message.objects.filter(conversation_id=conversation_id).public()
    last = messages.filter(sender=Message.Sender.AI).order_by("-seq").first()
    if last is None or (last.decision or {}).get("reason") != PROOF_ASKED:
        return ""
    before = messages.from_customer().filter(seq__lt=last.seq).order_by("-seq")[:LOOKED_BACK]
    return "\n".join(message.text for message in before)


def _ask_for_proof() -> str:
    return gettext(
        "I find no order of yours with this number. Please check it, and add the last four digits of the recipient's"
        " phone number; then I look again."
    )


def ask_for_order() -> str:
    """The customer asks about an order of which we know none."""
    return gettext(
        "To look that up I need your order: please send its number and the last four digits of the recipient's phone"
        " number."
    )


def _describe(order: Order) -> str:
    status = gettext("Order %(number)s: %(status)s.")
    lines = [status % {"number": order.number, "status": order.get_status_display()}]
    lines += [_describe_parcel(parcel) for parcel in order.shipments.all()]
    if len(lines) == 1 and order.status == Order.Status.PAID:
        lines.append(gettext("It has not been sent yet."))
    return "\n".join(lines)


def _describe_parcel(parcel: Shipment) -> str:
    name = " ".join(filter(None, (parcel.carrier, parcel.tracking_number)))
    parts = [f"{name}：{parcel.get_status_display()}" if name else str(parcel.get_status_display())]
    if event := parcel.last_event:
        at = parse_datetime(event.get("at", ""))
        parts.append(" ".join(filter(None, (_moment(at) if at else "", event.get("text", "")))))
    if parcel.promised_at and parcel.status not in (Shipment.Status.DELIVERED, Shipment.Status.RETURNED):
        parts.append(gettext("promised for %(day)s") % {"day": _moment(parcel.promised_at)})
    return "，".join(parts)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), pgettext("date format", "M j, H:i"))
