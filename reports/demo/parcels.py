"""Where an invented order stands after some days, and the course of its parcel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from conversations.models import Order, Shipment
from conversations.numbers import number_key

CARRIERS = (("中通快递", "ZT"), ("圆通速递", "YT"), ("邮政", "PS"))
DELAYED_SHARE = 0.06
Status = Order.Status


@dataclass(frozen=True, slots=True)
class State:
    """Of an order: whether it is paid, and how its parcel does (none: nothing was sent)."""

    order: str
    parcel: str = ""

    @property
    def is_paid(self) -> bool:
        return self.order != Status.UNPAID


def state_after(age: timedelta, dice: float) -> State:
    """What has become of an order of this age."""
    if age < timedelta(days=1):
        return State(Status.UNPAID) if dice < 0.15 else State(Status.PAID, Shipment.Status.PENDING)
    if age < timedelta(days=4):
        parcel = Shipment.Status.DELAYED if dice < DELAYED_SHARE * 3 else Shipment.Status.IN_TRANSIT
        return State(Status.SHIPPED, parcel)
    if dice < 0.04:
        return State(Status.REFUNDED, Shipment.Status.RETURNED)
    if dice < 0.06:
        return State(Status.REFUNDING, Shipment.Status.DELIVERED)
    return State(Status.CLOSED) if dice > 0.98 else State(Status.DELIVERED, Shipment.Status.DELIVERED)


def parcel_of(order: Order, state: str, place: str, now: datetime, rng: Random) -> Shipment:
    """The parcel of an order with everything that its carrier has reported until now."""
    parcel = Shipment(order=order, status=state, promised_at=order.created_at + timedelta(days=3))
    if state == Shipment.Status.PENDING:
        parcel.updated_at = order.created_at
        return parcel
    parcel.carrier, prefix = rng.choice(CARRIERS)
    parcel.tracking_number = f"{prefix}{rng.randrange(10**12):012d}"
    parcel.number_key = number_key(parcel.tracking_number)
    news = [(at, text) for at, text in _course(order.created_at, state, place) if at < now]
    parcel.events = [{"at": at.isoformat(), "text": text} for at, text in news]
    parcel.updated_at = news[-1][0] if news else order.created_at
    return parcel


def _course(since: datetime, state: str, place: str) -> list[tuple[datetime, str]]:
    steps = [(6, "【杭州】已揽收"), (11, "【杭州转运中心】已发出"), (30, f"【{place}转运中心】已到达")]
    if state == Shipment.Status.DELAYED:
        steps.append((44, "因天气原因派送延迟"))
    if state in (Shipment.Status.DELIVERED, Shipment.Status.RETURNED):
        steps += [(50, f"【{place}】派送中"), (54, "已签收，签收人：本人")]
    if state == Shipment.Status.RETURNED:
        steps.append((90, "退回件已被仓库签收"))
    return [(since + timedelta(hours=hours), text) for hours, text in steps]
