"""What became of a broadcast: who was written to, who read, answered, ordered or had enough. Reads only."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from conversations.models import Customer, Message, Order
from marketing.models import Broadcast, BroadcastRecipient

State = BroadcastRecipient.State
BARS = 60
_STEPS = [timedelta(seconds=one) for one in (1, 5, 10, 30, 60, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 24 * 3600)]


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of the rows by state, and of those left out by reason."""

    total: int
    states: dict[str, int]
    reasons: dict[str, int]

    @property
    def sent(self) -> int:
        return self.states.get(State.SENT, 0)

    @property
    def waiting(self) -> int:
        return self.states.get(State.PENDING, 0) + self.states.get(State.SENDING, 0)

    @property
    def done(self) -> int:
        return self.total - self.waiting

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class Effect:
    """What customers did within the broadcast's days after their message."""

    read: int = 0
    replied: int = 0
    ordered: int = 0
    orders: int = 0
    revenue: Decimal = Decimal(0)
    opted_out: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """Messages over time, in equal steps."""

    step: timedelta = timedelta(seconds=1)
    start: datetime | None = None
    counts: list[int] = field(default_factory=list)


def progress_of(broadcast: Broadcast) -> Progress:
    """One query over the rows."""
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    rows = BroadcastRecipient.objects.filter(broadcast=broadcast).order_by()
    for state, reason, count in rows.values_list("state", "reason").annotate(Count("pk")):
        states[state] += count
        if state == State.SKIPPED:
            reasons[reason] += count
    return Progress(sum(states.values()), dict(states), dict(reasons))


def effect_of(broadcast: Broadcast) -> Effect:
    """Counted by customer; an order counts when it was paid after the message and within the days."""
    sent = _sent(broadcast)
    days = timedelta(days=broadcast.conversion_days)
    paid = Order.objects.filter(
        customer=OuterRef("customer"), paid_at__gte=OuterRef("sent_at"), paid_at__lt=OuterRef("sent_at") + days
    )
    said = Message.objects.filter(
        conversation=OuterRef("conversation"),
        sender=Message.Sender.CUSTOMER,
        created_at__gt=OuterRef("sent_at"),
        created_at__lt=OuterRef("sent_at") + days,
    )
    refused = Q(
        customer__marketing_consent=Customer.Consent.REFUSED,
        customer__marketing_consent_at__gte=F("sent_at"),
        customer__marketing_consent_at__lt=F("sent_at") + days,
    )
    has_read = Q(conversation__customer_read_seq__gte=F("message__seq"))
    counted: dict[str, Any] = sent.aggregate(
        read=Count("pk", filter=has_read),
        replied=Count("pk", filter=Exists(said)),
        ordered=Count("pk", filter=Exists(paid)),
        opted_out=Count("pk", filter=refused),
    )
    # By customer a broadcast has one row, so no order is counted twice.
    mine = sent.filter(customer=OuterRef("customer"), sent_at__lte=OuterRef("paid_at"))
    since = Order.objects.filter(paid_at__gte=broadcast.started_at or timezone.now())
    orders = since.filter(Exists(mine.filter(sent_at__gt=OuterRef("paid_at") - days)))
    money: dict[str, Any] = orders.aggregate(orders=Count("pk"), revenue=Sum("total"))
    return Effect(**counted, orders=money["orders"], revenue=money["revenue"] or Decimal(0))


def course_of(broadcast: Broadcast) -> Course:
    """How many messages went out when, in at most sixty bars."""
    moments = [at for at in _sent(broadcast).order_by("sent_at").values_list("sent_at", flat=True) if at]
    if not moments:
        return Course()
    span = moments[-1] - moments[0]
    step = next((one for one in _STEPS if span < one * BARS), timedelta(days=span.days // BARS + 1))
    counts = [0] * (int(span / step) + 1)
    for moment in moments:
        counts[int((moment - moments[0]) / step)] += 1
    return Course(step, moments[0], counts)


def seconds_left(broadcast: Broadcast, progress: Progress) -> int:
    """How long the rest takes at the broadcast's pace, without quiet hours."""
    return round(progress.waiting * 60 / broadcast.per_minute)


def is_measured(broadcast: Broadcast) -> bool:
    """Whether the days in which an order counts are over for everybody."""
    ended = broadcast.finished_at
    return ended is not None and timezone.now() - ended > timedelta(days=broadcast.conversion_days)


def _sent(broadcast: Broadcast) -> QuerySet[BroadcastRecipient]:
    return BroadcastRecipient.objects.filter(broadcast=broadcast, state=State.SENT)
